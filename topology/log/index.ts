/** Signatures of `topology/log`, being replaced by the implementations file by file. */
import type {
  Compression, GroupIdentity, Isolation, OffsetRange, RecordHeader, RecordVisitor, TopicPartition, TopicPartitionOffset,
} from './types.ts';

export * from './errors.ts';
export type * from './types.ts';

/** How to reach a cluster. */
export interface ClusterOptions {
  /** host:port of at least one broker. */
  readonly bootstrap: readonly string[];
  readonly clientId?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly rejectUnauthorized?: boolean };
  readonly sasl?: { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; readonly username: string; readonly password: string };
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}
export declare function clusterOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): ClusterOptions;

export declare class Cluster {
  /** Connects to the first bootstrap broker that answers; RetriableError if none does, AuthenticationError on bad credentials. */
  static connect(options: ClusterOptions): Promise<Cluster>;
  /** Number of partitions; FatalError if the topic does not exist. */
  partitionCount(topic: string): Promise<number>;
  close(): Promise<void>;
}

export interface LogWriterOptions {
  /** Absent: idempotent writer without transactions. */
  readonly transactionalId?: string;
  readonly compression?: Compression;
  readonly transactionTimeoutMs?: number;
  /** Uncompressed size at which a batch is closed. */
  readonly maxBatchBytes?: number;
  /** `append` returns false beyond this many buffered or unacknowledged bytes. */
  readonly maxBufferedBytes?: number;
  /** How long retriable errors are retried before RetriableError. */
  readonly deliveryTimeoutMs?: number;
}
export declare class LogWriter {
  static open(cluster: Cluster, options?: LogWriterOptions): Promise<LogWriter>;
  readonly transactionalId: string | null;
  /** Copies one record into the open batch of its partition. False: await `drained()` (or `flush()`) before the next append. */
  append(
    topic: string, partition: number, timestampMs: number, key: Uint8Array | null,
    value: Uint8Array | null, valueStart?: number, valueEnd?: number, headers?: readonly RecordHeader[],
  ): boolean;
  /** Resolves when buffered bytes are below the bound again. */
  drained(): Promise<void>;
  /** Sends all, waits for acks (acks=all). Offsets of this transaction so far; without transactions: since the last flush. */
  flush(): Promise<OffsetRange[]>;
  /** Adds input offsets to the open transaction. IllegalGenerationError if the group moved on. */
  sendOffsets(identity: GroupIdentity, offsets: readonly TopicPartitionOffset[]): Promise<void>;
  /** Flushes, then commits. Offsets of the records of the transaction. */
  commit(): Promise<OffsetRange[]>;
  /** Drops unsent batches, aborts what was sent. */
  abort(): Promise<void>;
  /** Aborts an open transaction, closes connections. */
  close(): Promise<void>;
}

export interface LogReaderOptions {
  readonly isolation?: Isolation;
  readonly maxWaitMs?: number;
  readonly maxPartitionBytes?: number;
  /** Fetching stops beyond this many undelivered bytes. */
  readonly maxBufferedBytes?: number;
}
/** What one fetch brought for one partition: raw batches, decoded in place on iteration. */
export interface FetchedPartition extends TopicPartition {
  /** First offset that this fetch covers. */
  readonly fromOffset: number;
  /** The position after it: past gaps, aborted records and control records too. */
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** Visits data records in [fromOffset, nextOffset). */
  forEachRecord(visit: RecordVisitor): void;
  /** A cursor (one object, fields rewritten by `next()`) for consumers that await between records. */
  cursor(): RecordCursor;
}
export interface RecordCursor {
  next(): boolean;
  readonly offset: number;
  readonly timestamp: number;
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly headersStart: number;
}
export declare class LogReader {
  constructor(cluster: Cluster, options?: LogReaderOptions);
  assign(assignments: readonly TopicPartitionOffset[]): void;
  unassign(partitions: readonly TopicPartition[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** What has arrived, waiting up to `timeoutMs` for something; [] on time-out. Also returns partitions that only moved past control records. */
  poll(timeoutMs: number): Promise<FetchedPartition[]>;
  /** Next offset that `poll` will cover. */
  position(topic: string, partition: number): number;
  /** -1 before the first fetch. */
  highWatermark(topic: string, partition: number): number;
  lastStableOffset(topic: string, partition: number): number;
  close(): Promise<void>;
}
/** Visits the data records of [from, to) of one partition on its own connection. */
export declare function readRange(
  cluster: Cluster, topic: string, partition: number, from: number, to: number, visit: RecordVisitor, options?: LogReaderOptions,
): Promise<void>;
/** `earliest`, `latest` (high watermark; last stable offset with read_committed), or the first offset at or after a time (ms; -1 if none). */
export declare function listOffsets(
  cluster: Cluster, partitions: readonly TopicPartition[], at: 'earliest' | 'latest' | number, isolation?: Isolation,
): Promise<TopicPartitionOffset[]>;
export declare function decodeHeaders(bytes: Buffer, headersStart: number): RecordHeader[];

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

/** Java's `Utils.murmur2`. */
export declare function murmur2(bytes: Uint8Array): number;
/** Java's DefaultPartitioner for a keyed record. */
export declare function partitionFor(key: Uint8Array, partitions: number): number;
