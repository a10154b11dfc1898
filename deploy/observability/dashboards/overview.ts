import { dashboard, stat, table, timeSeries } from './build.ts';

const NS = 'namespace=~"$namespace"';

/** What somebody on call looks at first: does time go on, do records come, does anything fail. */
export const overview = dashboard({
  uid: 'telco-twin-overview', title: 'telco-twin / Overview', description: 'Clock, streams, lag and failures of the twin.',
}, [
  {
    title: 'Now',
    panels: [
      stat({
        title: 'Clock', description: 'Mode of the clock, as its leader says.', width: 3, unit: 'none', text: 'name',
        queries: [{ expr: `max by (mode) (twin_clock_mode{${NS}}) == 1`, legend: '{{mode}}' }],
      }),
      stat({
        title: 'Speed', description: 'Simulated seconds per second.', width: 3, unit: 'none',
        queries: [{ expr: `max(twin_clock_speed{${NS}})` }],
      }),
      stat({
        title: 'Clock lag', description: 'Event time that is due and not ticked yet, in wall time.', width: 3, unit: 's',
        thresholds: [{ value: 5, color: 'yellow' }, { value: 30, color: 'red' }],
        queries: [{ expr: `max(twin_clock_lag_seconds{${NS}} / (twin_clock_speed{${NS}} > 0))` }],
      }),
      stat({
        title: 'Slowest generator', description: 'Lag behind the ticks, in wall time.', width: 3, unit: 's',
        thresholds: [{ value: 5, color: 'yellow' }, { value: 30, color: 'red' }],
        queries: [{ expr: `max(processor:twin_lag_wall_seconds:max{${NS}})` }],
      }),
      stat({
        title: 'Age in VAST', description: 'Age of the oldest row that waits to land.', width: 3, unit: 's',
        thresholds: [{ value: 10, color: 'yellow' }, { value: 60, color: 'red' }],
        queries: [{ expr: `max(vast_sink_lag_seconds{${NS}})` }],
      }),
      stat({
        title: 'Events', description: 'Records committed a second, all streams.', width: 3, unit: 'cps',
        queries: [{ expr: `sum(stream:twin_events:rate1m{${NS}, stream!="task_state"})` }],
      }),
      stat({
        title: 'Not ready', description: 'Processors of which a replica is not ready.', width: 3, unit: 'none',
        thresholds: [{ value: 1, color: 'red' }],
        queries: [{ expr: `count(twin_ready{${NS}} == 0) or vector(0)` }],
      }),
      stat({
        title: 'Firing alerts', description: 'Alerts of the twin that fire now.', width: 3, unit: 'none',
        thresholds: [{ value: 1, color: 'red' }],
        queries: [{ expr: 'count(ALERTS{alertstate="firing", alertname=~"Twin.*|Vast.*|Kafka.*"}) or vector(0)' }],
      }),
    ],
  },
  {
    title: 'Streams',
    panels: [
      timeSeries({
        title: 'Records by stream', description: 'Committed records a second.', width: 12, unit: 'cps',
        queries: [{ expr: `sum by (stream) (stream:twin_events:rate1m{${NS}, stream!="task_state"})`, legend: '{{stream}}' }],
      }),
      timeSeries({
        title: 'Age of the newest records', description: 'Wall clock minus event time, by generator; live clocks of speed 1 only.', width: 12, unit: 's',
        thresholds: [{ value: 120, color: 'red' }],
        queries: [{ expr: `max by (processor) (processor:twin_wall_clock_lag_seconds:max{${NS}})`, legend: '{{processor}}' }],
      }),
      timeSeries({
        title: 'Rows landed in VAST', description: 'Rows a second, by table.', width: 12, unit: 'wps', stacked: true,
        queries: [{ expr: `sum by (table) (table:vast_sink_rows:rate1m{${NS}})`, legend: '{{table}}' }],
      }),
      timeSeries({
        title: 'Running scenarios', description: 'Scenarios that act on the twin now, and those that are announced.', width: 12, unit: 'short',
        queries: [{ expr: `max by (status) (twin_scenarios{${NS}, status=~"RUNNING|SCHEDULED"})`, legend: '{{status}}' }],
      }),
    ],
  },
  {
    title: 'Failures',
    panels: [
      timeSeries({
        title: 'Transactions that failed', description: 'Share of Kafka transactions that were aborted, or whose outcome was unknown.', width: 8, unit: 'percentunit',
        thresholds: [{ value: 0.05, color: 'red' }],
        queries: [{ expr: `processor:twin_transactions_failed:ratio_rate5m{${NS}}`, legend: '{{processor}}' }],
      }),
      table({
        title: 'Dead letters of the last day', description: 'Records that no processor could use, kept in dead_letters.', width: 8, unit: 'short',
        columns: { processor: 'Processor', reason: 'Reason', Value: 'Records' },
        queries: [{ expr: `sum by (processor, reason) (increase(twin_dead_letters_total{${NS}}[1d])) > 0` }],
      }),
      timeSeries({
        title: 'Control events', description: 'Control events a minute that the leader took, by result.', width: 8, unit: 'short',
        queries: [{ expr: `60 * sum by (result) (rate(twin_control_events_total{${NS}}[5m]))`, legend: '{{result}}' }],
      }),
    ],
  },
  {
    title: 'Processes',
    panels: [
      timeSeries({
        title: 'CPU', description: 'Cores in use, by process.', width: 8, unit: 'short',
        queries: [{ expr: `rate(process_cpu_seconds_total{${NS}}[2m])`, legend: '{{pod}} {{instance}}' }],
      }),
      timeSeries({
        title: 'Memory', description: 'Resident memory, by process.', width: 8, unit: 'bytes',
        queries: [{ expr: `process_resident_memory_bytes{${NS}}`, legend: '{{pod}} {{instance}}' }],
      }),
      timeSeries({
        title: 'Event loop', description: 'How late timers run, 99th percentile. Heartbeats to Kafka are among them.', width: 8, unit: 's',
        thresholds: [{ value: 1, color: 'red' }],
        queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${NS}}`, legend: '{{pod}} {{instance}}' }],
      }),
      timeSeries({
        title: 'REST API', description: 'Calls a second, by status code.', width: 12, unit: 'reqps',
        queries: [{ expr: `sum by (status) (rate(twin_http_request_duration_seconds_count{${NS}}[1m]))`, legend: '{{status}}' }],
      }),
      timeSeries({
        title: 'REST API latency', description: '95th percentile, by route.', width: 12, unit: 's',
        queries: [{ expr: `histogram_quantile(0.95, sum by (route, le) (rate(twin_http_request_duration_seconds_bucket{${NS}}[5m])))`, legend: '{{route}}' }],
      }),
    ],
  },
]);
