import type { Context as TraceContext } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { LookedUpTopic } from '../../schemas/registry.ts';
import type { Names, TopicName } from '../graph/index.ts';
import type { Cluster, RecordHeader } from '../log/index.ts';

/**
 * What processors implement and what the runtime hands them. A processor touches Kafka only through these; so its output
 * is a function of the tables as of a tick, the tick, and the state it kept: the same at any replica count.
 */

export type TickMode = 'BACKFILL' | 'LIVE';

/** An order to produce event time [from, to) of one partition, with the state it must be produced from. */
export interface Tick {
  readonly partition: number;
  /** Rises by one from tick to tick of a partition. */
  readonly sequence: number;
  /** Event time, ms. */
  readonly from: number;
  readonly to: number;
  readonly mode: TickMode;
  readonly modelVersion: number;
  /** End offsets (of the next record) that must be applied first. */
  readonly scenarioStateEnd: number;
  readonly networkStateEnd: number;
  /** Indexed by partition. */
  readonly subscriberStateEnds: readonly number[];
  /** Traces of the scenarios that begin or end with this tick; absent for almost all. */
  readonly traces?: readonly TraceContext[];
}

/** Receives the versions of a table in the order of the log. */
export interface TableHandler {
  /**
   * Key and value lie in `bytes` and are valid during the call only. `valueStart` is -1 for a tombstone. `offset` identifies
   * the version: a record is part of the state as of a tick iff its offset is below the end offset that the tick names.
   */
  apply(
    partition: number, offset: number, bytes: Buffer,
    keyStart: number, keyEnd: number, valueStart: number, valueEnd: number,
  ): void;
  /**
   * Called for each partition before its first record, where a handler can take over what others have read. Answers null, and leaves
   * nothing behind, when the partition is to be fed from its beginning. Never rejects for a reason that reading the log would not have.
   */
  restore?(partition: number, range: TableRange): Promise<TableStart | null>;
}

/** What of a partition is wanted. */
export interface TableRange {
  /** End offset that the tick at hand names. */
  readonly end: number;
  /** Offset after the last record on the log. */
  readonly logEnd: number;
}

/** Where a partition's records are to be fed from. */
export interface TableStart {
  /** Everything below was taken over. */
  readonly offset: number;
  /** The state as of any end offset from here on can be told. */
  readonly floor: number;
}

export type TableHandlers = Readonly<Partial<Record<TopicName, TableHandler>>>;

/** One per processor and process: what its tasks share. */
export interface ProcessorLogic {
  /** The behaviour this build implements. Ticks of another version are refused: unready, nothing committed. */
  readonly modelVersion: number;
  readonly tables: {
    /**
     * Exactly the `lookup` topics of the processor's graph. Every partition, every version, read *at least* to the offsets of
     * the tick at hand: tasks of one process stand at different ticks, so a look-up must pass the tick's offsets. Handlers
     * that are the same object (see `ProcessorContext.share`) are fed once per process.
     */
    readonly lookup: TableHandlers;
  };
  /** Called with the lookup tables at the first tick's offsets (at least). Again after every recovery: it starts empty. */
  createTask(partition: number): TaskLogic;
  close?(): void | Promise<void>;
}

/**
 * One partition of one processor. An instance lives from a restore to the next failure or revocation: whatever it changed
 * in memory is thrown away with it when a transaction does not commit.
 */
export interface TaskLogic {
  /** Exactly the `join` topics of the graph; own partition, advanced *exactly* to the offsets of the tick before `handle`. */
  readonly joins: TableHandlers;
  /**
   * Rebuilds what the task needs to go on at `cursorTo` (event time, ms; `firstTick.from` for a new twin). Tables stand at
   * the offsets of `firstTick`, which `handle` gets next. `state` is the last committed `snapshot`.
   */
  restore(cursorTo: number, firstTick: Tick, state: Uint8Array | null): void | Promise<void>;
  /** Appends the records of [tick.from, tick.to). Work of more than ~50 ms should await `out.backpressure()` in between. */
  handle(tick: Tick, out: TaskOutput): void | Promise<void>;
  /** What `restore` can't recompute; committed with the outputs. Null when everything can be recomputed. */
  snapshot(): Uint8Array | null;
  close(): void;
}

/** Writes to the task's own partition, in the transaction that also moves its cursor. */
export interface TaskOutput {
  /**
   * Copies one record. `value[start, end)` is the whole value, Confluent header (magic 0, schema id) included.
   * Throws when `topic` is not an output of the processor's graph.
   * @param view of `value`, where the caller has one: makes the copy cheap
   */
  append(
    topic: TopicName, timestampMs: number, key: Uint8Array | null,
    value: Uint8Array, start?: number, end?: number, headers?: readonly RecordHeader[], view?: DataView,
  ): void;
  /** Registry id of the topic's value schema. */
  schemaId(topic: TopicName): number;
  /** Lets heartbeats live, and waits while too many bytes are unacknowledged. */
  backpressure(): Promise<void>;
  /**
   * Throws when the task is to end, which then gives up its transaction: for long work that would hold up a shutdown or a rebalance, such as
   * what has to be recomputed before a tick's first record.
   */
  checkpoint(): void;
}

/** What a processor may use besides its tables and ticks. */
export interface ProcessorContext {
  readonly processor: string;
  readonly cluster: Cluster;
  readonly names: Names;
  /** Registry ids to write with, of every topic that a processor of this process reads or writes. */
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  /** The same with resolvers, to read values of any registered version. */
  readonly schemas: ReadonlyMap<TopicName, LookedUpTopic>;
  /** Partition count of the twin. */
  readonly partitions: number;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires when the process begins to stop: for a `createProcessor` or a service that waits for something. */
  readonly signal: AbortSignal;
  /** One object per process for `key`, made by the first processor that asks: how processors share a copy of the twin. */
  share<T>(key: string, create: () => T): T;
  /** Ends the process: drain, then exit code 1 with the error as reason. For failures that no retry can help. */
  fail(error: Error): void;
}

/** A processor with a loop of its own. */
export interface Service {
  /** Resolves when it is serving. */
  start(): Promise<void>;
  /** Finishes or aborts what is open, leaves its group. */
  stop(): Promise<void>;
  /** Reasons for not being ready; empty when ready. */
  unready?(): readonly string[];
}

/** A module in `processors/<name>/index.ts` exports one of these functions under its key. */
export interface ProcessorModule {
  readonly createProcessor?: (context: ProcessorContext) => ProcessorLogic | Promise<ProcessorLogic>;
  readonly createService?: (context: ProcessorContext) => Service | Promise<Service>;
}
