import type { Names } from '../../../topology/graph/index.ts';
import { listOffsets, readRange, type Admin, type Cluster, type OffsetRange, type TopicPartition } from '../../../topology/log/index.ts';
import { readWireValue } from '../../records/index.ts';
import { leadOf, TickLog, type Committed } from './tick-log.ts';

/** Offsets read back after a change of leader: some ticks, their commit markers, and aborted attempts. Many more than any lead. */
const READ_BACK = 512;

/** Offsets that the groups of processors committed on `sim_ticks`, in the order of `processors`. */
export async function committedTicks(admin: Admin, names: Names, processors: readonly string[]): Promise<Committed[]> {
  const topic = names.topic('sim_ticks');
  const groups = await Promise.all(processors.map((processor) => admin.committedOffsets(names.group(processor))));
  return groups.map((offsets) => new Map(offsets.filter((place) => place.topic === topic).map(({ partition, offset }) => [partition, offset])));
}

/** Where each partition's latest ticks begin on the log. */
export async function latestTicks(cluster: Cluster, topic: string, partitions: number): Promise<{ partition: number; from: number; to: number }[]> {
  const places: TopicPartition[] = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const [starts, ends] = await Promise.all([
    listOffsets(cluster, places, 'earliest'), listOffsets(cluster, places, 'latest', 'read_committed'),
  ]);
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  return ends.map(({ partition, offset: to }) => ({ partition, from: Math.max(startOf.get(partition) ?? 0, to - READ_BACK), to }));
}

/** How far the generators lag behind the leader's ticks, in ticks. */
export class Progress {
  readonly #admin: Admin;
  readonly #names: Names;
  readonly #processors: readonly string[];
  readonly #partitions: number;
  readonly #log: TickLog;

  private constructor(admin: Admin, names: Names, processors: readonly string[], partitions: number) {
    this.#admin = admin;
    this.#names = names;
    this.#processors = processors;
    this.#partitions = partitions;
    this.#log = new TickLog(partitions);
  }

  /** Reads the latest ticks back from the log. */
  static async load(cluster: Cluster, admin: Admin, names: Names, processors: readonly string[], partitions: number): Promise<Progress> {
    const progress = new Progress(admin, names, processors, partitions);
    const topic = names.topic('sim_ticks');
    for (const { partition, from, to } of await latestTicks(cluster, topic, partitions)) {
      await readRange(cluster, topic, partition, from, to, (offset, _time, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
        progress.#log.remember(partition, offset, readWireValue('Tick', bytes, valueStart, valueEnd).from);
      });
    }
    return progress;
  }

  /** Takes note of a committed tick. */
  ticked(ranges: readonly OffsetRange[], from: number): void {
    const topic = this.#names.topic('sim_ticks');
    for (const range of ranges) if (range.topic === topic) this.#log.remember(range.partition, range.lastOffset, from);
  }

  /** Ticks that the slowest group has not committed yet. */
  async lead(): Promise<number> {
    const committed = await committedTicks(this.#admin, this.#names, this.#processors);
    return Math.max(0, ...committed.map((offsets) => leadOf(this.#log, offsets, this.#partitions)));
  }
}
