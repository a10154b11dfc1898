/** Shapes that cross the boundary of `topology/log`. Offsets are numbers (exact up to 2^53), times are ms since the epoch, UTC. */

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** An offset to read from, or to commit: the offset of the *next* record, as everywhere in Kafka. */
export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number;
}

/** An offset as a consumer group keeps it, with a text that the committer may leave beside it. */
export interface CommittedOffset extends TopicPartitionOffset {
  readonly metadata?: string;
}

/** Offsets that a writer's records got on one partition. In a transaction: from its first record to its latest flushed one. */
export interface OffsetRange extends TopicPartition {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Records written; less than `lastOffset - firstOffset + 1` only if another producer wrote in between. */
  readonly records: number;
}

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export type Compression = 'none' | 'lz4' | 'zstd';

/** `read_committed` hides aborted transactions and stops at the last stable offset; `read_uncommitted` shows all data records. */
export type Isolation = 'read_committed' | 'read_uncommitted';

/** Who commits an offset; the broker refuses a stale one (`IllegalGenerationError`). */
export interface GroupIdentity {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/**
 * Called for each data record, in offset order, without allocating. `bytes` is reused or shared: copy what outlives the call.
 * A null key or value has start -1 (and end -1). `headersStart` is the position of the header count (a zigzag varint) in
 * `bytes`; `decodeHeaders(bytes, headersStart)` reads them.
 */
export type RecordVisitor = (
  offset: number,
  timestamp: number,
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
  headersStart: number,
) => void;
