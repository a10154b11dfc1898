import { MINUTE, SECOND } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { LONGEST_CARE_LAG } from './inclination.ts';

/** What a contact is about. Order is that of the reason table. */
export const Experience = {
  NONE: 0, OUTAGE: 1, DROPPED_CALL: 2, FAILED_CALL: 3, SESSION_CUT: 4, SESSION_REFUSED: 5, LOST_NUMBER: 6,
} as const;
export type Experience = (typeof Experience)[keyof typeof Experience];

export const Channel = { PHONE: 1, CHAT: 2, APP: 3, STORE: 4, SOCIAL: 5 } as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

interface Reason {
  readonly category: string;
  readonly reason: string;
  readonly share: number;
}

/** Reasons of contacts that no incident caused. No good published split exists; shares are an assumption (realism targets, section 4). */
const BASELINE_REASONS: readonly Reason[] = [
  { category: 'BILLING', reason: 'BILL_QUERY', share: 0.22 },
  { category: 'BILLING', reason: 'PAYMENT', share: 0.12 },
  { category: 'ACCOUNT', reason: 'PLAN_CHANGE', share: 0.16 },
  { category: 'ACCOUNT', reason: 'PASSWORD_OR_PIN', share: 0.12 },
  { category: 'TECHNICAL', reason: 'COVERAGE_QUERY', share: 0.1 },
  { category: 'TECHNICAL', reason: 'SETTINGS', share: 0.09 },
  { category: 'DEVICE', reason: 'DEVICE_FAULT', share: 0.11 },
  { category: 'OTHER', reason: 'GENERAL', share: 0.08 },
];

/** How people put an experience into words: several categories, so that an incident's surge spreads (Venkataraman & Wang, LOTUS). */
const EXPERIENCE_REASONS: readonly (readonly Reason[])[] = [
  BASELINE_REASONS,
  [
    { category: 'TECHNICAL', reason: 'NO_SERVICE', share: 0.55 },
    { category: 'TECHNICAL', reason: 'SLOW_DATA', share: 0.2 },
    { category: 'TECHNICAL', reason: 'CALLS_FAIL', share: 0.15 },
    { category: 'DEVICE', reason: 'DEVICE_FAULT', share: 0.1 },
  ],
  [{ category: 'TECHNICAL', reason: 'CALL_DROPPED', share: 0.85 }, { category: 'TECHNICAL', reason: 'POOR_COVERAGE', share: 0.15 }],
  [{ category: 'TECHNICAL', reason: 'CALLS_FAIL', share: 1 }],
  [{ category: 'TECHNICAL', reason: 'DATA_STOPS', share: 0.8 }, { category: 'TECHNICAL', reason: 'POOR_COVERAGE', share: 0.2 }],
  [{ category: 'TECHNICAL', reason: 'NO_DATA', share: 1 }],
  [{ category: 'ACCOUNT', reason: 'SIM_NOT_WORKING', share: 0.6 }, { category: 'FRAUD', reason: 'UNAUTHORISED_SIM_CHANGE', share: 0.4 }],
];

/**
 * One contact with customer care and how it went. A cursor; a pure function of (seed, subscriber, key, experience, time).
 * Channel mix: Ofcom 2023 (phone 77 %, chat 17 %). Wait: Ofcom 2019–2022, mean 1:18–2:23. Handling: log-normal (Brown et al.,
 * JASA 100:36, 2005), mean about 6 min. First-contact resolution 0.7 (SQM Group).
 */
export class Contact {
  channel: Channel = Channel.PHONE;
  category = '';
  reason = '';
  opened = 0;
  /** Event time of the answer, or NaN when the caller gave up first. */
  answered = NaN;
  abandoned = NaN;
  transferred = NaN;
  resolved = NaN;
  closed = NaN;
  waitSeconds = 0;
  handleSeconds = 0;
  firstContactResolution = false;
  /** 1–5, or 0 when the survey was not answered. */
  satisfaction = 0;

  readonly #draw: Draw;

  constructor(seed: number) {
    this.#draw = new Draw(seed);
  }

  /** When the subscriber gets in touch about an experience: mostly within the hour, never later than {@link LONGEST_CARE_LAG}. */
  lagOf(subscriber: number, key: number, experience: Experience): number {
    const draw = this.#draw.at(Purpose.careContact, subscriber, key);
    if (experience === Experience.OUTAGE) return Math.floor((10 + 50 * draw.unit()) * MINUTE);
    return Math.floor(Math.min(LONGEST_CARE_LAG - MINUTE, 25 * MINUTE * Math.exp(1.1 * draw.normal()) + 2 * MINUTE));
  }

  /** Fills the fields for a contact that opens at `opened`. `key` tells apart the contacts of a subscriber. */
  describe(subscriber: number, key: number, experience: Experience, opened: number): void {
    const draw = this.#draw.at(Purpose.careContact, subscriber, key ^ 0x40000000);
    const u = draw.unit();
    this.channel = u < 0.77 ? Channel.PHONE : u < 0.94 ? Channel.CHAT : u < 0.97 ? Channel.APP : u < 0.985 ? Channel.STORE : Channel.SOCIAL;
    const reason = pick(EXPERIENCE_REASONS[experience], draw.unit());
    this.category = reason.category;
    this.reason = reason.reason;
    this.opened = opened;
    const interactive = this.channel === Channel.PHONE || this.channel === Channel.CHAT;
    this.waitSeconds = interactive ? Math.round(110 * draw.exponential()) : 0;
    const patience = 420 * draw.exponential() + 20;
    const gaveUp = interactive && this.waitSeconds > patience;
    this.handleSeconds = Math.round(Math.min(3600, 290 * Math.exp(0.75 * draw.normal())) * (this.channel === Channel.CHAT ? 1.6 : 1));
    this.firstContactResolution = !gaveUp && draw.unit() < (experience === Experience.NONE ? 0.74 : 0.52);
    const transferred = !gaveUp && draw.unit() < 0.12;
    const surveyed = draw.unit() < 0.18;
    const score = draw.unit();
    const later = draw.unit();
    this.abandoned = gaveUp ? opened + Math.round(patience) * SECOND : NaN;
    if (gaveUp) this.waitSeconds = Math.round(patience);
    this.answered = gaveUp ? NaN : opened + this.waitSeconds * SECOND + (interactive ? 0 : Math.round((5 + 50 * later) * MINUTE));
    const handled = this.answered + this.handleSeconds * SECOND;
    this.transferred = transferred ? this.answered + Math.round(this.handleSeconds * 0.4) * SECOND : NaN;
    this.resolved = gaveUp ? NaN : this.firstContactResolution ? handled : handled + Math.round((1 + 2 * later) * 60) * MINUTE;
    this.closed = gaveUp ? this.abandoned + SECOND : this.resolved + 5 * MINUTE;
    const happy = (this.firstContactResolution ? 0.75 : 0.4) - (experience === Experience.NONE ? 0 : 0.15);
    this.satisfaction = !surveyed || gaveUp ? 0 : score < happy * 0.6 ? 5 : score < happy ? 4 : score < happy + 0.12 ? 3 : score < happy + 0.22 ? 2 : 1;
  }
}

/** Time from the opening of a contact to its last event is at most this, ms. */
export const LONGEST_CONTACT = 6 * 60 * MINUTE;

function pick(reasons: readonly Reason[], u: number): Reason {
  let rest = u;
  for (const reason of reasons) {
    if (rest < reason.share) return reason;
    rest -= reason.share;
  }
  return reasons[reasons.length - 1];
}
