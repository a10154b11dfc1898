/**
 * What a twin of a given size writes and keeps. Pure arithmetic on reference rates and record sizes: what `telco-twin plan`
 * prints and what `telco-twin up` checks the disk against.
 */

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
const SECONDS_PER_DAY = 86_400;

export interface StreamReference {
  readonly topic: string;
  /** Records per subscriber and day, mean over a week. */
  readonly perSubscriberDay: number;
  /** Busiest hour of the week over the mean hour. */
  readonly busyHourFactor: number;
  /** Key and value of a record, uncompressed, mean bytes. */
  readonly recordBytes: number;
  /** Bytes of a record in the log: lz4, batch headers and transaction markers included. */
  readonly storedBytes: number;
}

/**
 * Rates are the reference rates of the twin's design; a contact with customer service is four events. `recordBytes` are means
 * over 26 hours of a twin of 10,000 subscribers in IE. In the log of that run, written as history in large batches, a record
 * took 114, 47, 67 and 167 bytes; a live clock writes small batches every second that compress less, which `storedBytes` allow for.
 */
export const STREAMS: readonly StreamReference[] = [
  { topic: 'cdrs', perSubscriberDay: 20, busyHourFactor: 2, recordBytes: 175, storedBytes: 150 },
  { topic: 'network_logs', perSubscriberDay: 120, busyHourFactor: 2, recordBytes: 121, storedBytes: 80 },
  { topic: 'location_updates', perSubscriberDay: 40, busyHourFactor: 2, recordBytes: 81, storedBytes: 80 },
  { topic: 'customer_service', perSubscriberDay: 0.028, busyHourFactor: 2.5, recordBytes: 114, storedBytes: 200 },
];

/** Bytes of one subscriber in the log of `subscriber_state`: 160 measured, and as much again for versions not yet compacted away. */
const SUBSCRIBER_STATE_BYTES = 320;
/** Log, index and metadata files of the broker's own topics, and of the twin's small ones. */
const FIXED_BYTES = 300 * 2 ** 20;
/**
 * The reference rates are lower bounds (the same run wrote up to 1.35 times as much), and a topic is cut at whole segments and only
 * now and then, so it holds up to a quarter more than its retention says.
 */
const RETENTION_SLACK = 1.7;
/** Smallest bound of a partition worth having: below it the segments get too small. */
const MIN_RETENTION_BYTES = 64 * 2 ** 20;

export interface PlanSettings {
  readonly subscribers: number;
  readonly partitions: number;
  /** How long event records are kept behind simulated "now", hours. */
  readonly retentionHours: number;
  /** History written before the twin is live, hours: it is kept as well. */
  readonly backfillHours: number;
  /** Simulated seconds per second. */
  readonly speed: number;
}

export interface StreamPlan {
  readonly topic: string;
  /** Records per second, mean and in the busy hour, at the speed chosen. */
  readonly meanPerSecond: number;
  readonly busyPerSecond: number;
  /** Uncompressed MB (10⁶ bytes) per second in the busy hour. */
  readonly busyMBPerSecond: number;
  /** GB (10⁹ bytes) written to the log per day of wall clock. */
  readonly storedGBPerDay: number;
}

export interface Plan {
  readonly settings: PlanSettings;
  readonly streams: readonly StreamPlan[];
  readonly total: StreamPlan;
  /** `retention.bytes` of each partition of an event topic: the disk stays bounded whatever the clock does. */
  readonly retentionBytes: number;
  /** Most the broker's log takes, bytes. */
  readonly diskBytes: number;
}

/**
 * History of a new twin, hours. Only at speed 1 is what lies before the wall clock due at once; at any other speed event time begins
 * at `start` and goes on at that speed.
 * @param start first simulated instant, ms
 * @param now wall-clock time, ms
 */
export function backfillHoursOf(start: number, now: number, speed: number): number {
  return speed === 1 ? Math.max(0, Math.ceil((now - start) / HOUR_MS)) : 0;
}

export function plan(settings: PlanSettings): Plan {
  const streams = STREAMS.map((stream) => streamPlan(stream, settings));
  const retentionBytes = retentionBytesOf(settings);
  return {
    settings,
    streams,
    total: streams.reduce(add, { topic: 'total', meanPerSecond: 0, busyPerSecond: 0, busyMBPerSecond: 0, storedGBPerDay: 0 }),
    retentionBytes,
    diskBytes: diskBytesOf(settings, retentionBytes),
  };
}

/**
 * The longest retention of `choices` with which the twin fits, or undefined.
 * @param choices hours, longest first
 * @param budgetBytes disk that the broker's log may take
 */
export function longestRetention(
  settings: Omit<PlanSettings, 'retentionHours'>,
  choices: readonly number[],
  budgetBytes: number,
): number | undefined {
  return choices.find((retentionHours) => plan({ ...settings, retentionHours }).diskBytes <= budgetBytes);
}

function streamPlan(stream: StreamReference, { subscribers, speed }: PlanSettings): StreamPlan {
  const meanPerSecond = (subscribers * stream.perSubscriberDay * speed) / SECONDS_PER_DAY;
  const busyPerSecond = meanPerSecond * stream.busyHourFactor;
  return {
    topic: stream.topic,
    meanPerSecond,
    busyPerSecond,
    busyMBPerSecond: (busyPerSecond * stream.recordBytes) / 1e6,
    storedGBPerDay: (meanPerSecond * SECONDS_PER_DAY * stream.storedBytes) / 1e9,
  };
}

function add(a: StreamPlan, b: StreamPlan): StreamPlan {
  return {
    topic: a.topic,
    meanPerSecond: a.meanPerSecond + b.meanPerSecond,
    busyPerSecond: a.busyPerSecond + b.busyPerSecond,
    busyMBPerSecond: a.busyMBPerSecond + b.busyMBPerSecond,
    storedGBPerDay: a.storedGBPerDay + b.storedGBPerDay,
  };
}

/** Stored bytes of a stream for as long as its records are kept. */
function heldBytes(stream: StreamReference, settings: PlanSettings): number {
  const days = (settings.retentionHours + settings.backfillHours) / HOURS_PER_DAY;
  return settings.subscribers * stream.perSubscriberDay * stream.storedBytes * days * RETENTION_SLACK;
}

/** The largest stream just fits; one bound serves all event topics. */
function retentionBytesOf(settings: PlanSettings): number {
  const largest = Math.max(...STREAMS.map((stream) => heldBytes(stream, settings)));
  return Math.max(MIN_RETENTION_BYTES, Math.ceil(largest / settings.partitions));
}

/**
 * At speed 1 records leave by age. Faster, event time runs ahead of the broker's clock and no record is ever old enough: every
 * event topic (and `ground_truth`) then grows to its bound in bytes.
 */
function diskBytesOf(settings: PlanSettings, retentionBytes: number): number {
  const bound = retentionBytes * settings.partitions;
  const events = settings.speed > 1
    ? bound * (STREAMS.length + 1)
    : STREAMS.reduce((sum, stream) => sum + Math.min(bound, heldBytes(stream, settings)), 0);
  return Math.ceil(events + settings.subscribers * SUBSCRIBER_STATE_BYTES + FIXED_BYTES);
}
