import type { Context as TraceContext } from '@opentelemetry/api';
import type { RecordBatch } from 'apache-arrow';
import type { TopicPartition } from '../../../topology/log/index.ts';
import { Changes } from '../dimensions/changes.ts';
import type { Claim } from '../ledger/ledger.ts';
import { placeOf } from '../places.ts';
import type { PoisonRecord } from '../dead-letters.ts';
import { RowBuffer } from '../rows/row-buffer.ts';
import type { Column } from '../tables/columns.ts';
import type { DimensionTable, StreamTable } from '../tables/tables.ts';

/** One insert. */
export interface Parcel {
  readonly table: StreamTable;
  readonly batch: RecordBatch;
  /** Columns that the table may not have yet. */
  readonly extraColumns: readonly Column[];
}

export interface Move {
  readonly claim: Claim;
  /** Offset of the first record that this cargo lands; of the next that it does not. */
  readonly fromOffset: number;
  readonly nextOffset: number;
}

/** A record that carries a trace on. */
export interface TracedRecord extends TopicPartition {
  readonly offset: number;
  readonly context: TraceContext;
}

/** Traced records that one cargo follows at most. */
const MAX_TRACES = 32;

/** What one transaction lands. `release` it when nothing reads its batches any more. */
export interface Cargo {
  readonly parcels: readonly Parcel[];
  readonly changes: ReadonlyMap<DimensionTable, Changes>;
  readonly moves: readonly Move[];
  readonly poison: readonly PoisonRecord[];
  readonly rows: number;
  readonly bytes: number;
  /** When its oldest row arrived, `performance.now()`. */
  readonly since: number;
  readonly traces: readonly TracedRecord[];
  release(): void;
}

/** Row buffers that are free: their memory is the larger part of what a sink needs, and it fits the next rows well. */
export class BufferPool {
  readonly #free = new Map<StreamTable, RowBuffer[]>();

  take(table: StreamTable): RowBuffer {
    return this.#free.get(table)?.pop() ?? new RowBuffer(table);
  }

  give(buffer: RowBuffer): void {
    buffer.clear();
    const free = this.#free.get(buffer.table);
    if (free === undefined) this.#free.set(buffer.table, [buffer]);
    else free.push(buffer);
  }
}

/** Gathers rows until they are worth a transaction. */
export class Stage {
  readonly #pool: BufferPool;
  readonly #batchBytes: number;
  readonly #open = new Map<StreamTable, RowBuffer>();
  readonly #full: RowBuffer[] = [];
  readonly #changes = new Map<DimensionTable, Changes>();
  readonly #moves = new Map<string, Move>();
  readonly #poison: PoisonRecord[] = [];
  readonly #traces: TracedRecord[] = [];
  #fullBytes = 0;
  #fullRows = 0;
  #changeCount = 0;
  #since = Infinity;

  constructor(pool: BufferPool, batchBytes: number) {
    this.#pool = pool;
    this.#batchBytes = batchBytes;
  }

  get rows(): number {
    let rows = this.#fullRows + this.#changeCount + this.#poison.length;
    for (const buffer of this.#open.values()) rows += buffer.rows;
    return rows;
  }

  get bytes(): number {
    let bytes = this.#fullBytes;
    for (const buffer of this.#open.values()) bytes += buffer.byteLength;
    for (const changes of this.#changes.values()) bytes += changes.byteLength;
    return bytes;
  }

  /** When the oldest row arrived; Infinity while there is none. */
  get since(): number {
    return this.#since;
  }

  /** Offsets have moved, be it only past control records. */
  get hasMoved(): boolean {
    return this.#moves.size > 0;
  }

  /** The buffer to append a table's next rows to; ask again every few rows, so that batches do not overgrow. */
  buffer(table: StreamTable): RowBuffer {
    let buffer = this.#open.get(table);
    if (buffer !== undefined && buffer.byteLength >= this.#batchBytes) {
      this.#close(buffer);
      buffer = undefined;
    }
    if (buffer === undefined) this.#open.set(table, buffer = this.#pool.take(table));
    return buffer;
  }

  /** @param record null: the key has been deleted */
  change(table: DimensionTable, key: string, partition: number, offset: number, record: unknown): void {
    let changes = this.#changes.get(table);
    if (changes === undefined) this.#changes.set(table, changes = new Changes(table));
    changes.add(key, partition, offset, record);
    this.#changeCount += 1;
  }

  trace(record: TracedRecord): void {
    if (this.#traces.length < MAX_TRACES) this.#traces.push(record);
  }

  poison(record: PoisonRecord): void {
    this.#poison.push(record);
  }

  /** Everything of [fromOffset, nextOffset) has been staged. */
  move(claim: Claim, fromOffset: number, nextOffset: number, now: number): void {
    const place = placeOf(claim);
    const earlier = this.#moves.get(place);
    if (earlier !== undefined && earlier.claim !== claim) throw new Error(`rows of two claims of ${place} were staged together`);
    this.#moves.set(place, { claim, fromOffset: earlier?.fromOffset ?? fromOffset, nextOffset });
    if (this.#since === Infinity && this.rows > 0) this.#since = now;
  }

  /** All that was gathered; the stage is not used after that. */
  toCargo(): Cargo {
    const { rows, bytes, since } = this;
    for (const buffer of this.#open.values()) this.#close(buffer);
    const buffers = this.#full;
    return {
      parcels: buffers.map((buffer) => ({ table: buffer.table, batch: buffer.toBatch(), extraColumns: buffer.extraColumns })),
      changes: this.#changes, moves: [...this.#moves.values()], poison: this.#poison, rows, bytes, since, traces: this.#traces,
      release: () => {
        for (const buffer of buffers.splice(0)) this.#pool.give(buffer);
      },
    };
  }

  /** Throws away what was gathered. */
  drop(): void {
    for (const buffer of [...this.#open.values(), ...this.#full.splice(0)]) this.#pool.give(buffer);
    this.#open.clear();
  }

  #close(buffer: RowBuffer): void {
    this.#open.delete(buffer.table);
    if (buffer.rows === 0) {
      this.#pool.give(buffer);
      return;
    }
    this.#full.push(buffer);
    this.#fullBytes += buffer.byteLength;
    this.#fullRows += buffer.rows;
  }
}
