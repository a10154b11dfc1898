import { Counter, Histogram, type Registry } from 'prom-client';

/** Metrics that several processors of one process write to, each under its own name. All are in deploy/observability/telemetry.yaml. */

export type TransactionOutcome = 'committed' | 'aborted' | 'unknown';

const COMMIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Kafka transactions of one processor. */
export class TransactionMetrics {
  readonly #processor: string;
  readonly #transactions: Counter<'processor' | 'outcome'>;
  readonly #commitSeconds: Histogram<'processor'>;

  constructor(registry: Registry, processor: string) {
    this.#processor = processor;
    this.#transactions = shared(registry, 'twin_transactions_total', (name) => new Counter({
      name, help: 'Kafka transactions, by outcome: committed, aborted, unknown', labelNames: ['processor', 'outcome'], registers: [registry],
    }));
    this.#commitSeconds = shared(registry, 'twin_commit_duration_seconds', (name) => new Histogram({
      name, help: 'From the last record appended to the acknowledged commit', labelNames: ['processor'], buckets: COMMIT_BUCKETS, registers: [registry],
    }));
    // Known from the start, so that the first failure counts as an increase.
    for (const outcome of ['committed', 'aborted', 'unknown']) this.#transactions.inc({ processor, outcome }, 0);
  }

  committed(seconds: number): void {
    this.#transactions.inc({ processor: this.#processor, outcome: 'committed' });
    this.#commitSeconds.observe({ processor: this.#processor }, seconds);
  }

  failed(outcome: Exclude<TransactionOutcome, 'committed'>): void {
    this.#transactions.inc({ processor: this.#processor, outcome });
  }
}

/** Counts records that a processor moves to `dead_letters`. @param reasons all there can be: a few fixed words, never texts */
export function deadLetterCounter<Reason extends string>(registry: Registry, processor: string, reasons: Readonly<Record<Reason, true>>): (reason: Reason) => void {
  const counter = shared(registry, 'twin_dead_letters_total', (name) => new Counter({
    name, help: 'Records moved to dead_letters, by reason', labelNames: ['processor', 'reason'], registers: [registry],
  }));
  // Known from the start, so that the first one counts as an increase.
  for (const reason of Object.keys(reasons)) counter.inc({ processor, reason }, 0);
  return (reason) => { counter.inc({ processor, reason }); };
}

function shared<Metric>(registry: Registry, name: string, create: (name: string) => Metric): Metric {
  return (registry.getSingleMetric(name) as Metric | undefined) ?? create(name);
}
