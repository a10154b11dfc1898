import { listOffsets, LogReader, type Cluster, type FetchedPartition } from '../../topology/log/index.ts';

const POLL_MS = 500;

export interface FollowOptions {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly fromBeginning: boolean;
  /** False: stop at the offsets that were the end at the start. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** What has been committed to partitions of a topic, fetch by fetch, until the end or the signal. */
export async function* follow(cluster: Cluster, options: FollowOptions): AsyncGenerator<FetchedPartition> {
  const { topic, partitions, fromBeginning, signal } = options;
  const places = partitions.map((partition) => ({ topic, partition }));
  const [starts, ends] = await Promise.all([listOffsets(cluster, places, 'earliest'), listOffsets(cluster, places, 'latest', 'read_committed')]);
  const end = new Map(ends.map(({ partition, offset }) => [partition, offset]));
  const reader = new LogReader(cluster, { isolation: 'read_committed' });
  try {
    reader.assign(fromBeginning ? starts : ends);
    const atEnd = (): boolean => partitions.every((partition) => reader.position(topic, partition) >= (end.get(partition) ?? 0));
    while (!signal.aborted && (options.follow || !atEnd())) yield* await reader.poll(POLL_MS);
  } finally {
    await reader.close();
  }
}
