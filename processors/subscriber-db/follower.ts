import { setImmediate as turn } from 'node:timers/promises';
import { listOffsets, LogError, LogReader, type Cluster, type FetchedPartition } from '../../topology/log/index.ts';
import { CorruptStateError, describe } from '../../topology/task/errors.ts';

const POLL_MS = 1_000;

/** A partition that is followed from a position on. Its methods are called one at a time. */
export interface FollowedPartition {
  /** Full name. */
  readonly topic: string;
  readonly partition: number;
  /** Offset to begin at. */
  readonly position: number;
  /** A promise when something has to be fetched before this record can be applied. */
  ready(bytes: Buffer, valueStart: number, valueEnd: number): Promise<void> | null;
  apply(offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void;
  /** Everything below `next` has been applied. */
  reached(next: number): Promise<void> | void;
}

interface Progress {
  readonly followed: FollowedPartition;
  /** High watermark when following began: caught up from there on. */
  readonly target: number;
  position: number;
  end: number;
}

/** Follows partitions as they are committed, applying record by record. All changes of state happen in its one loop. */
export class Follower {
  readonly #cluster: Cluster;
  readonly #reader: LogReader;
  readonly #progress = new Map<string, Progress>();
  readonly #errands: { readonly run: () => Promise<void>; readonly drop: () => void }[] = [];
  #changed = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();
  #closed = false;
  /** The loop has ended: nothing is applied and no errand is run any more. */
  #ended = false;

  /** @param onTrouble a fetch failed and is tried again */
  constructor(cluster: Cluster, onTrouble: (error: Error, attempt: number) => void) {
    this.#cluster = cluster;
    this.#reader = new LogReader(cluster, { isolation: 'read_committed', onRetry: onTrouble });
  }

  /** @param onFailed told of what ended it before `close` */
  start(onFailed: (error: Error) => void): void {
    this.#running = this.#run()
      .catch((error: unknown) => { onFailed(error instanceof Error ? error : new Error(String(error))); })
      .finally(() => {
        this.#ended = true;
        for (const errand of this.#errands.splice(0)) errand.drop();
      });
  }

  async add(partitions: readonly FollowedPartition[]): Promise<void> {
    const ends = await listOffsets(this.#cluster, partitions, 'latest', 'read_uncommitted');
    for (const [k, followed] of partitions.entries()) {
      const target = ends[k].offset;
      this.#progress.set(keyOf(followed), { followed, target, position: followed.position, end: target });
    }
    this.#reader.assign(partitions.map(({ topic, partition, position }) => ({ topic, partition, offset: position })));
  }

  /** Partitions that have not reached the high watermark they were added at: topic, partition, records to go at most. */
  get behind(): readonly { readonly topic: string; readonly partition: number; readonly left: number }[] {
    return [...this.#progress.values()]
      .filter(({ position, target }) => position < target)
      .map(({ followed: { topic, partition }, position, target }) => ({ topic, partition, left: target - position }));
  }

  /** Offsets between what was applied and the end of a topic's partitions, as of the latest fetches. */
  lag(topic: string): number {
    return [...this.#progress.values()].filter(({ followed }) => followed.topic === topic).reduce((sum, { position, end }) => sum + Math.max(0, end - position), 0);
  }

  position(topic: string, partition: number): number {
    return this.#progress.get(keyOf({ topic, partition }))?.position ?? -1;
  }

  /** Waits until `condition` holds, which is asked whenever something was applied. False when closed before. */
  async until(condition: () => boolean): Promise<boolean> {
    while (!condition()) {
      if (this.#closed) return false;
      await this.#changed.promise;
    }
    return true;
  }

  /** Runs work in the loop, between two fetches: nothing is applied meanwhile. False when the loop ended before. @throws what the work throws */
  async between(work: () => Promise<void>): Promise<boolean> {
    if (this.#ended) return false;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#errands.push({ run: () => work().then(() => { resolve(true); }, reject), drop: () => { resolve(false); } });
    return await promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changed.resolve();
    await this.#reader.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const fetched = await this.#reader.poll(POLL_MS);
      for (const part of fetched) {
        if (this.#closed) return;
        await this.#apply(part);
        // Health and look-ups have their turn between two pieces of a long catch-up.
        await turn();
      }
      for (const errand of this.#errands.splice(0)) await errand.run();
      if (fetched.length === 0) continue;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  async #apply(part: FetchedPartition): Promise<void> {
    const progress = this.#progress.get(keyOf(part))!;
    const { followed } = progress;
    const record = part.cursor();
    while (record.next()) {
      const { offset, bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
      try {
        const wait = followed.ready(bytes, valueStart, valueEnd);
        if (wait !== null) await wait;
        followed.apply(offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
      } catch (error) {
        if (error instanceof LogError) throw error;
        throw new CorruptStateError(`a record can't be applied: ${describe(error)}. Correct its key with a newer version`,
          { topic: part.topic, partition: part.partition, offset, cause: error });
      }
    }
    await followed.reached(part.nextOffset);
    progress.position = part.nextOffset;
    progress.end = part.highWatermark;
  }
}

function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}
