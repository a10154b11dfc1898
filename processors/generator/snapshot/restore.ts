import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { free } from '../../../host/memory.ts';
import type { TableRange, TableStart } from '../../../topology/task/contract.ts';
import { sameTwin, type TwinConfig } from '../../../twin/config.ts';
import { Turns } from '../turns.ts';
import { fetchSnapshot, type SnapshotServer } from './client.ts';
import { decodeSnapshot, SnapshotError, type Snapshot, type SnapshotHeader } from './format.ts';

/** What snapshots must be of to be used. */
export interface WantedSnapshots {
  readonly topic: 'subscriber_state' | 'network_state';
  readonly topicId: string;
  readonly twin: TwinConfig;
  readonly layout: number;
}

/** Snapshots held in memory at a time. */
const LANES = 2;

/** Counts where partitions of tables were read from. */
export class RestoreMetrics {
  readonly #partitions: Counter<'source'>;

  constructor(registry: Registry) {
    this.#partitions = new Counter({
      name: 'twin_table_restores_total', help: 'Partitions of state tables read at start, by source: snapshot or topic', labelNames: ['source'], registers: [registry],
    });
  }

  restored(source: 'snapshot' | 'topic'): void {
    this.#partitions.inc({ source });
  }
}

/**
 * Starts a table from subscriber-db's snapshots. Whatever is wrong with one (nobody answers, slow, torn, of another twin, too new), the
 * answer is null and the partition is read from its topic: a store makes a restore faster, it is never needed.
 */
export class SnapshotRestore {
  readonly #server: SnapshotServer;
  readonly #wanted: WantedSnapshots;
  readonly #logger: Logger;
  readonly #metrics: RestoreMetrics;
  readonly #load: (partition: number, snapshot: Snapshot) => void;
  readonly #lanes = Array.from({ length: LANES }, () => new Turns());
  /** Set when nobody answers: the other partitions need not find that out too. */
  #unreachable = false;

  /** @param load takes a verified snapshot over; must change nothing when it throws, and keep nothing of it */
  constructor(
    server: SnapshotServer, wanted: WantedSnapshots, logger: Logger, metrics: RestoreMetrics, load: (partition: number, snapshot: Snapshot) => void,
  ) {
    this.#server = server;
    this.#wanted = wanted;
    this.#logger = logger;
    this.#metrics = metrics;
    this.#load = load;
  }

  async restore(partition: number, range: TableRange): Promise<TableStart | null> {
    let start: TableStart | null = null;
    await this.#lanes[partition % LANES].run(async () => { start = await this.#try(partition, range); });
    this.#metrics.restored(start === null ? 'topic' : 'snapshot');
    return start;
  }

  async #try(partition: number, range: TableRange): Promise<TableStart | null> {
    const { topic } = this.#wanted;
    if (this.#unreachable) return null;
    const started = performance.now();
    try {
      const { offset, floor } = this.#take(await fetchSnapshot(this.#server, topic, partition), partition, range);
      this.#logger.info({ topic, partition, offset, floor, seconds: (performance.now() - started) / 1_000 }, 'table partition restored from a snapshot');
      return { offset, floor };
    } catch (error) {
      if (!(error instanceof SnapshotError) && !(error instanceof RangeError)) throw error;
      const silent = error.cause instanceof Error;
      if (!silent || !this.#unreachable) {
        this.#logger.warn({ topic, partition }, `no snapshot to start from, reading the topic instead: ${error.message}`);
      }
      if (silent) this.#unreachable = true;
      return null;
    }
  }

  /** Loads a snapshot and gives its memory back. @throws SnapshotError, RangeError: nothing was changed then */
  #take(bytes: Uint8Array<ArrayBuffer>, partition: number, range: TableRange): SnapshotHeader {
    try {
      const snapshot = decodeSnapshot(bytes);
      this.#check(snapshot, partition, range);
      this.#load(partition, snapshot);
      return snapshot.header;
    } finally {
      free(bytes);
    }
  }

  /** @throws SnapshotError when it is none of this table at these offsets */
  #check({ header }: Snapshot, partition: number, range: TableRange): void {
    const { topic, topicId, twin, layout } = this.#wanted;
    if (header.topic !== topic || header.partition !== partition) throw new SnapshotError(`it is of ${header.topic}/${header.partition}`);
    if (header.topicId !== topicId || !sameTwin(header.twin, twin)) throw new SnapshotError('it is of another twin');
    if (header.layout !== layout) throw new SnapshotError('it was made by a build that lays out its rows in another way');
    if (header.offset > range.logEnd) throw new SnapshotError(`it is too new: made at offset ${header.offset}, the topic ends at ${range.logEnd}`);
    if (header.floor > range.end) throw new SnapshotError(`it is too new: exact from offset ${header.floor} on, and the tick names ${range.end}`);
  }
}
