export const Segment = { CONSUMER_PREPAID: 0, CONSUMER_POSTPAID: 1, YOUTH: 2, SENIOR: 3, BUSINESS: 4 } as const;
export type Segment = (typeof Segment)[keyof typeof Segment];

export const SubscriberStatus = { INACTIVE: 0, ACTIVE: 1, SUSPENDED: 2, CHURNED: 3 } as const;
export type SubscriberStatus = (typeof SubscriberStatus)[keyof typeof SubscriberStatus];

/** Device capabilities that decide which cells a phone can use. Bit mask. */
export const Capability = { VOLTE: 1, NR: 2, VOWIFI: 4 } as const;

/** A subscriber as seeded or changed. Everything behaviour depends on is here; name and address are for the record only. */
export interface SubscriberProfile {
  /** Position in the index space, 0 ≤ index < capacity. Neighbouring indices live near each other. */
  readonly index: number;
  readonly subscriberId: number;
  /** 15 digits, as a number (leading zeros restored when written). PLMN 001/01 (TS 23.003 2.2: test network). */
  readonly imsi: number;
  /** E.164 number in the unassigned country code +999, 12 digits. */
  readonly msisdn: number;
  /** 14 digits and the Luhn check digit (TS 23.003 6.2.1, Annex B). */
  readonly imei: number;
  readonly segment: Segment;
  readonly plan: string;
  readonly status: SubscriberStatus;
  readonly accountId: string;
  readonly billCycleDay: number;
  /** Event time, ms, or null for prepaid. */
  readonly contractEnd: number | null;
  readonly homePlmn: string;
  /** Event time, ms. */
  readonly activatedAt: number;
  readonly deviceBrand: string;
  readonly deviceModel: string;
  readonly capabilities: number;
  readonly homeLatitude: number;
  readonly homeLongitude: number;
  /** Null when the subscriber has no fixed workplace or school. */
  readonly workLatitude: number | null;
  readonly workLongitude: number | null;
  readonly language: string;
  readonly ageBand: string;
  /** Expected calls made a day to people they know; expected texts sent a day; expected data sessions a day. */
  readonly callsPerDay: number;
  readonly textsPerDay: number;
  readonly sessionsPerDay: number;
  /** True when the phone is usually switched off at night. */
  readonly nightOff: boolean;
  /** Event time of this version, ms, and its number (1 at seeding). */
  readonly effectiveAt: number;
  readonly version: number;
}
