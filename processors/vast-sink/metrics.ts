import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { deadLetterCounter } from '../../topology/telemetry/shared-metrics.ts';
import type { PoisonCode } from './dead-letters.ts';
import type { Cargo } from './landing/cargo.ts';
import { dimensionTables, streamTables } from './tables/tables.ts';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const POISON_CODES: Readonly<Record<PoisonCode, true>> = { BAD_WIRE_FORMAT: true, UNKNOWN_SCHEMA: true, MALFORMED_AVRO: true };
const OUTCOMES = ['committed', 'retried', 'unknown', 'fenced', 'conflict', 'missing'] as const;

/** What the sink reports of itself when metrics are scraped. */
export interface SinkGauges {
  /** Age of the oldest row that has arrived and not landed, or how long a partition has waited to be claimed, s; 0 while there is neither. */
  readonly lagSeconds: number;
  /** Records between the ledger and the end of the log, commit markers included. */
  readonly lagRecords: number;
}

export class SinkMetrics {
  readonly #rows: Counter<'table'>;
  readonly #bytes: Counter;
  readonly #transactions: Counter<'outcome'>;
  readonly #landSeconds: Histogram;
  readonly #delaySeconds: Histogram;
  readonly #batches: Counter<'table'>;
  readonly #deadLetter: (code: PoisonCode) => void;
  readonly repeats: Counter<'topic'>;

  constructor(registry: Registry, read: () => SinkGauges) {
    const registers = [registry];
    this.#rows = new Counter({ name: 'vast_sink_rows_total', help: 'Rows landed, by table', labelNames: ['table'], registers });
    this.#batches = new Counter({ name: 'vast_sink_batches_total', help: 'Arrow batches landed, by table', labelNames: ['table'], registers });
    // Known from the start, so that a sink that has landed nothing yet is seen to stand.
    for (const { table } of [...streamTables, ...dimensionTables]) this.#rows.inc({ table }, 0);
    for (const { table } of streamTables) this.#batches.inc({ table }, 0);
    this.#bytes = new Counter({ name: 'vast_sink_bytes_total', help: 'Arrow bytes landed, about', registers });
    this.#transactions = new Counter({ name: 'vast_sink_transactions_total', help: 'VAST transactions, by outcome: committed, retried, unknown, fenced, conflict, missing', labelNames: ['outcome'], registers });
    for (const outcome of OUTCOMES) this.#transactions.inc({ outcome }, 0);
    this.#landSeconds = new Histogram({ name: 'vast_sink_land_duration_seconds', help: 'From the first attempt of a transaction to its commit', buckets: SECONDS, registers });
    this.#delaySeconds = new Histogram({ name: 'vast_sink_delay_seconds', help: 'From the arrival of a transaction\'s oldest row to its commit', buckets: SECONDS, registers });
    this.#deadLetter = deadLetterCounter(registry, 'vast-sink', POISON_CODES);
    this.repeats = new Counter({ name: 'vast_sink_repeats_total', help: 'Repeated records dropped', labelNames: ['topic'], registers });
    new Gauge({ name: 'vast_sink_lag_seconds', help: 'Age of the oldest row that has arrived and not landed, or how long a partition has waited to be claimed', registers, collect() { this.set(read().lagSeconds); } });
    new Gauge({ name: 'vast_sink_lag_records', help: 'Records that have not landed, commit markers included', registers, collect() { this.set(read().lagRecords); } });
  }

  landed(cargo: Cargo, began: number): void {
    for (const { table: { table }, batch } of cargo.parcels) {
      this.#rows.inc({ table }, batch.numRows);
      this.#batches.inc({ table });
    }
    for (const [{ table }, changes] of cargo.changes) this.#rows.inc({ table }, changes.newest.size);
    this.#bytes.inc(cargo.bytes);
    for (const { code } of cargo.poison) this.#deadLetter(code);
    this.#transactions.inc({ outcome: 'committed' });
    this.#landSeconds.observe((performance.now() - began) / 1_000);
    if (cargo.since !== Infinity) this.#delaySeconds.observe((performance.now() - cargo.since) / 1_000);
  }

  notLanded(outcome: Exclude<(typeof OUTCOMES)[number], 'committed'>): void {
    this.#transactions.inc({ outcome });
  }
}
