import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { observeRequestErrors } from '../log/index.ts';
import { VERSION } from '../telemetry/build.ts';
import { deadLetterCounter, TransactionMetrics, type TransactionOutcome } from '../telemetry/shared-metrics.ts';
import type { PoisonCode } from './errors.ts';
import type { TaskPhase } from './lifecycle.ts';
import { taskPhases } from './lifecycle.ts';
import type { Written } from './output.ts';

/** What a task reports of itself when metrics are scraped. */
export interface TaskGauges {
  readonly processor: string;
  readonly partition: number;
  readonly phase: TaskPhase;
  /** Event time between the last committed tick and the newest known tick, s. */
  readonly lagSeconds: number;
  /** End of the last committed tick, event time ms; -1 before the first. */
  readonly committedTo: number;
  /** The newest known tick says that event time is wall time. */
  readonly followsWallClock: boolean;
}

/** What a transaction of a task did. */
export interface Committed {
  readonly written: readonly Written[];
  readonly ticks: number;
  /** Reasons of the records moved to `dead_letters`. */
  readonly deadLetters: readonly PoisonCode[];
  /** From the end of rendering to the acknowledged commit, s. */
  readonly seconds: number;
}

const POISON_CODES: Readonly<Record<PoisonCode, true>> = {
  NULL_VALUE: true, UNREADABLE: true, UNKNOWN_MODE: true, WRONG_PARTITION: true, EMPTY_INTERVAL: true, REPEATED: true,
};
const RESTORE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Metrics of one process. Commit markers occupy offsets, so lag is in event time, never in offsets. */
export class RuntimeMetrics {
  readonly registry = new Registry();
  readonly #tasks = new Set<() => TaskGauges>();
  readonly #readiness = new Map<string, () => boolean>();
  readonly #transactions = new Map<string, TransactionMetrics>();
  readonly #events: Counter<'stream'>;
  readonly #bytes: Counter<'stream'>;
  readonly #restoreSeconds: Histogram<'processor'>;
  readonly #ticks: Counter<'processor'>;
  readonly #deadLetters = new Map<string, (reason: PoisonCode) => void>();
  readonly #unobserve: () => void;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    new Gauge({ name: 'twin_build_info', help: 'Always 1; version of telco-twin and of Node.js in its labels', labelNames: ['version', 'node'], registers })
      .set({ version: VERSION, node: process.versions.node }, 1);
    const errors = new Counter({
      name: 'twin_kafka_request_errors_total', help: 'Requests that a broker refused, by Kafka\'s name of the error; TRANSPORT for those that got no answer',
      labelNames: ['error'], registers,
    });
    this.#unobserve = observeRequestErrors((error) => errors.inc({ error }));
    const readiness = this.#readiness;
    new Gauge({
      name: 'twin_ready', help: '1 while the processor is ready, as /readyz tells', labelNames: ['processor'], registers,
      collect() {
        for (const [processor, ready] of readiness) this.set({ processor }, ready() ? 1 : 0);
      },
    });
    this.#taskGauges();
    this.#events = new Counter({ name: 'twin_events_total', help: 'Records committed, by topic', labelNames: ['stream'], registers });
    this.#bytes = new Counter({ name: 'twin_bytes_total', help: 'Bytes of keys and values committed, before compression, by topic', labelNames: ['stream'], registers });
    this.#restoreSeconds = new Histogram({ name: 'twin_restore_duration_seconds', help: 'From the first tick seen to a restored task', labelNames: ['processor'], buckets: RESTORE_BUCKETS, registers });
    this.#ticks = new Counter({ name: 'twin_ticks_total', help: 'Ticks committed, counted for each partition', labelNames: ['processor'], registers });
  }

  /** Returns the function that takes the task out again. */
  addTask(read: () => TaskGauges): () => void {
    this.#tasks.add(read);
    this.#transactionsOf(read().processor);
    this.#deadLettersOf(read().processor);
    return () => { this.#tasks.delete(read); };
  }

  addProcessor(processor: string, ready: () => boolean): void {
    this.#readiness.set(processor, ready);
  }

  committed(processor: string, { written, ticks, deadLetters, seconds }: Committed): void {
    for (const { topic, records, bytes } of written) {
      this.#events.inc({ stream: topic }, records);
      this.#bytes.inc({ stream: topic }, bytes);
    }
    this.#ticks.inc({ processor }, ticks);
    for (const reason of deadLetters) this.#deadLettersOf(processor)(reason);
    this.#transactionsOf(processor).committed(seconds);
  }

  notCommitted(processor: string, outcome: Exclude<TransactionOutcome, 'committed'>): void {
    this.#transactionsOf(processor).failed(outcome);
  }

  restored(processor: string, seconds: number): void {
    this.#restoreSeconds.observe({ processor }, seconds);
  }

  /** Observes nothing any more. */
  close(): void {
    this.#unobserve();
  }

  #transactionsOf(processor: string): TransactionMetrics {
    let metrics = this.#transactions.get(processor);
    if (metrics === undefined) this.#transactions.set(processor, metrics = new TransactionMetrics(this.registry, processor));
    return metrics;
  }

  #deadLettersOf(processor: string): (reason: PoisonCode) => void {
    let count = this.#deadLetters.get(processor);
    if (count === undefined) this.#deadLetters.set(processor, count = deadLetterCounter(this.registry, processor, POISON_CODES));
    return count;
  }

  #taskGauges(): void {
    const registers = [this.registry];
    const read = (): TaskGauges[] => [...this.#tasks].map((task) => task());
    new Gauge({
      name: 'twin_lag_seconds', help: 'Event time of the ticks that wait for the task; autoscalers use it, and it stays 0 while the clock stands',
      labelNames: ['processor', 'partition'], registers,
      collect() {
        this.reset();
        for (const { processor, partition, lagSeconds } of read()) this.set({ processor, partition }, lagSeconds);
      },
    });
    new Gauge({
      name: 'twin_event_time_seconds', help: 'Event time up to which all tasks here have committed, since the epoch', labelNames: ['processor'], registers,
      collect() {
        this.reset();
        for (const [processor, time] of slowest(read())) this.set({ processor }, time / 1_000);
      },
    });
    new Gauge({
      name: 'twin_wall_clock_lag_seconds', help: 'From the last event time committed by the slowest task to the wall clock; grows when the clock or the task stands',
      labelNames: ['processor'], registers,
      collect() {
        this.reset();
        for (const [processor, time] of slowest(read().filter(({ followsWallClock }) => followsWallClock))) {
          this.set({ processor }, Math.max(0, Date.now() - time) / 1_000);
        }
      },
    });
    new Gauge({
      name: 'twin_tasks', help: 'Tasks of this process by the phase they are in', labelNames: ['processor', 'state'], registers,
      collect() {
        this.reset();
        const tasks = read();
        for (const processor of new Set(tasks.map((task) => task.processor))) {
          for (const state of taskPhases) {
            this.set({ processor, state }, tasks.filter((task) => task.processor === processor && task.phase === state).length);
          }
        }
      },
    });
  }
}

/** The earliest committed event time of each processor's tasks, ms. */
function slowest(tasks: readonly TaskGauges[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { processor, committedTo } of tasks) {
    if (committedTo >= 0) times.set(processor, Math.min(times.get(processor) ?? Infinity, committedTo));
  }
  return times;
}
