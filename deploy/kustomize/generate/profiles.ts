import { plan } from '../../../cli/plan/figures.ts';
import { defaultSettings, type TopologySettings } from '../../../topology/graph/index.ts';

/** The size of a twin on Kubernetes: what its topics, jobs and autoscaling are derived from. */
export interface Profile {
  readonly subscribers: number;
  readonly region: string;
  readonly seed: number;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retentionHours: number;
}

/** One for each overlay. `base` and `kafka` have the values of `prod`; the other overlays change them. */
export const profiles = {
  dev: { subscribers: 20_000, region: 'IE', seed: 1, partitions: 4, replicationFactor: 1, retentionHours: 24 },
  staging: { subscribers: 200_000, region: 'IE', seed: 1, partitions: 12, replicationFactor: 3, retentionHours: 24 },
  prod: { subscribers: 1_000_000, region: 'IE', seed: 1, partitions: 48, replicationFactor: 3, retentionHours: 24 },
} as const satisfies Record<string, Profile>;

export type Overlay = keyof typeof profiles;
export const overlays = Object.keys(profiles) as Overlay[];

const HOUR_MS = 3_600_000;

/** As `telco-twin topics create` has them from the same arguments. */
export function topologySettings(profile: Profile): TopologySettings {
  return {
    ...defaultSettings,
    partitions: profile.partitions,
    replicationFactor: profile.replicationFactor,
    retentionMs: profile.retentionHours * HOUR_MS,
    retentionBytes: retentionBytes(profile),
  };
}

/** What the jobs are told, one variable a line; their arguments refer to these names. */
export function twinEnv(profile: Profile): string {
  const variables = {
    PARTITIONS: profile.partitions,
    REPLICATION_FACTOR: profile.replicationFactor,
    RETENTION_HOURS: profile.retentionHours,
    RETENTION_BYTES: retentionBytes(profile),
    SUBSCRIBERS: profile.subscribers,
    REGION: profile.region,
    SEED: profile.seed,
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** Most bytes of a partition of an event topic, so that the brokers' disks stay bounded whatever the clock does. */
function retentionBytes({ subscribers, partitions, retentionHours }: Profile): number {
  return plan({ subscribers, partitions, retentionHours, backfillHours: 0, speed: 1 }).retentionBytes;
}
