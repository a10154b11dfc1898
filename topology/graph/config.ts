import { partitionCount, topics, type TopicName } from './topics.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MiB = 1 << 20;
/** Kafka's spelling of "no bound" for time stamps: Long.MAX_VALUE. */
const LONG_MAX = '9223372036854775807';
/** Age at which a segment of `sim_ticks` is closed, ms. A record may outlive the retention by this much. */
const TICK_SEGMENT_MS = HOUR;
/** Kafka's default age at which a segment is closed, ms. */
const EVENT_SEGMENT_MS = 7 * DAY;
/** The broker looks for expired segments every five minutes by default and deletes files a minute later. */
const BROKER_SLACK_MS = 10 * MINUTE;

/** What an operator chooses; everything a broker is told about topics follows from it. */
export interface TopologySettings {
  /** Partition count of the co-partitioned topics. Never changes in the life of a twin. */
  readonly partitions: number;
  /** How long event records stay behind simulated "now", ms. */
  readonly retentionMs: number;
  /** How far before wall-clock "now" the twin starts, ms: event records carry event time, so they are this old when written. */
  readonly backfillMs: number;
  /** Upper bound of one partition of one event topic, bytes; -1 for none. */
  readonly retentionBytes: number;
  /** How far a task may fall behind and still restore, ms of wall clock. */
  readonly tickRetentionMs: number;
  /** Copies of every partition; -1 leaves it to the broker. */
  readonly replicationFactor: number;
  /**
   * `all`: everything a topic is better for. `portable`: brokers that take the clean-up policy and the retention time and nothing else. Those can't be
   * told to keep superseded versions until every tick that may name them is gone, so tables that ticks name are never compacted there.
   */
  readonly configuration: 'all' | 'portable';
}

/** Gentle for a laptop: a day of events, two days for a stopped task to come back. */
export const defaultSettings: TopologySettings = {
  partitions: 8,
  retentionMs: DAY,
  backfillMs: 0,
  retentionBytes: -1,
  tickRetentionMs: 2 * DAY,
  replicationFactor: -1,
  configuration: 'all',
};

export interface TopicSpec {
  readonly topic: TopicName;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Broker configuration of the topic, as the broker spells it. */
  readonly config: Readonly<Record<string, string>>;
}

/** Throws on settings that no twin can have. */
export function validateSettings(settings: TopologySettings): void {
  const { partitions, retentionMs, backfillMs, tickRetentionMs, replicationFactor } = settings;
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > 10_000) {
    throw new Error(`partitions is ${partitions}; use a whole number from 1 to 10000`);
  }
  if (!(retentionMs >= HOUR)) throw new Error(`retention is ${retentionMs} ms; at least an hour (${HOUR} ms) is needed`);
  if (!(backfillMs >= 0)) throw new Error(`backfill is ${backfillMs} ms; it can't be negative`);
  if (!(tickRetentionMs >= HOUR)) throw new Error(`tick retention is ${tickRetentionMs} ms; at least an hour (${HOUR} ms) is needed`);
  if (replicationFactor !== -1 && !(Number.isInteger(replicationFactor) && replicationFactor > 0)) {
    throw new Error(`replication factor is ${replicationFactor}; use a positive whole number, or -1 for the broker's default`);
  }
}

export function topicSpec(topic: TopicName, settings: TopologySettings): TopicSpec {
  return {
    topic,
    partitions: partitionCount(topic, settings.partitions),
    replicationFactor: settings.replicationFactor,
    config: topicConfig(topic, settings),
  };
}

function topicConfig(topic: TopicName, settings: TopologySettings): Record<string, string> {
  const definition = topics[topic];
  if (settings.configuration === 'portable') return portableConfig(topic, settings);
  const config: Record<string, string> = {
    'cleanup.policy': definition.cleanup,
    'message.timestamp.type': definition.timestampType,
    'max.message.bytes': String(definition.maxMessageBytes),
    // Batches arrive compressed as their writer chose; the broker never spends CPU on recompressing.
    'compression.type': 'producer',
    ...retentionConfig(topic, settings),
  };
  // Simulated time may run ahead of the broker's clock (speed × N, a start date in the future).
  if (definition.timestampType === 'CreateTime') config['message.timestamp.after.max.ms'] = LONG_MAX;
  if (settings.replicationFactor >= 3) config['min.insync.replicas'] = '2';
  return config;
}

function portableConfig(topic: TopicName, settings: TopologySettings): Record<string, string> {
  switch (topics[topic].retention) {
    case 'events':
      return { 'cleanup.policy': 'delete', 'retention.ms': String(settings.retentionMs + settings.backfillMs) };
    case 'ticks':
      return { 'cleanup.policy': 'delete', 'retention.ms': String(settings.tickRetentionMs) };
    case 'forever':
    case 'compacted-after-ticks':
      return { 'cleanup.policy': 'delete', 'retention.ms': '-1' };
    case 'compacted':
      return { 'cleanup.policy': 'compact' };
  }
}

function retentionConfig(topic: TopicName, settings: TopologySettings): Record<string, string> {
  const retention = topics[topic].retention;
  switch (retention) {
    case 'events':
      return {
        'retention.ms': String(settings.retentionMs + settings.backfillMs),
        'retention.bytes': String(settings.retentionBytes),
        'segment.bytes': String(segmentBytes(settings.retentionBytes)),
        // Commit markers carry wall-clock time: as old as the events of a backfill are, every marker would close a segment.
        'segment.ms': String(settings.retentionMs + settings.backfillMs + EVENT_SEGMENT_MS),
      };
    case 'ticks':
      return { 'retention.ms': String(settings.tickRetentionMs), 'segment.ms': String(TICK_SEGMENT_MS), 'segment.bytes': String(64 * MiB) };
    case 'forever':
      return { 'retention.ms': '-1', 'retention.bytes': '-1' };
    case 'compacted':
      return {
        'min.compaction.lag.ms': '0',
        'max.compaction.lag.ms': String(HOUR),
        'segment.ms': String(10 * MINUTE),
        'segment.bytes': String(16 * MiB),
      };
    case 'compacted-after-ticks':
      return { 'min.compaction.lag.ms': String(compactionLagMs(settings)), 'segment.bytes': String(64 * MiB) };
  }
}

/** A version may be compacted away only when no tick that names an older offset can still be read. ms. */
export function compactionLagMs(settings: Pick<TopologySettings, 'tickRetentionMs'>): number {
  return settings.tickRetentionMs + TICK_SEGMENT_MS + BROKER_SLACK_MS;
}

/** A partition can't shrink below its active segment, so a bounded one needs several segments to be bounded at all. */
function segmentBytes(retentionBytes: number): number {
  if (retentionBytes < 0) return 256 * MiB;
  return Math.max(MiB * 16, Math.min(256 * MiB, Math.floor(retentionBytes / 4)));
}
