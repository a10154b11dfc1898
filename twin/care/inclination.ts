import { HOUR } from '../config.ts';
import type { CallBook } from '../intents/call-book.ts';
import type { CallTable } from '../intents/call-table.ts';
import type { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { hourMass, placeWithinHour, VOICE } from '../time/profiles.ts';

/**
 * Who gets in touch after a bad experience is drawn before the experience, per subscriber and hour, so that only the inclined
 * need be watched. Reports are far fewer than experiences (EXFO / Heavy Reading 2019; 0.5–5 % is an assumption).
 */
const INCLINED = 0.02;
/** An outage at the place where one is weighs more than a single failed call. */
const INCLINED_BY_OUTAGE = 0.06;
/** Contacts without any incident, per subscriber and day: 2.5 calls a year (Oliver Wyman 2013), 77 % of contacts are calls (Ofcom 2023). */
const BASELINE_PER_DAY = 2.5 / 365 / 0.77;

/** Longest time from an experience to the contact about it, ms. Bounds the look-back of care. */
export const LONGEST_CARE_LAG = 3 * HOUR;

/** True when the subscriber would complain of a bad experience in this hour. */
export function isInclined(draw: Draw, subscriber: number, hour: number): boolean {
  return draw.at(Purpose.carePropensity, subscriber, hour).unit() < INCLINED;
}

/** True when the subscriber would complain of an outage in this hour; holds for everyone who {@link isInclined}. */
export function isInclinedByOutage(draw: Draw, subscriber: number, hour: number): boolean {
  return draw.at(Purpose.carePropensity, subscriber, hour).unit() < INCLINED_BY_OUTAGE;
}

/** The calls of an hour that somebody inclined to complain takes part in. */
export function callsOfInclined(book: CallBook, draw: Draw, hour: number): CallTable {
  return book.excerpt(hour, (table, j) => {
    const caller = table.caller[j];
    const callee = table.callee[j];
    return (caller >= 0 && isInclined(draw, caller, hour)) || (callee >= 0 && isInclined(draw, callee, hour));
  });
}

/** The contacts that subscribers begin in one hour for reasons of their own. */
export class BaselineContacts {
  readonly #draw: Draw;
  readonly #hour: number;
  readonly #hourOfWeek: number;
  readonly #mean: number;
  /** Probability of no contact. */
  readonly #none: number;

  /** @param hour since the epoch. @param hourOfWeek of it, local */
  constructor(draw: Draw, hour: number, hourOfWeek: number) {
    this.#draw = draw;
    this.#hour = hour;
    this.#hourOfWeek = hourOfWeek;
    this.#mean = (BASELINE_PER_DAY * hourMass(VOICE, hourOfWeek)) / 24;
    this.#none = Math.exp(-this.#mean);
  }

  visit(subscriber: number, visit: (subscriber: number, start: number, ordinal: number) => void): void {
    const stream = this.#draw.at(Purpose.careIntent, subscriber, this.#hour);
    const n = stream.poisson(this.#mean, this.#none);
    for (let k = 0; k < n; k++) visit(subscriber, this.#hour * HOUR + Math.floor(HOUR * placeWithinHour(VOICE, this.#hourOfWeek, stream.unit())), k);
  }
}
