import { SubscriberCapability, SubscriberSegment, SubscriberStatus as RecordStatus } from '../../schemas/generated/Subscriber.generated.ts';
import type { Subscriber, SubscriberCapabilitySymbol, SubscriberPlace } from '../../schemas/generated/Subscriber.generated.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Capability, Segment, SubscriberStatus, type SubscriberProfile } from '../../twin/population/types.ts';
import { enumNames } from './enums.ts';

const segments = enumNames(Segment, SubscriberSegment);
const statuses = enumNames(SubscriberStatus, RecordStatus);
const capabilities = Object.entries(Capability).map(([name, bit]) => {
  if (!(name in SubscriberCapability)) throw new Error(`the schema has no capability ${name}`);
  return { symbol: name as SubscriberCapabilitySymbol, bit };
});

/** What a record holds beyond the profile: facts for people and joins, which take no part in behaviour. */
export interface SubscriberDetails {
  readonly name: string;
  readonly address: string;
  /** `site_id` of the site nearest to home, and to work; null where there is none. */
  readonly homeSite: string | null;
  readonly workSite: string | null;
}

/** A record without its last two fields, as a decoder that stops early has it. */
export type SubscriberHead = Omit<Subscriber, 'name' | 'address'>;

export function subscriberRecord(profile: SubscriberProfile, details: SubscriberDetails): Subscriber {
  const imei = digits(profile.imei, 15);
  const work: SubscriberPlace | null = profile.workLatitude === null || profile.workLongitude === null
    ? null
    : { latitude: profile.workLatitude, longitude: profile.workLongitude, site_id: details.workSite };
  return {
    subscriber_id: profile.subscriberId,
    imsi: digits(profile.imsi, 15),
    msisdn: digits(profile.msisdn, 12),
    imei,
    segment: segments.symbol(profile.segment),
    plan: profile.plan,
    status: statuses.symbol(profile.status),
    account_id: profile.accountId,
    bill_cycle_day: profile.billCycleDay,
    contract_end: profile.contractEnd,
    home_plmn: profile.homePlmn,
    activated_at: profile.activatedAt,
    device: {
      tac: imei.slice(0, 8),
      brand: profile.deviceBrand,
      model: profile.deviceModel,
      capabilities: capabilities.filter(({ bit }) => (profile.capabilities & bit) !== 0).map(({ symbol }) => symbol),
    },
    home: { latitude: profile.homeLatitude, longitude: profile.homeLongitude, site_id: details.homeSite },
    work,
    language: profile.language,
    age_band: profile.ageBand,
    activity: {
      calls_per_day: profile.callsPerDay,
      texts_per_day: profile.textsPerDay,
      sessions_per_day: profile.sessionsPerDay,
      night_off: profile.nightOff,
    },
    effective_at: profile.effectiveAt,
    version: profile.version,
    name: details.name,
    address: details.address,
  };
}

/** Inverse of {@link subscriberRecord}, from the head alone. Throws on a symbol that this version does not know. */
export function subscriberProfile(record: SubscriberHead): SubscriberProfile {
  return {
    index: record.subscriber_id - SUBSCRIBER_ID_BASE,
    subscriberId: record.subscriber_id,
    imsi: Number(record.imsi),
    msisdn: Number(record.msisdn),
    imei: Number(record.imei),
    segment: segments.value(record.segment) as Segment,
    plan: record.plan,
    status: statuses.value(record.status) as SubscriberStatus,
    accountId: record.account_id,
    billCycleDay: record.bill_cycle_day,
    contractEnd: record.contract_end,
    homePlmn: record.home_plmn,
    activatedAt: record.activated_at,
    deviceBrand: record.device.brand,
    deviceModel: record.device.model,
    capabilities: record.device.capabilities.reduce((mask, symbol) => mask | bitOf(symbol), 0),
    homeLatitude: record.home.latitude,
    homeLongitude: record.home.longitude,
    workLatitude: record.work?.latitude ?? null,
    workLongitude: record.work?.longitude ?? null,
    language: record.language,
    ageBand: record.age_band,
    callsPerDay: record.activity.calls_per_day,
    textsPerDay: record.activity.texts_per_day,
    sessionsPerDay: record.activity.sessions_per_day,
    nightOff: record.activity.night_off,
    effectiveAt: record.effective_at,
    version: record.version,
  };
}

/** Digits of an identity that the twin keeps as a number: leading zeros restored. */
export function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** An unknown capability is no error: it can't matter to a version that has no use for it. */
function bitOf(symbol: SubscriberCapabilitySymbol): number {
  return capabilities.find((capability) => capability.symbol === symbol)?.bit ?? 0;
}
