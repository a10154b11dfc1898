import { HOUR } from '../config.ts';
import { HOURS_PER_WEEK, type LocalTime } from './local-time.ts';

/**
 * Weekly rhythm of an activity: relative rate at the start of each local hour of the week (0 = Monday 00:00), 168 values with mean 1. Between
 * hours the rate is linear, so the integral over a week is 168 hours and `rate` has no steps.
 */
export type Profile = Float64Array;

type HourValues = readonly number[];

/** Repeats a weekday, a Saturday and a Sunday shape over the week, scales each day's volume, and normalises to mean 1. */
function week(weekday: HourValues, saturday: HourValues, sunday: HourValues, dayVolume: readonly number[]): Profile {
  const profile = new Float64Array(HOURS_PER_WEEK);
  let total = 0;
  for (let day = 0; day < 7; day++) {
    const shape = day < 5 ? weekday : day === 5 ? saturday : sunday;
    let sum = 0;
    for (const value of shape) sum += value;
    for (let hour = 0; hour < 24; hour++) {
      const value = (dayVolume[day] * shape[hour]) / sum;
      profile[day * 24 + hour] = value;
      total += value;
    }
  }
  for (let hour = 0; hour < HOURS_PER_WEEK; hour++) profile[hour] = (profile[hour] * HOURS_PER_WEEK) / total;
  return profile;
}

/**
 * Voice: night trough 3–5 % of the peak, peaks around noon and 17–18 h, weekend volume 0.75 of a weekday's, Friday highest, later nights at
 * weekends (Copenhagen Networks Study, Sci. Data 6:315, 2019; Ofcom, Mobile Matters 2019).
 */
export const VOICE: Profile = week(
  [8, 5, 3.5, 3, 3, 4, 9, 24, 46, 62, 72, 82, 91, 82, 77, 79, 88, 100, 96, 76, 58, 42, 27, 14],
  [20, 15, 11, 7, 5, 4, 6, 12, 27, 48, 68, 82, 90, 86, 82, 80, 84, 92, 90, 76, 60, 48, 38, 28],
  [24, 19, 14, 8, 5, 4, 5, 9, 20, 38, 58, 74, 84, 84, 80, 78, 82, 90, 92, 82, 68, 50, 32, 17],
  [0.99, 0.98, 0.99, 1.0, 1.14, 0.81, 0.72],
);

/** SMS: flat and high from 17 to 21 h (same study). */
export const SMS: Profile = week(
  [14, 7, 4, 3, 3, 4, 11, 32, 54, 64, 70, 74, 80, 77, 76, 80, 88, 97, 100, 99, 97, 92, 66, 34],
  [36, 24, 16, 9, 5, 5, 7, 15, 32, 52, 68, 78, 84, 84, 82, 84, 88, 94, 96, 94, 90, 86, 72, 50],
  [38, 27, 18, 9, 5, 5, 6, 12, 26, 46, 62, 74, 82, 84, 84, 86, 90, 96, 100, 100, 98, 90, 64, 32],
  [0.99, 0.98, 0.99, 1.0, 1.08, 0.76, 0.76],
);

/** Mobile data: background traffic keeps the trough at about 0.2 of the evening peak, 17–21 h (Ofcom 2019; Milan grid data). */
export const DATA: Profile = week(
  [38, 28, 22, 19, 18, 20, 30, 50, 66, 70, 72, 76, 82, 80, 78, 80, 88, 98, 100, 99, 98, 94, 80, 58],
  [50, 40, 31, 25, 21, 20, 24, 34, 48, 62, 72, 78, 82, 82, 82, 84, 88, 94, 98, 98, 96, 92, 82, 66],
  [54, 43, 33, 26, 21, 20, 22, 30, 42, 56, 68, 76, 80, 82, 82, 84, 90, 96, 100, 100, 98, 92, 76, 54],
  [1.0, 1.0, 1.0, 1.0, 1.02, 0.93, 0.92],
);

/** Being on the move: commuting peaks on weekdays, a broad midday at weekends. */
export const MOBILITY: Profile = week(
  [6, 3, 2, 2, 3, 10, 34, 80, 98, 62, 48, 50, 60, 58, 56, 68, 88, 100, 84, 58, 42, 32, 22, 12],
  [16, 11, 8, 5, 4, 5, 9, 17, 34, 58, 80, 94, 100, 98, 94, 90, 88, 84, 76, 64, 52, 44, 38, 28],
  [20, 14, 9, 5, 4, 4, 6, 12, 24, 44, 66, 84, 94, 96, 92, 88, 86, 82, 70, 54, 40, 30, 22, 14],
  [0.99, 1.0, 1.0, 1.01, 1.08, 0.88, 0.72],
);

/** Relative rate at local time `hours` since Monday 00:00 (fraction included, [0, 168)). */
export function rateAt(profile: Profile, hours: number): number {
  const hour = Math.floor(hours);
  const here = profile[hour];
  return here + (hours - hour) * (profile[hour + 1 === HOURS_PER_WEEK ? 0 : hour + 1] - here);
}

/** Relative rate at UTC time `ms`. */
export function rate(profile: Profile, localTime: LocalTime, ms: number): number {
  return rateAt(profile, localTime.hourOfWeekExact(ms));
}

/** Integral of the rate over one local hour of the week, in units of the mean hour; over all 168 it sums to 168. */
export function hourMass(profile: Profile, hour: number): number {
  return (profile[hour] + profile[hour + 1 === HOURS_PER_WEEK ? 0 : hour + 1]) / 2;
}

/** Inverse CDF of the rate within one local hour of the week: the fraction of the hour, [0, 1), that a uniform `u` falls on. */
export function placeWithinHour(profile: Profile, hour: number, u: number): number {
  const a = profile[hour];
  const b = profile[hour + 1 === HOURS_PER_WEEK ? 0 : hour + 1];
  return (u * (a + b)) / (a + Math.sqrt(a * a + (b * b - a * a) * u));
}

/** Integral of the rate over UTC [from, to), in units of the mean hour, to the accuracy of one trapezium per quarter hour. */
export function mass(profile: Profile, localTime: LocalTime, from: number, to: number): number {
  const steps = Math.max(1, Math.ceil((to - from) / (HOUR / 4)));
  const step = (to - from) / steps;
  let sum = (rate(profile, localTime, from) + rate(profile, localTime, to)) / 2;
  for (let i = 1; i < steps; i++) sum += rate(profile, localTime, from + i * step);
  return (sum * step) / HOUR;
}
