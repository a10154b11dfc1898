/** Ticks of a partition that are remembered: 17 minutes of live ticks. */
const REMEMBERED = 1_024;

/** The latest ticks of every partition, by offset on `sim_ticks`, to translate committed offsets into ticks and event times. */
export class TickLog {
  readonly #offsets: number[][];
  readonly #froms: number[][];

  constructor(partitions: number) {
    this.#offsets = Array.from({ length: partitions }, () => []);
    this.#froms = Array.from({ length: partitions }, () => []);
  }

  /** Takes note of a tick, in the order of the log. */
  remember(partition: number, offset: number, from: number): void {
    const offsets = this.#offsets[partition];
    const froms = this.#froms[partition];
    offsets.push(offset);
    froms.push(from);
    if (offsets.length > REMEMBERED) {
      offsets.shift();
      froms.shift();
    }
  }

  /** Ticks at or behind a committed offset, at most as many as are remembered. */
  open(partition: number, committed: number): number {
    const offsets = this.#offsets[partition];
    let open = 0;
    while (open < offsets.length && offsets[offsets.length - 1 - open] >= committed) open++;
    return open;
  }

  /** Event time that a group which committed this offset has to do next; null when it has done all. At least as late as that, if it is long ago. */
  next(partition: number, committed: number): number | null {
    const open = this.open(partition, committed);
    return open === 0 ? null : this.#froms[partition].at(-open)!;
  }
}

/** Offsets that a group committed on `sim_ticks`, by partition; absent = none. */
export type Committed = ReadonlyMap<number, number>;

/** Ticks that the group still has to commit in its slowest partition. A group that committed nothing stands at the beginning. */
export function leadOf(log: TickLog, committed: Committed, partitions: number): number {
  let lead = 0;
  for (let partition = 0; partition < partitions; partition++) {
    lead = Math.max(lead, log.open(partition, committed.get(partition) ?? 0));
  }
  return lead;
}

/** Event time of the first tick that a group has not committed, or `end` when there is none. */
export function positionOf(log: TickLog, committed: Committed, partitions: number, end: number): number {
  let position = end;
  for (let partition = 0; partition < partitions; partition++) {
    position = Math.min(position, log.next(partition, committed.get(partition) ?? 0) ?? end);
  }
  return position;
}
