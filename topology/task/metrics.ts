import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TaskPhase } from './lifecycle.ts';
import { taskPhases } from './lifecycle.ts';
import type { Written } from './output.ts';

export type TransactionOutcome = 'committed' | 'aborted' | 'unknown';

/** What a task reports of itself when metrics are scraped. */
export interface TaskGauges {
  readonly processor: string;
  readonly partition: number;
  readonly phase: TaskPhase;
  /** Event time between the last committed tick and the newest known tick, s. */
  readonly lagSeconds: number;
}

const COMMIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const RESTORE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Metrics of one process. Commit markers occupy offsets, so lag is in event time, never in offsets. */
export class RuntimeMetrics {
  readonly registry = new Registry();
  readonly #tasks = new Set<() => TaskGauges>();
  readonly #events: Counter<'stream'>;
  readonly #bytes: Counter<'stream'>;
  readonly #transactions: Counter<'processor' | 'outcome'>;
  readonly #commitSeconds: Histogram<'processor'>;
  readonly #restoreSeconds: Histogram<'processor'>;
  readonly #ticks: Counter<'processor'>;
  readonly #deadLetters: Counter<'processor'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const tasks = this.#tasks;
    new Gauge({
      name: 'twin_lag_seconds', help: 'Event time from the last committed tick to the newest tick known, per task',
      labelNames: ['processor', 'partition'], registers,
      collect() {
        this.reset();
        for (const read of tasks) {
          const task = read();
          this.set({ processor: task.processor, partition: task.partition }, task.lagSeconds);
        }
      },
    });
    new Gauge({
      name: 'twin_task_state', help: '1 for the phase each task is in', labelNames: ['processor', 'partition', 'state'], registers,
      collect() {
        this.reset();
        for (const read of tasks) {
          const task = read();
          for (const state of taskPhases) this.set({ processor: task.processor, partition: task.partition, state }, state === task.phase ? 1 : 0);
        }
      },
    });
    this.#events = new Counter({ name: 'twin_events_total', help: 'Records committed, by topic', labelNames: ['stream'], registers });
    this.#bytes = new Counter({ name: 'twin_bytes_total', help: 'Bytes of keys and values committed, before compression, by topic', labelNames: ['stream'], registers });
    this.#transactions = new Counter({ name: 'twin_transactions_total', help: 'Transactions, by outcome', labelNames: ['processor', 'outcome'], registers });
    this.#commitSeconds = new Histogram({ name: 'twin_commit_seconds', help: 'From the end of rendering to the acknowledged commit', labelNames: ['processor'], buckets: COMMIT_BUCKETS, registers });
    this.#restoreSeconds = new Histogram({ name: 'twin_restore_seconds', help: 'From the first tick seen to a restored task', labelNames: ['processor'], buckets: RESTORE_BUCKETS, registers });
    this.#ticks = new Counter({ name: 'twin_ticks_total', help: 'Ticks committed', labelNames: ['processor'], registers });
    this.#deadLetters = new Counter({ name: 'twin_dead_letters_total', help: 'Records moved to dead_letters', labelNames: ['processor'], registers });
  }

  /** Returns the function that takes the task out again. */
  addTask(read: () => TaskGauges): () => void {
    this.#tasks.add(read);
    return () => { this.#tasks.delete(read); };
  }

  committed(processor: string, written: readonly Written[], ticks: number, deadLetters: number, seconds: number): void {
    for (const { topic, records, bytes } of written) {
      this.#events.inc({ stream: topic }, records);
      this.#bytes.inc({ stream: topic }, bytes);
    }
    this.#ticks.inc({ processor }, ticks);
    if (deadLetters > 0) this.#deadLetters.inc({ processor }, deadLetters);
    this.#commitSeconds.observe({ processor }, seconds);
    this.#transactions.inc({ processor, outcome: 'committed' });
  }

  notCommitted(processor: string, outcome: Exclude<TransactionOutcome, 'committed'>): void {
    this.#transactions.inc({ processor, outcome });
  }

  restored(processor: string, seconds: number): void {
    this.#restoreSeconds.observe({ processor }, seconds);
  }
}
