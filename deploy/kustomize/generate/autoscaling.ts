import { plan } from '../../../cli/plan/figures.ts';
import { processors, topics, type ProcessorGraph, type TopicName } from '../../../topology/graph/index.ts';
import { profiles, type Overlay } from './profiles.ts';
import { CLUSTER } from './strimzi.ts';

/** Fewest and most replicas in an overlay: at most one for each partition, and a divisor of the count, so that all have as many tasks. */
export const replicaRanges: Readonly<Record<Exclude<Overlay, 'dev'>, { readonly min: number; readonly max: number }>> = {
  staging: { min: 2, max: 6 },
  prod: { min: 2, max: 12 },
};

/**
 * Offsets by which a group that keeps up may trail a partition of `sim_ticks`. A live tick comes every second, each record with a
 * commit marker behind it; a task commits every second, so up to two ticks are under way, and the last marker always stands.
 */
const IDLE_LAG_OF_TICKS = 2 * 2 + 2;
/** Commit markers of an event topic that may stand behind the sink's offset in a partition: one a second, for as long as a row may wait. */
const IDLE_MARKERS_OF_EVENTS = 6;
/** Seconds of the busy hour's records that may wait for each replica of the sink before it gets another. */
const SINK_SECONDS = 15;

const SECURITY = { sasl: 'scram_sha512', tls: 'enable' } as const;

export interface Trigger {
  readonly topic: TopicName;
  /** Offsets by which a group that keeps up may trail each partition. */
  readonly idlePerPartition: number;
  /** Records that may wait for each replica beside those. */
  readonly backlog: number;
  /** Lag of the whole group on the topic for which one replica is enough, offsets. */
  readonly lagThreshold: number;
}

/** Processors whose work is shared out by partition, so that another replica takes some of it over. */
export function scaled(): ProcessorGraph[] {
  return (processors as readonly ProcessorGraph[]).filter(({ kind, lands }) => kind === 'tasks' || lands !== null);
}

/** A group that keeps up has a lag above zero, for commit markers occupy offsets: its threshold leaves it at the minimum of replicas. */
export function triggers(processor: ProcessorGraph, overlay: Exclude<Overlay, 'dev'>): Trigger[] {
  const { partitions, subscribers, retentionHours } = profiles[overlay];
  const { min } = replicaRanges[overlay];
  const trigger = (topic: TopicName, idlePerPartition: number, backlog: number): Trigger =>
    ({ topic, idlePerPartition, backlog, lagThreshold: Math.ceil((partitions * idlePerPartition) / min + backlog) });
  if (processor.kind === 'tasks') return [trigger(processor.input!, IDLE_LAG_OF_TICKS, 0)];
  const { streams } = plan({ subscribers, partitions, retentionHours, backfillHours: 0, speed: 1 });
  return processor.streams.filter((topic) => topics[topic].retention === 'events').flatMap((topic) => {
    const busy = streams.find((stream) => stream.topic === topic)?.busyPerSecond;
    if (busy === undefined) return [];
    return [trigger(topic, IDLE_MARKERS_OF_EVENTS, busy * SINK_SECONDS)];
  });
}

/** KEDA's `spec` for a processor: lag of its group, or CPU, whichever asks for more. */
export function scaledObjectSpec(processor: ProcessorGraph, overlay: Exclude<Overlay, 'dev'>): object {
  const { min, max } = replicaRanges[overlay];
  return {
    minReplicaCount: min,
    maxReplicaCount: max,
    triggers: [
      ...triggers(processor, overlay).map(({ topic, lagThreshold }) => ({
        type: 'kafka',
        name: topic.replaceAll('_', '-'),
        metadata: {
          bootstrapServers: `${CLUSTER}-kafka-bootstrap.data-generator-ns.svc:9093`,
          consumerGroup: processor.group!,
          topic,
          lagThreshold: String(lagThreshold),
          // A group that has not committed yet starts at the beginning: all of it is to do.
          offsetResetPolicy: 'earliest',
          version: '3.9.0',
          ...SECURITY,
        },
        authenticationRef: { name: 'keda-kafka' },
      })),
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '70', containerName: processor.name } },
    ],
  };
}

/** Every move of a replica moves partitions: up at once, down slowly. */
export const behavior = {
  scaleUp: { stabilizationWindowSeconds: 30, policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] },
  scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }] },
} as const;

export function scaledObject(processor: ProcessorGraph): object {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: processor.name, labels: labelsOf(processor) },
    spec: {
      scaleTargetRef: { name: processor.name },
      ...scaledObjectSpec(processor, 'prod'),
      // Without Kafka's answer nothing is known, so nothing shrinks.
      fallback: { failureThreshold: 3, replicas: replicaRanges.prod.min, behavior: 'currentReplicasIfHigher' },
      advanced: { horizontalPodAutoscalerConfig: { behavior } },
    },
  };
}

export function horizontalPodAutoscaler(processor: ProcessorGraph): object {
  const { min, max } = replicaRanges.prod;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: processor.name, labels: labelsOf(processor) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: processor.name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'ContainerResource', containerResource: { name: 'cpu', container: processor.name, target: { type: 'Utilization', averageUtilization: 70 } } }],
      behavior,
    },
  };
}

/** What KEDA may ask Kafka: the offsets of these groups and topics, nothing of their content. */
export function kedaAcls(): object[] {
  const groups = new Set(scaled().map(({ group }) => group!));
  const read = new Set(scaled().flatMap((processor) => triggers(processor, 'prod').map(({ topic }) => topic)));
  const rule = (type: string, name: string): object => ({ resource: { type, name, patternType: 'literal' }, operations: ['Describe'] });
  return [...[...groups].map((group) => rule('group', group)), ...[...read].map((topic) => rule('topic', topic))];
}

function labelsOf({ name }: ProcessorGraph): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'telco-twin' };
}
