// Generated from schemas/Subscriber.avsc by schemas/codegen/generate.ts. Do not edit.
import { putInt, putLong, putText, textBound } from '../put.ts';
import type { Slab } from '../slab.ts';

export const SubscriberSegment = { UNKNOWN: 0, CONSUMER_PREPAID: 1, CONSUMER_POSTPAID: 2, YOUTH: 3, SENIOR: 4, BUSINESS: 5 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type SubscriberSegment = (typeof SubscriberSegment)[keyof typeof SubscriberSegment];
export type SubscriberSegmentSymbol = keyof typeof SubscriberSegment;
/** Symbols of SubscriberSegment by index. */
export const SubscriberSegmentSymbols: readonly SubscriberSegmentSymbol[] = ['UNKNOWN', 'CONSUMER_PREPAID', 'CONSUMER_POSTPAID', 'YOUTH', 'SENIOR', 'BUSINESS'];

export const SubscriberStatus = { UNKNOWN: 0, INACTIVE: 1, ACTIVE: 2, SUSPENDED: 3, CHURNED: 4 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type SubscriberStatus = (typeof SubscriberStatus)[keyof typeof SubscriberStatus];
export type SubscriberStatusSymbol = keyof typeof SubscriberStatus;
/** Symbols of SubscriberStatus by index. */
export const SubscriberStatusSymbols: readonly SubscriberStatusSymbol[] = ['UNKNOWN', 'INACTIVE', 'ACTIVE', 'SUSPENDED', 'CHURNED'];

export const SubscriberCapability = { UNKNOWN: 0, VOLTE: 1, NR: 2, VOWIFI: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type SubscriberCapability = (typeof SubscriberCapability)[keyof typeof SubscriberCapability];
export type SubscriberCapabilitySymbol = keyof typeof SubscriberCapability;
/** Symbols of SubscriberCapability by index. */
export const SubscriberCapabilitySymbols: readonly SubscriberCapabilitySymbol[] = ['UNKNOWN', 'VOLTE', 'NR', 'VOWIFI'];

/** SubscriberDevice */
export interface SubscriberDevice {
  /** Type allocation code: the first 8 digits of the IMEI. [8 digits; TS 23.003 6.2.1] */
  tac: string;
  /** Brand. */
  brand: string;
  /** Model. */
  model: string;
  /** What the device supports. */
  capabilities: SubscriberCapabilitySymbol[];
}

/** A place of the subscriber */
export interface SubscriberPlace {
  /** Latitude, WGS 84. [degrees] */
  latitude: number;
  /** Longitude, WGS 84. [degrees] */
  longitude: number;
  /** Nearest site. */
  site_id: string | null;
}

/** SubscriberActivity */
export interface SubscriberActivity {
  /** Expected calls made to people they know. [1/day] */
  calls_per_day: number;
  /** Expected texts sent. [1/day] */
  texts_per_day: number;
  /** Expected data sessions. [1/day] */
  sessions_per_day: number;
  /** True when the phone is usually switched off at night. */
  night_off: boolean;
}

/** A subscriber as seeded or changed. The last two fields, name and address, take no part in behaviour: a decoder may stop before them. */
export interface Subscriber {
  /** Identity of the subscription; the record key. */
  subscriber_id: number;
  /** IMSI of the SIM; changes with a SIM swap. Test networks only: PLMN 001/01, roamers 999. [15 digits; TS 23.003 2.2] */
  imsi: string;
  /** Number in the unassigned country code +999. [E.164 digits without +; TS 23.003 3.3] */
  msisdn: string;
  /** Device in use; changes with the handset. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: string;
  /** Market segment. */
  segment: SubscriberSegmentSymbol;
  /** Tariff. */
  plan: string;
  /** State of the subscription. */
  status: SubscriberStatusSymbol;
  /** Billing account; a household or company may share one. */
  account_id: string;
  /** Day of the month on which the bill is made, 1 to 28. [day of month] */
  bill_cycle_day: number;
  /** End of the minimum term. Null for prepaid. [ms since epoch, UTC] */
  contract_end: number | null;
  /** MCC and MNC of the operator that issued the SIM; a foreign one marks an inbound roamer. [MCC-MNC; TS 23.003 12.1] */
  home_plmn: string;
  /** When the subscription was activated. [ms since epoch, UTC] */
  activated_at: number;
  /** Device in use. */
  device: SubscriberDevice;
  /** Where the subscriber lives. */
  home: SubscriberPlace;
  /** Workplace or school. Null when there is no fixed one. */
  work: SubscriberPlace | null;
  /** Language of care contacts. [BCP 47] */
  language: string;
  /** Age in years, as a band such as 25-34. [years] */
  age_band: string;
  /** Activity parameters of the twin. */
  activity: SubscriberActivity;
  /** Event time from which this version holds. [ms since epoch, UTC] */
  effective_at: number;
  /** Number of this version, 1 at seeding. */
  version: number;
  /** Synthetic name. */
  name: string;
  /** Synthetic postal address. */
  address: string;
}

function boundSubscriberDevice(value: SubscriberDevice): number {
  return textBound(value.tac) + textBound(value.brand) + textBound(value.model) + value.capabilities.length + 6;
}

function putSubscriberDevice(bytes: Uint8Array, _view: DataView, at: number, value: SubscriberDevice): number {
  at = putText(bytes, at, value.tac);
  at = putText(bytes, at, value.brand);
  at = putText(bytes, at, value.model);
  if (value.capabilities.length > 0) at = putInt(bytes, at, value.capabilities.length);
  for (const symbol of value.capabilities) bytes[at++] = SubscriberCapability[symbol] << 1;
  bytes[at++] = 0;
  return at;
}

function boundSubscriberPlace(value: SubscriberPlace): number {
  return 8 + 8 + 1 + (value.site_id === null ? 0 : textBound(value.site_id));
}

function putSubscriberPlace(bytes: Uint8Array, view: DataView, at: number, value: SubscriberPlace): number {
  view.setFloat64(at, value.latitude, true);
  at += 8;
  view.setFloat64(at, value.longitude, true);
  at += 8;
  if (value.site_id === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, value.site_id);
  }
  return at;
}

function boundSubscriberActivity(_value: SubscriberActivity): number {
  return 8 + 8 + 8 + 1;
}

function putSubscriberActivity(bytes: Uint8Array, view: DataView, at: number, value: SubscriberActivity): number {
  view.setFloat64(at, value.calls_per_day, true);
  at += 8;
  view.setFloat64(at, value.texts_per_day, true);
  at += 8;
  view.setFloat64(at, value.sessions_per_day, true);
  at += 8;
  bytes[at++] = value.night_off ? 1 : 0;
  return at;
}

function boundSubscriber(value: Subscriber): number {
  return 8 + textBound(value.imsi) + textBound(value.msisdn) + textBound(value.imei) + 1 + textBound(value.plan) + 1 + textBound(value.account_id) + 5 + 1 + (value.contract_end === null ? 0 : 8) + textBound(value.home_plmn) + 8 + boundSubscriberDevice(value.device) + boundSubscriberPlace(value.home) + 1 + (value.work === null ? 0 : boundSubscriberPlace(value.work)) + textBound(value.language) + textBound(value.age_band) + boundSubscriberActivity(value.activity) + 8 + 5 + textBound(value.name) + textBound(value.address);
}

function putSubscriber(bytes: Uint8Array, view: DataView, at: number, value: Subscriber): number {
  at = putLong(bytes, at, value.subscriber_id);
  at = putText(bytes, at, value.imsi);
  at = putText(bytes, at, value.msisdn);
  at = putText(bytes, at, value.imei);
  bytes[at++] = SubscriberSegment[value.segment] << 1;
  at = putText(bytes, at, value.plan);
  bytes[at++] = SubscriberStatus[value.status] << 1;
  at = putText(bytes, at, value.account_id);
  at = putInt(bytes, at, value.bill_cycle_day);
  if (value.contract_end === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, value.contract_end);
  }
  at = putText(bytes, at, value.home_plmn);
  at = putLong(bytes, at, value.activated_at);
  at = putSubscriberDevice(bytes, view, at, value.device);
  at = putSubscriberPlace(bytes, view, at, value.home);
  if (value.work === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putSubscriberPlace(bytes, view, at, value.work);
  }
  at = putText(bytes, at, value.language);
  at = putText(bytes, at, value.age_band);
  at = putSubscriberActivity(bytes, view, at, value.activity);
  at = putLong(bytes, at, value.effective_at);
  at = putInt(bytes, at, value.version);
  at = putText(bytes, at, value.name);
  at = putText(bytes, at, value.address);
  return at;
}

/** Appends the Avro body of `value` to `slab`. Values are not checked: the type is the contract. */
export function encodeSubscriber(slab: Slab, value: Subscriber): void {
  slab.ensure(boundSubscriber(value));
  slab.position = putSubscriber(slab.bytes, slab.view, slab.position, value);
}
