import type { Admin, Cluster, OffsetRange, TopicPartition } from '../../../topology/log/index.ts';
import { listOffsets, readRange } from '../../../topology/log/index.ts';

/** Ticks of a partition that are remembered: more than any lead that is asked about. */
const REMEMBERED = 64;
/** Offsets read back for them after a change of leader: a tick, its commit marker, and some aborted attempts. */
const READ_BACK = 4 * REMEMBERED;

/**
 * How far the generators lag behind the ticks, in ticks, by the offsets that their groups committed on `sim_ticks`. A group that
 * has committed nothing stands at the beginning.
 */
export class Progress {
  readonly #admin: Admin;
  readonly #topic: string;
  readonly #groups: readonly string[];
  /** Offsets of the latest ticks of each partition, ascending. */
  readonly #ticks: number[][];

  private constructor(admin: Admin, topic: string, groups: readonly string[], partitions: number) {
    this.#admin = admin;
    this.#topic = topic;
    this.#groups = groups;
    this.#ticks = Array.from({ length: partitions }, () => []);
  }

  /** Reads the latest ticks back from the log. */
  static async load(cluster: Cluster, admin: Admin, topic: string, groups: readonly string[], partitions: number): Promise<Progress> {
    const progress = new Progress(admin, topic, groups, partitions);
    const places: TopicPartition[] = progress.#ticks.map((_, partition) => ({ topic, partition }));
    const [starts, ends] = await Promise.all([
      listOffsets(cluster, places, 'earliest'), listOffsets(cluster, places, 'latest', 'read_committed'),
    ]);
    for (const { partition, offset: end } of ends) {
      const start = starts.find((place) => place.partition === partition)?.offset ?? 0;
      const from = Math.max(start, end - READ_BACK);
      if (from < end) await readRange(cluster, topic, partition, from, end, (offset) => { progress.#remember(partition, offset); });
    }
    return progress;
  }

  /** Takes note of a committed tick. */
  ticked(ranges: readonly OffsetRange[]): void {
    for (const range of ranges) if (range.topic === this.#topic) this.#remember(range.partition, range.lastOffset);
  }

  /** Ticks that the slowest group still has to commit in its slowest partition; at most as many as are remembered. */
  async lead(): Promise<number> {
    const committed = await Promise.all(this.#groups.map((group) => this.#admin.committedOffsets(group)));
    let lead = 0;
    for (const offsets of committed) {
      const next = new Map(offsets.filter(({ topic }) => topic === this.#topic).map(({ partition, offset }) => [partition, offset]));
      for (const [partition, ticks] of this.#ticks.entries()) {
        const position = next.get(partition) ?? 0;
        let open = 0;
        while (open < ticks.length && ticks[ticks.length - 1 - open]! >= position) open++;
        lead = Math.max(lead, open);
      }
    }
    return lead;
  }

  #remember(partition: number, offset: number): void {
    const ticks = this.#ticks[partition]!;
    ticks.push(offset);
    if (ticks.length > REMEMBERED) ticks.shift();
  }
}
