import { dashboard, stat, timeSeries } from './build.ts';

const NS = 'namespace=~"$namespace"';

/** From the topics into VAST: how old, how much, how often it fails. */
export const sink = dashboard({
  uid: 'telco-twin-sink', title: 'telco-twin / Sink', description: 'Rows, delay and transactions of vast-sink.',
}, [
  {
    title: 'Now',
    panels: [
      stat({
        title: 'Oldest waiting row', description: 'Age of the oldest row that has arrived and not landed.', width: 6, unit: 's',
        thresholds: [{ value: 10, color: 'yellow' }, { value: 60, color: 'red' }],
        queries: [{ expr: `max(vast_sink_lag_seconds{${NS}})` }],
      }),
      stat({
        title: 'Records to land', description: 'Records on the log that have not landed, commit markers included.', width: 6, unit: 'short',
        queries: [{ expr: `sum(vast_sink_lag_records{${NS}})` }],
      }),
      stat({
        title: 'Rows landed', description: 'Rows a second, all tables.', width: 6, unit: 'wps',
        queries: [{ expr: `sum(table:vast_sink_rows:rate1m{${NS}})` }],
      }),
      stat({
        title: 'Failed transactions', description: 'Share of the last 5 minutes.', width: 6, unit: 'percentunit', decimals: 1,
        thresholds: [{ value: 0.01, color: 'yellow' }, { value: 0.1, color: 'red' }],
        queries: [{ expr: `max(namespace:vast_sink_transactions_failed:ratio_rate5m{${NS}})` }],
      }),
    ],
  },
  {
    title: 'Delay',
    panels: [
      timeSeries({
        title: 'From arrival to commit', description: 'Of the oldest row of a transaction: what a query in VAST lags behind Kafka.', width: 12, unit: 's',
        queries: [
          { expr: `histogram_quantile(0.5, sum by (le) (rate(vast_sink_delay_seconds_bucket{${NS}}[5m])))`, legend: 'median' },
          { expr: `histogram_quantile(0.95, sum by (le) (rate(vast_sink_delay_seconds_bucket{${NS}}[5m])))`, legend: '95th percentile' },
        ],
      }),
      timeSeries({
        title: 'Landing a transaction', description: 'From its first attempt to its commit: the part that VAST takes.', width: 12, unit: 's',
        queries: [
          { expr: `histogram_quantile(0.5, sum by (le) (rate(vast_sink_land_duration_seconds_bucket{${NS}}[5m])))`, legend: 'median' },
          { expr: `histogram_quantile(0.95, sum by (le) (rate(vast_sink_land_duration_seconds_bucket{${NS}}[5m])))`, legend: '95th percentile' },
        ],
      }),
      timeSeries({
        title: 'Records to land', description: 'Falls when the sink catches up. It does not reach 0: commit markers count.', width: 12, unit: 'short',
        queries: [{ expr: `sum by (instance) (vast_sink_lag_records{${NS}})`, legend: '{{pod}} {{instance}}' }],
      }),
      timeSeries({
        title: 'Oldest waiting row', description: 'By replica.', width: 12, unit: 's',
        thresholds: [{ value: 60, color: 'red' }],
        queries: [{ expr: `max by (instance) (vast_sink_lag_seconds{${NS}})`, legend: '{{pod}} {{instance}}' }],
      }),
    ],
  },
  {
    title: 'Throughput',
    panels: [
      timeSeries({
        title: 'Rows by table', description: 'Rows a second.', width: 12, unit: 'wps', stacked: true,
        queries: [{ expr: `sum by (table) (table:vast_sink_rows:rate1m{${NS}})`, legend: '{{table}}' }],
      }),
      timeSeries({
        title: 'Bytes', description: 'Arrow bytes a second.', width: 12, unit: 'Bps',
        queries: [{ expr: `sum(rate(vast_sink_bytes_total{${NS}}[2m]))`, legend: 'bytes' }],
      }),
      timeSeries({
        title: 'Rows per batch', description: 'Small batches cost VAST more; SINK_MAX_DELAY_MS lets rows wait for others.', width: 8, unit: 'short',
        queries: [{ expr: `sum by (table) (rate(vast_sink_rows_total{${NS}}[5m])) / (sum by (table) (rate(vast_sink_batches_total{${NS}}[5m])) > 0)`, legend: '{{table}}' }],
      }),
      timeSeries({
        title: 'Transactions', description: 'VAST transactions a second, by outcome.', width: 8, unit: 'cps',
        queries: [{ expr: `sum by (outcome) (rate(vast_sink_transactions_total{${NS}}[2m]))`, legend: '{{outcome}}' }],
      }),
      timeSeries({
        title: 'Repeats and dead letters', description: 'Records a minute that were dropped as repeats, or moved to dead_letters.', width: 8, unit: 'short',
        queries: [
          { expr: `60 * sum(rate(vast_sink_repeats_total{${NS}}[5m])) or vector(0)`, legend: 'repeats' },
          { expr: `60 * sum(rate(twin_dead_letters_total{${NS}, processor="vast-sink"}[5m])) or vector(0)`, legend: 'dead letters' },
        ],
      }),
    ],
  },
]);
