import { SubscriberSegment, SubscriberStatus as RecordStatus } from '../../schemas/generated/Subscriber.generated.ts';
import type { Subscriber, SubscriberCapabilitySymbol, SubscriberPlace } from '../../schemas/generated/Subscriber.generated.ts';
import { CapabilityBit, type SubscriberHead } from '../../schemas/subscriber-head.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Capability, Segment, SubscriberStatus, type SubscriberProfile } from '../../twin/population/types.ts';
import { enumNames } from './enums.ts';

const segments = enumNames(Segment, SubscriberSegment);
const statuses = enumNames(SubscriberStatus, RecordStatus);
const capabilities = Object.entries(Capability).map(([name, bit]) => {
  if (!(name in CapabilityBit)) throw new Error(`the schema has no capability ${name}`);
  const symbol = name as keyof typeof CapabilityBit & SubscriberCapabilitySymbol;
  return { symbol, bit, headBit: CapabilityBit[symbol] };
});

/** What a record holds beyond the profile: facts for people and joins, which take no part in behaviour. */
export interface SubscriberDetails {
  readonly name: string;
  readonly address: string;
  /** `site_id` of the site nearest to home, and to work; null where there is none. */
  readonly homeSite: string | null;
  readonly workSite: string | null;
}

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

/** What a subscriber's behaviour depends on, without an object per subscriber: the fields are rewritten by `read`. */
export class Behaviour {
  index = 0;
  segment: Segment = Segment.CONSUMER_PREPAID;
  status: SubscriberStatus = SubscriberStatus.INACTIVE;
  capabilities = 0;
  homeLatitude = 0;
  homeLongitude = 0;
  workLatitude: number | null = null;
  workLongitude: number | null = null;
  callsPerDay = 0;
  textsPerDay = 0;
  sessionsPerDay = 0;
  nightOff = false;

  /** Takes over what `decodeBehaviour` found. Throws on a symbol that this version does not know. */
  read(head: SubscriberHead): this {
    this.index = head.subscriber_id - SUBSCRIBER_ID_BASE;
    this.segment = segments.fromIndex(head.segment) as Segment;
    this.status = statuses.fromIndex(head.status) as SubscriberStatus;
    this.capabilities = capabilityMask(head.capabilities);
    this.homeLatitude = head.home_latitude;
    this.homeLongitude = head.home_longitude;
    this.workLatitude = head.work_latitude;
    this.workLongitude = head.work_longitude;
    this.callsPerDay = head.calls_per_day;
    this.textsPerDay = head.texts_per_day;
    this.sessionsPerDay = head.sessions_per_day;
    this.nightOff = head.night_off;
    return this;
  }
}

function capabilityMask(headBits: number): number {
  return capabilities.reduce((mask, { bit, headBit }) => ((headBits & headBit) !== 0 ? mask | bit : mask), 0);
}

/** Inverse of {@link subscriberRecord}, from what a decoder that stops before name and address has. Throws on a symbol that this version does not know. */
export function subscriberProfile(head: SubscriberHead): SubscriberProfile {
  return {
    index: head.subscriber_id - SUBSCRIBER_ID_BASE,
    subscriberId: head.subscriber_id,
    imsi: head.imsi,
    msisdn: head.msisdn,
    imei: head.imei,
    segment: segments.fromIndex(head.segment) as Segment,
    plan: head.plan,
    status: statuses.fromIndex(head.status) as SubscriberStatus,
    accountId: head.account_id.toString(),
    billCycleDay: head.bill_cycle_day,
    contractEnd: head.contract_end,
    homePlmn: head.home_plmn,
    activatedAt: head.activated_at,
    deviceBrand: head.device_brand,
    deviceModel: head.device_model,
    capabilities: capabilityMask(head.capabilities),
    homeLatitude: head.home_latitude,
    homeLongitude: head.home_longitude,
    workLatitude: head.work_latitude,
    workLongitude: head.work_longitude,
    language: head.language,
    ageBand: head.age_band,
    callsPerDay: head.calls_per_day,
    textsPerDay: head.texts_per_day,
    sessionsPerDay: head.sessions_per_day,
    nightOff: head.night_off,
    effectiveAt: head.effective_at,
    version: head.version,
  };
}

/** Digits of an identity that the twin keeps as a number: leading zeros restored. */
export function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
