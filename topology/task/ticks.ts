import type { Context as TraceContext } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { DecodeError } from '../../schemas/decode-error.ts';
import { IncompatibleSchemaError, UnknownSchemaError } from '../../schemas/registry/errors.ts';
import { WireFormatError } from '../../schemas/wire.ts';
import { LogReader, type Cluster, type FetchedPartition } from '../log/index.ts';
import { recordContexts } from '../telemetry/propagation.ts';
import type { Tick } from './contract.ts';
import { describe, PoisonRecordError } from './errors.ts';

/** Parses the value of an input record; a promise when its schema has to be fetched first. Throws what makes the record unreadable. */
export type TickDecoder = (value: Buffer) => Tick | Promise<Tick>;

/** An input record's own bytes, kept for `dead_letters`. */
interface RawRecord {
  readonly offset: number;
  /** From its headers. */
  readonly traces: readonly TraceContext[];
  /** When it was appended, wall time ms. */
  readonly appendedAt: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** An input record: a tick, or the reason why it is none. */
export type TickEntry = RawRecord & (
  | { readonly tick: Tick; readonly poison: null }
  | { readonly tick: null; readonly poison: PoisonRecordError }
);

/** Ticks fetched ahead of a task. A tick is some 100 bytes, so this bounds memory while a task restores or lags. */
const QUEUE_LIMIT = 512;
const POLL_MS = 1_000;
/** How long a failed fetch counts as trouble; the reader's own pauses between tries are shorter. */
const TROUBLE_MS = 15_000;
/** A live tick that was appended within this of its end says that event time is wall time: the clock runs at speed 1. */
const WALL_CLOCK_MS = 60_000;

/** What has been fetched of one partition of the input and not been taken yet. */
export class TickQueue {
  readonly partition: number;
  #position: number;
  #entries: TickEntry[] = [];
  #taken = 0;
  #headTo = -1;
  #followsWallClock = false;
  #wake: (() => void) | null = null;
  #ended = false;
  readonly #onRoom: () => void;

  /** @param offset of the first record wanted. @param onRoom the queue was full and is half empty now. */
  constructor(partition: number, offset: number, onRoom: () => void) {
    this.partition = partition;
    this.#position = offset;
    this.#onRoom = onRoom;
  }

  /**
   * Claims what continues the queue of a fetch of [fromOffset, nextOffset). A fetch may have been on its way when the partition
   * was reopened at another offset: then it overlaps, or does not belong here at all.
   * @returns the first offset to push, or -1 when the fetch has nothing for this queue
   */
  claim(fromOffset: number, nextOffset: number): number {
    if (fromOffset > this.#position || nextOffset <= this.#position) return -1;
    const first = this.#position;
    this.#position = nextOffset;
    return first;
  }

  get size(): number {
    return this.#entries.length - this.#taken;
  }

  /** End of the newest tick fetched so far, event time ms; -1 before the first. */
  get headTo(): number {
    return this.#headTo;
  }

  /** The newest tick fetched says that event time is wall time. */
  get followsWallClock(): boolean {
    return this.#followsWallClock;
  }

  peek(): TickEntry | undefined {
    return this.#entries[this.#taken];
  }

  /** Takes what `peek()` showed. */
  take(): void {
    this.#taken += 1;
    if (this.#taken === this.#entries.length || this.#taken >= QUEUE_LIMIT) {
      this.#entries = this.#entries.slice(this.#taken);
      this.#taken = 0;
    }
    if (this.size === QUEUE_LIMIT >> 1) this.#onRoom();
  }

  push(entry: TickEntry): void {
    this.#entries.push(entry);
    if (entry.tick !== null && entry.tick.to > this.#headTo) {
      this.#headTo = entry.tick.to;
      this.#followsWallClock = entry.tick.mode === 'LIVE' && Math.abs(entry.appendedAt - entry.tick.to) < WALL_CLOCK_MS;
    }
    this.#notify();
  }

  /** Resolves when there is an entry, or once the queue has ended; the caller looks for itself. */
  async arrival(): Promise<void> {
    if (this.size > 0 || this.#ended) return;
    await new Promise<void>((resolve) => { this.#wake = resolve; });
  }

  /** Nobody is to wait for entries any more, now or later: whoever takes them may be busy just now. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

export interface TickSourceOptions {
  readonly cluster: Cluster;
  /** Full name of the input topic. */
  readonly topic: string;
  readonly decode: TickDecoder;
  readonly logger: Logger;
  /** The source stopped for good. */
  readonly onError: (error: Error) => void;
}

/** One reader of the input for all tasks of a processor: one long poll per broker, whatever the number of partitions. */
export class TickSource {
  readonly #options: TickSourceOptions;
  readonly #reader: LogReader;
  readonly #queues = new Map<number, TickQueue>();
  #pump: Promise<void> | null = null;
  #closed = false;
  #trouble: { readonly reason: string; readonly at: number } | null = null;

  constructor(options: TickSourceOptions) {
    this.#options = options;
    this.#reader = new LogReader(options.cluster, {
      isolation: 'read_committed',
      onRetry: (error, attempt) => {
        this.#trouble = { reason: error.message, at: performance.now() };
        options.logger.warn({ err: error, attempt }, 'reading ticks failed, trying again');
      },
    });
  }

  /** Why ticks can't be read just now, or null. */
  get trouble(): string | null {
    return this.#trouble !== null && performance.now() - this.#trouble.at < TROUBLE_MS ? this.#trouble.reason : null;
  }

  /** Starts to fetch `partition` at `offset`. A queue handed out before for it is dead. */
  open(partition: number, offset: number): TickQueue {
    this.close(partition);
    const { topic } = this.#options;
    const queue = new TickQueue(partition, offset, () => {
      if (this.#queues.get(partition) === queue) this.#reader.resume([{ topic, partition }]);
    });
    this.#queues.set(partition, queue);
    this.#reader.assign([{ topic, partition, offset }]);
    this.#pump ??= this.#run();
    return queue;
  }

  close(partition: number): void {
    if (!this.#queues.delete(partition)) return;
    this.#reader.unassign([{ topic: this.#options.topic, partition }]);
  }

  async stop(): Promise<void> {
    this.#closed = true;
    await this.#reader.close();
    await this.#pump;
  }

  /** The reader retries what can be retried by itself, so whatever arrives here ends the source. */
  async #run(): Promise<void> {
    try {
      while (!this.#closed) {
        for (const fetched of await this.#reader.poll(POLL_MS)) await this.#deliver(fetched);
      }
    } catch (error) {
      if (!this.#closed) this.#options.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #deliver(fetched: FetchedPartition): Promise<void> {
    const { topic } = this.#options;
    const { partition } = fetched;
    const queue = this.#queues.get(partition);
    const first = queue?.claim(fetched.fromOffset, fetched.nextOffset) ?? -1;
    if (queue === undefined || first < 0) return;
    const records: RawRecord[] = [];
    fetched.forEachRecord((offset, appendedAt, bytes, keyStart, keyEnd, valueStart, valueEnd, headersStart) => {
      if (offset < first) return;
      records.push({
        offset, appendedAt, key: copy(bytes, keyStart, keyEnd), value: copy(bytes, valueStart, valueEnd), traces: recordContexts(bytes, headersStart),
      });
    });
    for (const record of records) queue.push(await this.#entry(partition, record));
    if (queue.size >= QUEUE_LIMIT && this.#queues.get(partition) === queue) this.#reader.pause([{ topic, partition }]);
  }

  async #entry(partition: number, record: RawRecord): Promise<TickEntry> {
    try {
      if (record.value === null) throw new PoisonRecordError('NULL_VALUE', 'a tick has no value');
      const tick = await this.#options.decode(record.value);
      if (tick.partition !== partition) throw new PoisonRecordError('WRONG_PARTITION', `a tick for partition ${tick.partition} lies in partition ${partition}`);
      if (!(tick.to > tick.from)) throw new PoisonRecordError('EMPTY_INTERVAL', `the tick's interval [${tick.from}, ${tick.to}) is empty`);
      return { ...record, tick: record.traces.length === 0 ? tick : { ...tick, traces: record.traces }, poison: null };
    } catch (error) {
      if (error instanceof PoisonRecordError) return { ...record, tick: null, poison: error };
      if (!isUnreadable(error)) throw error;
      return { ...record, tick: null, poison: new PoisonRecordError('UNREADABLE', `the tick can't be decoded: ${describe(error)}`, error) };
    }
  }
}

/** It is the record's fault, not the registry's. */
function isUnreadable(error: unknown): boolean {
  return error instanceof WireFormatError || error instanceof DecodeError
    || error instanceof UnknownSchemaError || error instanceof IncompatibleSchemaError;
}

function copy(bytes: Buffer, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end));
}
