import { GroupMember, type Cluster, type LogError, type TopicPartition } from '../../../topology/log/index.ts';
import type { SinkSettings } from '../settings.ts';

/** What the group says; the sink's loop acts on it. */
export type GroupEvent =
  | { readonly kind: 'assigned' | 'lost'; readonly partitions: readonly TopicPartition[] }
  | { readonly kind: 'revoking'; readonly partitions: readonly TopicPartition[]; readonly done: () => void };

/** Joins the group; its callbacks only enqueue. */
export function groupMember(
  cluster: Cluster, groupId: string, topics: readonly string[], settings: SinkSettings,
  enqueue: (event: GroupEvent) => void, onError: (error: LogError) => void, onRetry: (error: LogError) => void,
): GroupMember {
  const { sessionTimeoutMs, rebalanceTimeoutMs, groupInstanceId } = settings;
  return new GroupMember(cluster, {
    groupId, topics, sessionTimeoutMs, rebalanceTimeoutMs,
    heartbeatIntervalMs: Math.min(3_000, sessionTimeoutMs / 3),
    ...(groupInstanceId === null ? {} : { groupInstanceId }),
    onAssigned: (partitions) => enqueue({ kind: 'assigned', partitions }),
    onRevoking: (partitions) => new Promise((resolve) => enqueue({ kind: 'revoking', partitions, done: resolve })),
    onLost: (partitions) => enqueue({ kind: 'lost', partitions }),
    onError, onRetry,
  });
}
