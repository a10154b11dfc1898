import { dashboard, stat, timeSeries } from './build.ts';

const NS = 'namespace=~"$namespace"';

/** Kafka as the twin sees it, and the brokers themselves where Strimzi's metrics are on. */
export const kafka = dashboard({
  uid: 'telco-twin-kafka', title: 'telco-twin / Kafka', description: 'Requests, transactions, and the brokers themselves.',
}, [
  {
    title: 'As the twin sees it',
    panels: [
      timeSeries({
        title: 'Refused requests', description: 'By Kafka\'s name of the error; TRANSPORT got no answer. Rebalances and the end of transactions refuse a few by design.', width: 12, unit: 'cps',
        queries: [{ expr: `sum by (error) (rate(twin_kafka_request_errors_total{${NS}}[2m])) or vector(0)`, legend: '{{error}}' }],
      }),
      timeSeries({
        title: 'Commit time', description: '95th percentile of all processors: brokers that replicate slowly show here first.', width: 12, unit: 's',
        queries: [{ expr: `histogram_quantile(0.95, sum by (processor, le) (rate(twin_commit_duration_seconds_bucket{${NS}}[5m])))`, legend: '{{processor}}' }],
      }),
    ],
  },
  {
    title: 'Brokers',
    panels: [
      stat({
        title: 'Under-replicated partitions', description: 'Partitions with too few replicas in sync.', width: 8, unit: 'none',
        thresholds: [{ value: 1, color: 'red' }],
        queries: [{ expr: `sum(kafka_server_replicamanager_underreplicatedpartitions{${NS}})` }],
      }),
      stat({
        title: 'Offline partitions', description: 'Partitions without a leader.', width: 8, unit: 'none',
        thresholds: [{ value: 1, color: 'red' }],
        queries: [{ expr: `max(kafka_controller_kafkacontroller_offlinepartitionscount{${NS}})` }],
      }),
      stat({
        title: 'Active controllers', description: 'Exactly one is right.', width: 8, unit: 'none',
        queries: [{ expr: `sum(kafka_controller_kafkacontroller_activecontrollercount{${NS}})` }],
      }),
      timeSeries({
        title: 'Messages in', description: 'Records a second, by topic.', width: 8, unit: 'cps', stacked: true,
        queries: [{ expr: `sum by (topic) (rate(kafka_server_brokertopicmetrics_messagesinpersec_total{${NS}, topic!=""}[2m]))`, legend: '{{topic}}' }],
      }),
      timeSeries({
        title: 'Bytes in', description: 'Compressed bytes a second that producers write, by topic.', width: 8, unit: 'Bps', stacked: true,
        queries: [{ expr: `sum by (topic) (rate(kafka_server_brokertopicmetrics_bytesinpersec_total{${NS}, topic!=""}[2m]))`, legend: '{{topic}}' }],
      }),
      timeSeries({
        title: 'Bytes out', description: 'Compressed bytes a second that consumers read, by topic.', width: 8, unit: 'Bps', stacked: true,
        queries: [{ expr: `sum by (topic) (rate(kafka_server_brokertopicmetrics_bytesoutpersec_total{${NS}, topic!=""}[2m]))`, legend: '{{topic}}' }],
      }),
      timeSeries({
        title: 'Leaders by broker', description: 'Uneven leaders mean uneven work.', width: 12, unit: 'short',
        queries: [{ expr: `kafka_server_replicamanager_leadercount{${NS}}`, legend: '{{pod}}{{instance}}' }],
      }),
      timeSeries({
        title: 'Request time', description: '99th percentile of what requests take in the broker, by kind; fetches wait for records by design.', width: 12, unit: 's',
        queries: [{ expr: `max by (request) (kafka_network_requestmetrics_totaltimems{${NS}, quantile="0.99", request=~"Produce|EndTxn|TxnOffsetCommit|Heartbeat"}) / 1000`, legend: '{{request}}' }],
      }),
    ],
  },
]);
