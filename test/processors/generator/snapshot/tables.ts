import { loadPlaces } from '../../../../processors/places/index.ts';
import { TwinTables } from '../../../../processors/generator/twin-tables.ts';
import { SubscriberHead } from '../../../../schemas/subscriber-head.ts';
import { CapabilityBit } from '../../../../schemas/subscriber-head.ts';
import { SubscriberSegment, SubscriberStatus as RecordStatus } from '../../../../schemas/generated/Subscriber.generated.ts';
import { buildNetwork } from '../../../../twin/network/build.ts';
import { Network } from '../../../../twin/network/network.ts';
import { Population } from '../../../../twin/population/build.ts';
import type { DirectoryView } from '../../../../twin/population/directory.ts';
import { Capability, Segment, SubscriberStatus, type SubscriberProfile } from '../../../../twin/population/types.ts';
import { configOf } from '../../../twin/fixture.ts';

export const config = configOf(2_000);
const { sites, cells } = buildNetwork(config, loadPlaces(config.region).places);
export const network = new Network(sites, cells);
export const population = new Population(config, network);

export function emptyTables(): TwinTables {
  return new TwinTables(config, network, 1);
}

/** One record of `subscriber_state`. */
export interface Version {
  readonly partition: number;
  readonly offset: number;
  readonly profile: SubscriberProfile;
}

const nameOf = (symbols: Readonly<Record<string, number>>, value: number): string => Object.keys(symbols).find((name) => symbols[name] === value)!;

/** Applies a version as the record that says so would. */
export function apply(tables: TwinTables, { partition, offset, profile }: Version): boolean {
  const head = new SubscriberHead();
  head.subscriber_id = profile.subscriberId;
  head.imsi = profile.imsi;
  head.msisdn = profile.msisdn;
  head.imei = profile.imei;
  head.plan = profile.plan;
  head.segment = SubscriberSegment[nameOf(Segment, profile.segment) as keyof typeof SubscriberSegment];
  head.status = RecordStatus[nameOf(SubscriberStatus, profile.status) as keyof typeof RecordStatus];
  for (const [name, bit] of Object.entries(Capability)) if ((profile.capabilities & bit) !== 0) head.capabilities |= CapabilityBit[name as keyof typeof CapabilityBit];
  head.home_latitude = profile.homeLatitude;
  head.home_longitude = profile.homeLongitude;
  head.work_latitude = profile.workLatitude;
  head.work_longitude = profile.workLongitude;
  head.calls_per_day = profile.callsPerDay;
  head.texts_per_day = profile.textsPerDay;
  head.sessions_per_day = profile.sessionsPerDay;
  head.night_off = profile.nightOff;
  head.version = profile.version;
  return tables.set(partition, offset, head);
}

/** The log of a twin: everybody as seeded, then changes of subscribers by index. */
export function historyOf(tables: TwinTables, changes: readonly { readonly index: number; readonly change: Partial<SubscriberProfile> }[]): Version[] {
  const next = new Array<number>(config.partitions).fill(0);
  const now = new Map<number, SubscriberProfile>();
  const versions: Version[] = [];
  const add = (profile: SubscriberProfile): void => {
    const partition = tables.map.partitionOf[profile.index];
    now.set(profile.index, profile);
    versions.push({ partition, offset: next[partition], profile });
    // Commit markers take offsets too.
    next[partition] += versions.length % 7 === 0 ? 2 : 1;
  };
  for (let index = 0; index < config.capacity; index++) if (population.isActiveAtSeeding(index)) add(population.build(index));
  for (const { index, change } of changes) {
    const before = now.get(index) ?? { ...population.build(index), status: SubscriberStatus.ACTIVE };
    add({ ...before, ...change, version: before.version + 1 });
  }
  return versions;
}

export function endsOf(versions: readonly Version[]): number[] {
  const ends = new Array<number>(config.partitions).fill(0);
  for (const { partition, offset } of versions) ends[partition] = offset + 1;
  return ends;
}

/** Everything that a generator asks of its tables, as of end offsets. */
export function answers(tables: TwinTables, ends: readonly number[]): string {
  const { directory } = tables.stateAt(ends).world;
  const lines: string[] = [];
  for (let i = 0; i < config.capacity; i++) lines.push(lineOf(tables, directory, ends, i));
  return lines.join('\n');
}

function lineOf(tables: TwinTables, view: DirectoryView, ends: readonly number[], i: number): string {
  const end = ends[tables.map.partitionOf[i]];
  const identity = tables.identities.isKnown(i) ? [tables.identities.imsi(i, end), tables.identities.imei(i, end), tables.identities.plan(i, end).name] : [];
  return [
    i, view.status(i), view.segment(i), view.capabilities(i), view.nightOff(i), view.hasWork(i), view.callRate(i), view.textRate(i), view.sessionRate(i),
    view.homeX(i), view.homeY(i), view.homeSite(i), view.workX(i), view.workY(i), view.workSite(i), ...identity,
  ].join();
}
