/** The facts that make a twin this twin. They live in the `twin` record of `network_state` and never change in its life. */
export interface TwinConfig {
  /** Root of every random number. 32-bit unsigned integer. */
  readonly seed: number;
  /** ISO 3166-1 alpha-2 country whose places, borders and time zone the twin uses. */
  readonly region: string;
  /** IANA time zone of the region's largest place. Local time drives circadian profiles. */
  readonly timezone: string;
  /** Subscribers active at seeding. */
  readonly subscribers: number;
  /** Size of the subscriber index space, ≥ subscribers. Indices are never reused, so the social graph never reshuffles. */
  readonly capacity: number;
  /** Partition count of every co-partitioned topic. */
  readonly partitions: number;
  /** Version of the behaviour in `twin/`. A processor that does not implement a tick's version refuses it. */
  readonly modelVersion: number;
}

/** True when both describe one and the same twin. */
export function sameTwin(a: TwinConfig, b: TwinConfig): boolean {
  return (
    a.seed === b.seed && a.region === b.region && a.timezone === b.timezone && a.subscribers === b.subscribers &&
    a.capacity === b.capacity && a.partitions === b.partitions && a.modelVersion === b.modelVersion
  );
}

/** Bumped whenever the same inputs would yield other events. */
export const MODEL_VERSION = 3;

/** `subscriber_id` of the subscriber with index 0. */
export const SUBSCRIBER_ID_BASE = 100_000_000;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
