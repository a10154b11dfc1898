import { dashboard, stat, timeSeries } from './build.ts';

const NS = 'namespace=~"$namespace"';
const STATES = ['ASSIGNED', 'OPENING', 'WAITING', 'RESTORING', 'RECOVERING', 'REFUSING', 'STOPPING', 'FAILED'].join('|');

/** The four generators: are they up with the clock, what do their transactions cost, which tasks do not run. */
export const generators = dashboard({
  uid: 'telco-twin-generators', title: 'telco-twin / Generators', description: 'Lag, tasks, transactions and restores of the generators.',
}, [
  {
    title: 'Lag',
    panels: [
      timeSeries({
        title: 'Lag by generator', description: 'Event time of the ticks that wait, in wall time; the slowest task of each. In a backfill it stands at a few ticks by design.', width: 12, unit: 's',
        thresholds: [{ value: 30, color: 'red' }],
        queries: [{ expr: `processor:twin_lag_wall_seconds:max{${NS}}`, legend: '{{processor}}' }],
      }),
      timeSeries({
        title: 'Slowest tasks', description: 'The ten partitions that lag most. One alone means a hot partition or a sick replica; all together, too little CPU.', width: 12, unit: 's',
        queries: [{ expr: `topk(10, max by (processor, partition) (twin_lag_seconds{${NS}}))`, legend: '{{processor}} {{partition}}' }],
      }),
      timeSeries({
        title: 'Event time produced', description: 'Event seconds a second: 1 when live at speed 1, more in a backfill, 0 when a generator stands.', width: 12, unit: 'none',
        queries: [{ expr: `min by (processor) (deriv(twin_event_time_seconds{${NS}}[2m]))`, legend: '{{processor}}' }],
      }),
      timeSeries({
        title: 'Ticks that wait', description: 'Ticks that the slowest generator group has not committed; the clock waits at 8.', width: 12, unit: 'short',
        queries: [{ expr: `max(twin_clock_lead_ticks{${NS}})`, legend: 'lead' }],
      }),
    ],
  },
  {
    title: 'Tasks',
    panels: [
      stat({
        title: 'Running', description: 'Tasks that render ticks.', width: 4, unit: 'none',
        queries: [{ expr: `sum(twin_tasks{${NS}, state="RUNNING"})` }],
      }),
      stat({
        title: 'Not running', description: 'Tasks that are opening, restoring, recovering, refusing or stopping.', width: 4, unit: 'none',
        thresholds: [{ value: 1, color: 'orange' }],
        queries: [{ expr: `sum(twin_tasks{${NS}, state=~"${STATES}"})` }],
      }),
      timeSeries({
        title: 'Tasks that do not run', description: 'By phase. RECOVERING follows a failed transaction, REFUSING a tick of a newer model.', width: 8, unit: 'short', height: 8,
        queries: [{ expr: `sum by (processor, state) (twin_tasks{${NS}, state=~"${STATES}"}) > 0 or sum by (processor) (0 * twin_tasks{${NS}})`, legend: '{{processor}} {{state}}' }],
      }),
      timeSeries({
        title: 'Restore time', description: '95th percentile of the last 30 minutes.', width: 8, unit: 's', height: 8,
        thresholds: [{ value: 30, color: 'red' }],
        queries: [{ expr: `histogram_quantile(0.95, sum by (processor, le) (increase(twin_restore_duration_seconds_bucket{${NS}}[30m])))`, legend: '{{processor}}' }],
      }),
    ],
  },
  {
    title: 'State',
    panels: [
      timeSeries({
        title: 'subscriber-db behind', description: 'Offsets of the state topics that subscriber-db has not applied, the slowest replica.', width: 12, unit: 'short',
        queries: [{ expr: `max by (topic) (twin_store_lag_offsets{${NS}})`, legend: '{{topic}}' }],
      }),
      timeSeries({
        title: 'Where generators started from', description: 'Partitions of state tables read since the start of each process: from a snapshot of subscriber-db, or from the topic.', width: 12, unit: 'short',
        queries: [{ expr: `sum by (source) (twin_table_restores_total{${NS}})`, legend: '{{source}}' }],
      }),
    ],
  },
  {
    title: 'Output',
    panels: [
      timeSeries({
        title: 'Records', description: 'Committed records a second, by stream.', width: 8, unit: 'cps',
        queries: [{ expr: `sum by (stream) (stream:twin_events:rate1m{${NS}, stream!="task_state"})`, legend: '{{stream}}' }],
      }),
      timeSeries({
        title: 'Bytes', description: 'Keys and values a second, before compression.', width: 8, unit: 'Bps',
        queries: [{ expr: `sum by (stream) (stream:twin_bytes:rate1m{${NS}})`, legend: '{{stream}}' }],
      }),
      timeSeries({
        title: 'CPU per record', description: 'CPU seconds of generator processes for each committed record.', width: 8, unit: 's',
        queries: [{
          expr: `sum(rate(process_cpu_seconds_total{${NS}}[5m]) * on (instance, pod) group_left () max by (instance, pod) (twin_event_time_seconds{${NS}} > bool 0)) / sum(rate(twin_events_total{${NS}}[5m]))`,
          legend: 'CPU per record',
        }],
      }),
    ],
  },
  {
    title: 'Transactions',
    panels: [
      timeSeries({
        title: 'Transactions', description: 'Kafka transactions a second, by outcome.', width: 8, unit: 'cps',
        queries: [{ expr: `sum by (outcome) (rate(twin_transactions_total{${NS}}[2m]))`, legend: '{{outcome}}' }],
      }),
      timeSeries({
        title: 'Commit time', description: '95th percentile, by processor.', width: 8, unit: 's',
        queries: [{ expr: `histogram_quantile(0.95, sum by (processor, le) (rate(twin_commit_duration_seconds_bucket{${NS}}[5m])))`, legend: '{{processor}}' }],
      }),
      timeSeries({
        title: 'Records per transaction', description: 'More records a transaction cost the broker less.', width: 8, unit: 'short',
        queries: [{ expr: `sum(rate(twin_events_total{${NS}}[2m])) / sum(rate(twin_transactions_total{${NS}, outcome="committed", processor=~".*-generator"}[2m]))`, legend: 'records' }],
      }),
    ],
  },
]);
