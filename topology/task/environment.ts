import type { Logger } from 'pino';
import type { Names, ProcessorGraph, TopicName } from '../graph/index.ts';
import type { Cluster, GroupMember, LogWriter } from '../log/index.ts';
import type { ProcessorLogic, Tick } from './contract.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { TransactionOutput } from './output.ts';
import type { TaskStateCodec } from './records.ts';
import type { RuntimeSettings } from './settings.ts';
import type { TableSource } from './tables.ts';
import type { TickQueue, TickSource } from './ticks.ts';

/** What all tasks of a processor share. */
export interface TaskEnvironment {
  readonly cluster: Cluster;
  readonly names: Names;
  readonly graph: ProcessorGraph;
  readonly input: TopicName;
  readonly persist: TopicName;
  readonly logic: ProcessorLogic;
  readonly member: GroupMember;
  readonly ticks: TickSource;
  readonly tables: TableSource;
  /** Brings the look-up tables to a tick's offsets; null when they are there. */
  readonly lookup: (tick: Tick) => Promise<void> | null;
  readonly codec: TaskStateCodec;
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  readonly settings: RuntimeSettings;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  /** A task failed for good. */
  readonly onFailed: (error: Error) => void;
}

/** How far a task has got. Moved while a transaction is built; only true once it has committed. */
export interface Progress {
  /** Offset of the next input record. */
  inputOffset: number;
  /** Sequence and end of the last tick; -1 before the first. */
  sequence: number;
  to: number;
}

/** What a task writes with, from InitProducerId to the first failure. Thrown away whole. */
export interface Session {
  readonly partition: number;
  readonly writer: LogWriter;
  readonly output: TransactionOutput;
  readonly queue: TickQueue;
  readonly progress: Progress;
  /** Take no more ticks; what is rendered may be committed. */
  readonly stopping: () => boolean;
  /** Commit nothing. */
  readonly lost: () => boolean;
}
