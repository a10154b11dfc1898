import { listOffsetsV6, listOffsetsV7, listOffsetsV8, listOffsetsV9 } from '@platformatic/kafka';
import type { Cluster } from '../cluster.ts';
import { FatalError, RetriableError } from '../errors.ts';
import { errorOf } from '../net/codes.ts';
import { withRetry } from '../net/retry.ts';
import type { Isolation, RecordVisitor, TopicPartition, TopicPartitionOffset } from '../types.ts';
import { LogReader, type LogReaderOptions } from './log-reader.ts';

/** What offset to ask for: the first kept, the end, or the first record at or after a time (ms). */
export type OffsetQuery = 'earliest' | 'latest' | number;

const lookupTimeoutMs = 30_000;

/**
 * Asks the leaders. `latest` is the high watermark with read_uncommitted, the last stable offset with read_committed. For a time that
 * no record has reached the offset is -1. Leader changes are retried for 30 s.
 */
export async function listOffsets(
  cluster: Cluster, partitions: readonly TopicPartition[], at: OffsetQuery, isolation: Isolation = 'read_committed',
): Promise<TopicPartitionOffset[]> {
  const found = await Promise.all(partitions.map((partition) =>
    withRetry({ timeoutMs: lookupTimeoutMs }, () => listOffset(cluster, partition, at, isolation))));
  return found;
}

async function listOffset(cluster: Cluster, source: TopicPartition, at: OffsetQuery, isolation: Isolation): Promise<TopicPartitionOffset> {
  const { topic, partition } = source;
  const { uncommittedReads, offsetsByTime, name } = cluster.profile;
  if (typeof at === 'number' && !offsetsByTime) throw new FatalError(`Brokers of the profile ${name} can't look offsets up by time`, { topic, partition });
  const leader = await cluster.leader(topic, partition);
  const connection = await cluster.control(leader);
  const timestamp = at === 'earliest' ? -2n : at === 'latest' ? -1n : BigInt(at);
  const response = await connection.call([listOffsetsV9, listOffsetsV8, listOffsetsV7, listOffsetsV6], -1,
    isolation === 'read_committed' || !uncommittedReads ? 1 : 0, [{ name: topic, partitions: [{ partitionIndex: partition, currentLeaderEpoch: -1, timestamp }] }]);
  const answer = response.topics[0]?.partitions[0];
  if (!answer) throw new RetriableError('ListOffsets: the partition is missing in the answer', { topic, partition });
  if (answer.errorCode !== 0) {
    cluster.invalidate(topic);
    throw errorOf(answer.errorCode, 'ListOffsets', { topic, partition });
  }
  return { topic, partition, offset: Number(answer.offset) };
}

export interface ReadRangeOptions extends LogReaderOptions {
  /** RetriableError after this long without progress (an open transaction below `to`, or no broker). Default 60 s. */
  readonly stallTimeoutMs?: number;
}

/** Visits the data records of [from, to) of one partition, on its own connection. Waits for the log to reach `to`. */
export async function readRange(
  cluster: Cluster, topic: string, partition: number, from: number, to: number, visit: RecordVisitor, options: ReadRangeOptions = {},
): Promise<void> {
  if (from >= to) return;
  const reader = new LogReader(cluster, options);
  try {
    reader.assign([{ topic, partition, offset: from }]);
    while (reader.position(topic, partition) < to) {
      const fetched = await reader.poll(options.stallTimeoutMs ?? 60_000);
      if (fetched.length === 0) {
        throw new RetriableError(`Reading up to offset ${to} got stuck: is a transaction open, or does the log end earlier?`,
          { topic, partition, offset: reader.position(topic, partition) });
      }
      for (const part of fetched) {
        const record = part.cursor();
        while (record.next() && record.offset < to) {
          visit(record.offset, record.timestamp, record.bytes, record.keyStart, record.keyEnd, record.valueStart, record.valueEnd,
            record.headersStart);
        }
      }
    }
  } finally {
    await reader.close();
  }
}
