/**
 * The topics of a twin as data. Names, keys and roles are contracts (users, other programs and ACLs rely on them);
 * everything that creates, checks, draws or guards topics is derived from this table.
 */

/** What the bytes of a record's key spell. Keys are plain UTF-8 text. */
export type KeyKind =
  /** Decimal `subscriber_id`. Placed by murmur2, as Java's default partitioner does, so that any client agrees. */
  | 'subscriber_id'
  /** Decimal `subscriber_id`, or `cell_id` for records about a cell. The partition is the writing task's own. */
  | 'entity'
  | 'cell_id'
  /** `site:<id>`, `cell:<id>` or `twin`. */
  | 'network_element'
  | 'scenario_id'
  /** Decimal partition number; the record lies in that partition. */
  | 'partition'
  /** The one key `clock`. */
  | 'clock'
  /** `<processor>.<partition>`; the record lies in that partition. */
  | 'task'
  /** The key of the record that could not be processed, byte for byte. */
  | 'original';

/**
 * How long records stay, resolved against the settings of a twin by `topicConfig`.
 * - `events`: the retention the operator chose, plus the backfill horizon, because these records carry event time.
 * - `ticks`: how far a task may fall behind.
 * - `forever`: never deleted.
 * - `compacted`: the newest record of a key stays for ever.
 * - `compacted-after-ticks`: as `compacted`, but every version outlives every tick that may name it.
 */
export type Retention = 'events' | 'ticks' | 'forever' | 'compacted' | 'compacted-after-ticks';

/**
 * Who may write. `one`: exactly one processor. `several`: processors that never write the same key at the same time, by
 * design. `anyone`: any Kafka client, hence also no processor at all. `nobody`: the topic is there before anything writes it.
 */
export type Writers = 'one' | 'several' | 'anyone' | 'nobody';

export interface TopicDefinition {
  readonly description: string;
  /** Avro record of the value, subject `<topic>-value`; null where values are raw bytes. */
  readonly record: string | null;
  readonly key: KeyKind;
  /** `twin`: the partition count of the twin (co-partitioned); else exactly one. */
  readonly partitions: 'twin' | 1;
  readonly cleanup: 'compact' | 'delete';
  /** `CreateTime` where the timestamp is event time. Compacted topics need `LogAppendTime` for `min.compaction.lag.ms` to hold. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly retention: Retention;
  readonly writers: Writers;
  /** Largest record batch accepted, bytes. */
  readonly maxMessageBytes: number;
}

const MiB = 1 << 20;

function define<const T extends Record<string, TopicDefinition>>(topics: T): T {
  return topics;
}

/** Defaults shared by streams of event-time records. */
const eventStream = {
  partitions: 'twin', cleanup: 'delete', timestampType: 'CreateTime', retention: 'events', writers: 'one',
  maxMessageBytes: 8 * MiB,
} as const;

export const topics = define({
  subscriber_state: {
    description: 'Every subscriber of the twin, newest version per subscriber.',
    record: 'Subscriber', key: 'subscriber_id', partitions: 'twin', cleanup: 'compact', timestampType: 'LogAppendTime',
    retention: 'compacted-after-ticks', writers: 'several', maxMessageBytes: 8 * MiB,
  },
  network_state: {
    description: "Sites, cells, and the twin's own configuration.",
    record: 'NetworkElement', key: 'network_element', partitions: 1, cleanup: 'compact', timestampType: 'LogAppendTime',
    retention: 'compacted-after-ticks', writers: 'several', maxMessageBytes: 8 * MiB,
  },
  scenario_events: {
    description: 'Control events: start, change or stop a scenario. Anyone may write.',
    record: 'ScenarioEvent', key: 'scenario_id', partitions: 1, cleanup: 'delete', timestampType: 'LogAppendTime',
    retention: 'forever', writers: 'anyone', maxMessageBytes: 8 * MiB,
  },
  scenario_state: {
    description: 'Validated control events with their targets resolved and the event times they apply to.',
    record: 'ScenarioState', key: 'scenario_id', partitions: 1, cleanup: 'delete', timestampType: 'LogAppendTime',
    retention: 'forever', writers: 'one', maxMessageBytes: 8 * MiB,
  },
  sim_ticks: {
    description: 'Orders to produce event time [from, to), per partition.',
    record: 'Tick', key: 'partition', partitions: 'twin', cleanup: 'delete', timestampType: 'LogAppendTime',
    retention: 'ticks', writers: 'one', maxMessageBytes: MiB,
  },
  clock_state: {
    description: 'Where simulated time is, and its mode.',
    record: 'ClockState', key: 'clock', partitions: 1, cleanup: 'compact', timestampType: 'LogAppendTime',
    retention: 'compacted', writers: 'one', maxMessageBytes: MiB,
  },
  cdrs: {
    ...eventStream, description: 'Call detail records: voice, SMS, data, recharges.', record: 'Cdr', key: 'subscriber_id',
  },
  network_logs: {
    ...eventStream, description: 'Signalling, radio and alarm events, and cell KPIs.', record: 'NetworkLog', key: 'entity',
  },
  customer_service: {
    ...eventStream, description: 'Contacts with customer service.', record: 'CustomerServiceEvent', key: 'subscriber_id',
  },
  location_updates: {
    ...eventStream, description: "The network's estimates of where subscribers are.", record: 'LocationUpdate', key: 'subscriber_id',
  },
  ground_truth: {
    ...eventStream, description: 'Which scenario an event belongs to, and in which role.', record: 'GroundTruth', key: 'entity',
    writers: 'several',
  },
  cell_counters: {
    description: 'Partial counters of a cell and quarter hour, one record per partition that saw the cell.',
    record: 'CellCounters', key: 'cell_id', partitions: 'twin', cleanup: 'delete', timestampType: 'LogAppendTime',
    retention: 'ticks', writers: 'nobody', maxMessageBytes: 8 * MiB,
  },
  task_state: {
    description: "A task's cursor, and the state it cannot recompute.",
    record: 'TaskState', key: 'task', partitions: 'twin', cleanup: 'compact', timestampType: 'LogAppendTime',
    retention: 'compacted', writers: 'several', maxMessageBytes: 8 * MiB,
  },
  dead_letters: {
    description: 'Records that could not be processed: raw bytes, with the reason and where they came from in headers.',
    record: null, key: 'original', partitions: 'twin', cleanup: 'delete', timestampType: 'LogAppendTime',
    retention: 'ticks', writers: 'several', maxMessageBytes: 9 * MiB,
  },
});

export type TopicName = keyof typeof topics;

export const topicNames = Object.keys(topics) as TopicName[];

/** Topics whose end offsets every tick names, so that "state as of tick" is defined. Only these can be joined or looked up. */
export const tickedTables = ['subscriber_state', 'network_state', 'scenario_state'] as const satisfies readonly TopicName[];
export type TickedTable = (typeof tickedTables)[number];

export function isTickedTable(topic: TopicName): topic is TickedTable {
  return (tickedTables as readonly TopicName[]).includes(topic);
}

/** Partition count of a topic in a twin of `twinPartitions`. */
export function partitionCount(topic: TopicName, twinPartitions: number): number {
  return topics[topic].partitions === 'twin' ? twinPartitions : 1;
}
