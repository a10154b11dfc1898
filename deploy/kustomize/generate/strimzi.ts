/** What Strimzi's resources have in common. Names of the objects are contracts of the tree: Secrets and Services follow from them. */
export const API_VERSION = 'kafka.strimzi.io/v1';
/** Name of the `Kafka`, which is also the prefix of its Services and of the Secret with its CA. */
export const CLUSTER = 'telco-twin';
/** Without this label Strimzi's operators take no notice of a topic, user or node pool. */
export const CLUSTER_LABEL = { 'strimzi.io/cluster': CLUSTER } as const;

/** A legal name of an object for a topic or user: Kubernetes has no underscores. */
export function objectName(kafkaName: string): string {
  return kafkaName.replaceAll('_', '-');
}
