import { Counter, Gauge, type Registry } from 'prom-client';

/** What the store tells of itself when metrics are scraped, by topic. */
export interface StoreGauges {
  readonly topic: string;
  /** Offsets not applied yet. */
  readonly lag: number;
  /** Records that count. */
  readonly records: number;
  readonly bytes: number;
}

export class StoreMetrics {
  readonly #rebuilds: Counter<'topic'>;
  readonly #snapshots: Counter<'topic'>;
  readonly #snapshotBytes: Counter<'topic'>;
  readonly #requests: Counter<'route' | 'status'>;

  constructor(registry: Registry, read: () => readonly StoreGauges[]) {
    const registers = [registry];
    const gauge = (name: string, help: string, value: (gauges: StoreGauges) => number): void => {
      new Gauge({
        name, help, labelNames: ['topic'], registers,
        collect() {
          for (const gauges of read()) this.set({ topic: gauges.topic }, value(gauges));
        },
      });
    };
    gauge('twin_store_lag_offsets', 'Offsets of a state topic that the store has not applied yet, control records included', ({ lag }) => lag);
    gauge('twin_store_records', 'Keys that have a record in the store', ({ records }) => records);
    gauge('twin_store_bytes', 'Bytes of the store on disk', ({ bytes }) => bytes);
    this.#rebuilds = new Counter({ name: 'twin_store_rebuilds_total', help: 'Partitions of the store that were torn, corrupt or of another topic, and read again', labelNames: ['topic'], registers });
    // Known before the files are opened: in a life without a rebuild it is 0, which the alert tells from a life with one.
    for (const topic of ['network_state', 'subscriber_state']) this.#rebuilds.inc({ topic }, 0);
    this.#snapshots = new Counter({ name: 'twin_store_snapshots_total', help: 'Partition snapshots served', labelNames: ['topic'], registers });
    this.#snapshotBytes = new Counter({ name: 'twin_store_snapshot_bytes_total', help: 'Bytes of partition snapshots served', labelNames: ['topic'], registers });
    this.#requests = new Counter({ name: 'twin_store_requests_total', help: 'Requests of look-ups and snapshots, by route and status', labelNames: ['route', 'status'], registers });
  }

  rebuilt(topic: string): void {
    this.#rebuilds.inc({ topic });
  }

  served(topic: string, bytes: number): void {
    this.#snapshots.inc({ topic });
    this.#snapshotBytes.inc({ topic }, bytes);
  }

  requested(route: string, status: number): void {
    this.#requests.inc({ route, status: String(status) });
  }
}
