import { DAY, HOUR, MINUTE } from '../config.ts';

/** People's days end when they sleep: local day n runs from 04:00 of one date to 04:00 of the next. */
export const DAY_START_HOUR = 4;
export const HOURS_PER_WEEK = 168;
/** Days since 1970 whose beginning is tabulated: until 2051. */
const MAX_TABLED_DAY = 29_600;

/** Transitions are at least two weeks apart (Morocco's Ramadan pause, about 30 days, is the shortest in tzdata since 2000). */
const SCAN_STEP = 7 * DAY;
/** 1970-01-01 was a Thursday; 0 is Monday. */
const EPOCH_WEEKDAY = 3;

/**
 * Local time of one zone over a span of years, from UTC offsets tabulated once (so `Intl` stays off the hot path). Look-ups remember the
 * last interval between transitions, so that calls with nearby times cost two comparisons. Times are UTC ms.
 */
export class LocalTime {
  readonly timezone: string;
  /** UTC offset, ms east of Greenwich, valid from `#from[i]` to `#from[i + 1]`. */
  readonly #offset: Float64Array;
  readonly #from: Float64Array;
  #last = 0;
  /** UTC ms at which the local days 0 … MAX_TABLED_DAY begin. */
  readonly #dayStarts = new Float64Array(MAX_TABLED_DAY + 1);

  /** @param from start of each interval, ascending, the first -Infinity. @param offset ms east of Greenwich in each interval. */
  constructor(timezone: string, from: Float64Array, offset: Float64Array) {
    this.timezone = timezone;
    this.#from = from;
    this.#offset = offset;
    for (let day = 0; day <= MAX_TABLED_DAY; day++) this.#dayStarts[day] = this.toUtc(day * DAY + DAY_START_HOUR * HOUR);
  }

  /** UTC offset in force at `ms`, in ms. */
  offsetAt(ms: number): number {
    const from = this.#from;
    let i = this.#last;
    if (ms < from[i] || (i + 1 < from.length && ms >= from[i + 1])) {
      i = 0;
      let high = from.length - 1;
      while (i < high) {
        const middle = (i + high + 1) >> 1;
        if (from[middle] <= ms) i = middle;
        else high = middle - 1;
      }
      this.#last = i;
    }
    return this.#offset[i];
  }

  /** Local wall clock as if it were UTC ms. */
  toLocal(ms: number): number {
    return ms + this.offsetAt(ms);
  }

  /** UTC ms of a wall-clock reading. A reading skipped by a transition maps to the instant as far after it; one that occurs twice, to the first. */
  toUtc(local: number): number {
    const before = this.offsetAt(local - DAY);
    const candidate = local - before;
    if (this.offsetAt(candidate) === before) return candidate;
    const after = this.offsetAt(local + DAY);
    return this.offsetAt(local - after) === after ? local - after : candidate;
  }

  /** Whole local hours since Monday 00:00, 0–167. */
  hourOfWeek(ms: number): number {
    const hours = Math.floor(this.toLocal(ms) / HOUR) + EPOCH_WEEKDAY * 24;
    return hours - HOURS_PER_WEEK * Math.floor(hours / HOURS_PER_WEEK);
  }

  /** Local hours since Monday 00:00 with their fraction, [0, 168). */
  hourOfWeekExact(ms: number): number {
    const hours = this.toLocal(ms) / HOUR + EPOCH_WEEKDAY * 24;
    return hours - HOURS_PER_WEEK * Math.floor(hours / HOURS_PER_WEEK);
  }

  /** Local hour of the day, 0–23. */
  hourOfDay(ms: number): number {
    return this.hourOfWeek(ms) % 24;
  }

  /** Number of the local day (04:00 to 04:00) that holds `ms`; day 0 begins on 1970-01-01. */
  dayOf(ms: number): number {
    const day = Math.floor((this.toLocal(ms) - DAY_START_HOUR * HOUR) / DAY);
    // Where clocks go back across 04:00 (nowhere in tzdata since 2000 but in Antarctica), a reading can repeat.
    if (ms < this.dayStart(day)) return day - 1;
    return ms >= this.dayStart(day + 1) ? day + 1 : day;
  }

  /** UTC ms at which a local day begins. Consecutive starts are 23, 24 or 25 hours apart where clocks change by an hour. */
  dayStart(day: number): number {
    return day >= 0 && day <= MAX_TABLED_DAY ? this.#dayStarts[day] : this.toUtc(day * DAY + DAY_START_HOUR * HOUR);
  }

  /** Weekday of a local day's date, 0 = Monday. */
  weekdayOf(day: number): number {
    const weekday = day + EPOCH_WEEKDAY;
    return weekday - 7 * Math.floor(weekday / 7);
  }
}

/**
 * Tabulates the zone's offsets for [1 January fromYear, 1 January toYear) UTC; before and after, the first and the last one hold.
 * Throws RangeError for an unknown zone.
 */
export function buildLocalTime(timezone: string, fromYear = 2000, toYear = 2051): LocalTime {
  const format = formatOf(timezone);
  const end = Date.UTC(toYear, 0, 1);
  let ms = Date.UTC(fromYear, 0, 1);
  let offset = offsetFrom(format, ms);
  const from = [-Infinity];
  const offsets = [offset];
  while (ms < end) {
    const next = Math.min(ms + SCAN_STEP, end);
    const nextOffset = offsetFrom(format, next);
    if (nextOffset !== offset) {
      from.push(transitionBetween(format, ms, next, offset));
      offsets.push(nextOffset);
      offset = nextOffset;
    }
    ms = next;
  }
  return new LocalTime(timezone, Float64Array.from(from), Float64Array.from(offsets));
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: timezone, hourCycle: 'h23',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  } catch (error) {
    throw new RangeError(`unknown time zone "${timezone}": use an IANA name such as Europe/Dublin`, { cause: error });
  }
}

function offsetFrom(format: Intl.DateTimeFormat, ms: number): number {
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const part of format.formatToParts(ms)) if (part.type !== 'literal') field[part.type] = Number(part.value);
  return Date.UTC(field.year!, field.month! - 1, field.day, field.hour, field.minute, field.second) - ms;
}

/** First whole minute in (low, high] whose offset is no longer `offset`. */
function transitionBetween(format: Intl.DateTimeFormat, low: number, high: number, offset: number): number {
  let before = low / MINUTE;
  let after = high / MINUTE;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetFrom(format, middle * MINUTE) === offset) before = middle;
    else after = middle;
  }
  return after * MINUTE;
}
