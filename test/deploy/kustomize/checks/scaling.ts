import { topics, processors, reads, type ProcessorGraph, type TopicName } from '../../../../topology/graph/index.ts';
import { settingsFromEnv } from '../../../../topology/task/settings.ts';
import { containersOf, environment, ofKind, processes, workloads, type KubernetesObject } from '../objects.ts';
import { profileOf } from './topology.ts';

interface Scaler {
  readonly kind: string;
  readonly name: string;
  readonly target: string;
  readonly min: number;
  readonly max: number;
}

interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly authenticationRef?: { readonly name: string };
}

/** Of KEDA 2.20's `kafka` trigger: a misspelled key is accepted by the API and ignored. */
const KAFKA_TRIGGER = [
  'bootstrapServers', 'consumerGroup', 'topic', 'lagThreshold', 'activationLagThreshold', 'offsetResetPolicy', 'allowIdleConsumers', 'scaleToZeroOnInvalidOffset',
  'excludePersistentLag', 'limitToPartitionsWithLag', 'ensureEvenDistributionOfPartitions', 'version', 'partitionLimitation', 'sasl', 'tls', 'unsafeSsl',
];
const CPU_TRIGGER = ['value', 'containerName'];

/** An autoscaler owns the number of replicas, alone; more replicas than partitions would have nothing to do. */
export function scalerFaults(objects: readonly KubernetesObject[]): string[] {
  const { partitions } = profileOf(objects);
  const scalers = scalersOf(objects);
  const targets = workloads(objects);
  return scalers.flatMap(({ kind, name, target, min, max }) => [
    ...(targets.find((workload) => workload.name === target)?.replicas === undefined ? [] : [`${target} has replicas, which ${kind} ${name} owns`]),
    ...(scalers.filter((other) => other.target === target).length > 1 ? [`${target} has several autoscalers`] : []),
    ...(max <= partitions ? [] : [`${kind} ${name} goes up to ${max} replicas for ${partitions} partitions`]),
    ...(partitions % max === 0 ? [] : [`${max} replicas, the most of ${kind} ${name}, do not divide ${partitions} partitions evenly`]),
    ...(min >= 1 && min <= max ? [] : [`${kind} ${name} has a minimum of ${min} and a maximum of ${max}`]),
  ]);
}

/** KEDA's triggers ↔ the topology; at idle commit markers must not count as work. */
export function triggerFaults(objects: readonly KubernetesObject[]): string[] {
  const { partitions } = profileOf(objects);
  const allowed = new Set(ofKind(objects, 'KafkaUser').filter(({ metadata }) => metadata.name === 'keda')
    .flatMap(({ spec }) => (spec as { authorization: { acls: { resource: { type: string; name: string }; operations: string[] }[] } }).authorization.acls)
    .filter(({ operations }) => operations.includes('Describe')).map(({ resource }) => `${resource.type} ${resource.name}`));
  const authentications = new Set(ofKind(objects, 'TriggerAuthentication').map(({ metadata }) => metadata.name));
  return ofKind(objects, 'ScaledObject').flatMap(({ metadata, spec }) => {
    const { triggers, minReplicaCount = 0, scaleTargetRef } = spec as { triggers: Trigger[]; minReplicaCount?: number; scaleTargetRef: { name: string } };
    const processor = (processors as readonly ProcessorGraph[]).find(({ name }) => name === scaleTargetRef.name);
    return triggers.flatMap(({ type, metadata: settings, authenticationRef }) => {
      const where = `a trigger of ScaledObject ${metadata.name}`;
      const unknown = Object.keys(settings).filter((key) => !(type === 'kafka' ? KAFKA_TRIGGER : CPU_TRIGGER).includes(key)).map((key) => `${where} has the unknown setting ${key}`);
      const loose = Object.entries(settings).filter(([, value]) => typeof value !== 'string').map(([key]) => `${key} in ${where} is not text`);
      if (type !== 'kafka') return [...unknown, ...loose];
      const topic = settings.topic as TopicName;
      return [
        ...unknown, ...loose,
        ...(settings.consumerGroup === processor?.group ? [] : [`${where} watches group ${String(settings.consumerGroup)}`]),
        ...(processor !== undefined && reads(processor).includes(topic) ? [] : [`${where} watches ${topic}, which ${scaleTargetRef.name} does not read`]),
        // A record and its marker may be under way, and the marker of the last transaction always stands.
        ...(topics[topic]?.partitions === 'twin' && Number(settings.lagThreshold) * minReplicaCount >= 3 * partitions ? [] : [`${where} takes commit markers for work: lagThreshold ${String(settings.lagThreshold)}`]),
        ...(authentications.has(authenticationRef?.name ?? '') ? [] : [`${where} has no credentials`]),
        ...[`group ${String(settings.consumerGroup)}`, `topic ${topic}`].filter((resource) => !allowed.has(resource)).map((resource) => `KafkaUser keda may not describe ${resource}`),
      ];
    });
  });
}

/** The time that a pod gets to end ↔ the time that its process takes: preStop, then what is under way. */
export function graceFaults(objects: readonly KubernetesObject[]): string[] {
  return processes(objects).filter(({ kind }) => kind !== 'Job').flatMap((workload) => containersOf(workload)
    .filter(({ args }) => args?.[0] === 'run').flatMap((container) => {
      const { shutdownGraceMs } = settingsFromEnv(Object.fromEntries(environment(container, objects)));
      const needed = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) + shutdownGraceMs / 1_000;
      const given = workload.pod.terminationGracePeriodSeconds ?? 30;
      return given > needed ? [] : [`${workload.name} may need ${needed} s to end and gets ${given} s`];
    }));
}

function scalersOf(objects: readonly KubernetesObject[]): Scaler[] {
  return [
    ...ofKind(objects, 'HorizontalPodAutoscaler').map(({ kind, metadata, spec }) => {
      const { scaleTargetRef, minReplicas = 1, maxReplicas } = spec as { scaleTargetRef: { name: string }; minReplicas?: number; maxReplicas: number };
      return { kind, name: metadata.name, target: scaleTargetRef.name, min: minReplicas, max: maxReplicas };
    }),
    ...ofKind(objects, 'ScaledObject').map(({ kind, metadata, spec }) => {
      const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100 } = spec as { scaleTargetRef: { name: string }; minReplicaCount?: number; maxReplicaCount?: number };
      return { kind, name: metadata.name, target: scaleTargetRef.name, min: minReplicaCount, max: maxReplicaCount };
    }),
  ];
}
