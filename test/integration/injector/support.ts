import { topicNames, topicSpec, defaultSettings, names, type Names, type TopicName } from '../../../topology/graph/index.ts';
import { Admin, Cluster } from '../../../topology/log/index.ts';
import { sharedKafka, uniquePrefix } from '../support/stack.ts';

/** Any id will do where nothing reads the registry. */
export const SCHEMA_ID = 7;
export const schemaIds: ReadonlyMap<TopicName, number> = new Map(topicNames.map((topic) => [topic, SCHEMA_ID]));

/** The topics of a twin of its own on the shared broker. */
export interface Topics {
  readonly bootstrap: string;
  readonly cluster: Cluster;
  readonly admin: Admin;
  readonly names: Names;
  readonly partitions: number;
  close(): Promise<void>;
}

export async function twinTopics(partitions: number): Promise<Topics> {
  const bootstrap = await sharedKafka();
  const cluster = await Cluster.connect({ bootstrap: [bootstrap] });
  const admin = new Admin(cluster);
  const named = names(uniquePrefix());
  await admin.createTopics(topicNames.map((topic) => {
    const spec = topicSpec(topic, { ...defaultSettings, partitions, replicationFactor: 1 });
    return { name: named.topic(topic), partitions: spec.partitions, replicationFactor: 1, configs: spec.config };
  }));
  return {
    bootstrap, cluster, admin, names: named, partitions,
    close: async () => {
      await admin.deleteTopics(topicNames.map((topic) => named.topic(topic)));
      await cluster.close();
    },
  };
}
