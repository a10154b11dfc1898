/** Batch-level Kafka I/O: the only code that touches a Kafka socket. */
export * from './errors.ts';
export type * from './types.ts';
export { clusterOptionsFromEnv, type ClusterOptions, type SaslOptions, type TlsOptions } from './net/options.ts';
export type { BrokerNode, ClusterMetadata, PartitionMetadata, TopicMetadata } from './net/metadata.ts';
export type { RetryListener } from './net/retry.ts';
export { Cluster, connectWithRetry } from './cluster.ts';
export { BatchBuilder, type BatchBuilderOptions, type ProducerStamp, type SealedBatch } from './batch/builder.ts';
export { RecordCursor } from './batch/cursor.ts';
export { decodeHeaders } from './batch/headers.ts';
export { batchViews, RecordBatchView } from './batch/view.ts';
export { LogWriter, type LogWriterOptions, type WriterState } from './writer/log-writer.ts';
export { FetchedPartition } from './reader/fetched.ts';
export { LogReader, type LogReaderOptions } from './reader/log-reader.ts';
export { listOffsets, readRange, type OffsetQuery, type ReadRangeOptions } from './reader/offsets.ts';
export { murmur2, partitionFor } from './murmur2.ts';

import type { Cluster } from './cluster.ts';
import type { GroupIdentity, TopicPartition, TopicPartitionOffset } from './types.ts';

// Declarations only, until group/ and admin.ts land.
export interface GroupMemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly groupInstanceId?: string;
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  /** New partitions. Only enqueue: the member's loop waits for nothing here. */
  readonly onAssigned: (partitions: readonly TopicPartition[]) => void;
  /** Finish or abort work on these; the rebalance is answered when the promise settles, within the rebalance time-out. */
  readonly onRevoking: (partitions: readonly TopicPartition[]) => Promise<void>;
  /** Ownership is gone already (session expired, fenced instance): drop state, commit nothing. */
  readonly onLost: (partitions: readonly TopicPartition[]) => void;
  /** The member stopped for good. */
  readonly onError: (error: Error) => void;
}
export declare class GroupMember {
  constructor(cluster: Cluster, options: GroupMemberOptions);
  /** Resolves after the first completed rebalance. */
  join(): Promise<void>;
  readonly identity: GroupIdentity;
  readonly assignment: readonly TopicPartition[];
  /** Confirms membership at the coordinator now; IllegalGenerationError if the group moved on. */
  heartbeatNow(): Promise<void>;
  /** Committed offsets (require_stable: waits for pending transactional commits); absent = none committed. */
  committed(partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]>;
  commitOffsets(offsets: readonly TopicPartitionOffset[]): Promise<void>;
  /** Revokes all (onRevoking), leaves the group. */
  leave(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}
export interface TopicDescription {
  readonly name: string;
  readonly topicId: string;
  readonly partitions: readonly { readonly partition: number; readonly leader: number; readonly replicas: readonly number[]; readonly isr: readonly number[] }[];
}
export interface GroupDescription {
  readonly groupId: string;
  readonly state: string;
  readonly members: readonly { readonly memberId: string; readonly groupInstanceId: string | null; readonly clientId: string; readonly partitions: readonly TopicPartition[] }[];
}
export declare class Admin {
  constructor(cluster: Cluster);
  /** Names of topics that were created; those that exist are left alone. */
  createTopics(topics: readonly TopicSpec[]): Promise<string[]>;
  deleteTopics(names: readonly string[]): Promise<void>;
  listTopics(): Promise<string[]>;
  /** Absent topics are absent from the result. */
  describeTopics(names: readonly string[]): Promise<TopicDescription[]>;
  describeTopicConfigs(names: readonly string[]): Promise<Map<string, Record<string, string | null>>>;
  deleteRecords(before: readonly TopicPartitionOffset[]): Promise<void>;
  listGroups(): Promise<string[]>;
  describeGroups(groupIds: readonly string[]): Promise<GroupDescription[]>;
  deleteGroups(groupIds: readonly string[]): Promise<void>;
  deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void>;
  committedOffsets(groupId: string, requireStable?: boolean): Promise<TopicPartitionOffset[]>;
  describeCluster(): Promise<{ clusterId: string; controllerId: number; brokers: { nodeId: number; host: string; port: number }[]; features: Record<string, number> }>;
}

