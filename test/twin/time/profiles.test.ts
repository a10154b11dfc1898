import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../twin/config.ts';
import { buildLocalTime } from '../../../twin/time/local-time.ts';
import { DATA, MOBILITY, SMS, VOICE, hourMass, mass, placeWithinHour, rate, rateAt, type Profile } from '../../../twin/time/profiles.ts';

const profiles: readonly (readonly [string, Profile])[] = [['voice', VOICE], ['sms', SMS], ['data', DATA], ['mobility', MOBILITY]];
const localTime = buildLocalTime('Europe/Dublin', 2020, 2030);

/** Volume by hour of the day, over the given days of the week. */
function hourly(profile: Profile, days: readonly number[]): number[] {
  return Array.from({ length: 24 }, (_, hour) => days.reduce((sum, day) => sum + hourMass(profile, 24 * day + hour), 0) / days.length);
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const weekdays = [0, 1, 2, 3, 4];
const allDays = [0, 1, 2, 3, 4, 5, 6];

describe.each(profiles)('%s profile', (_, profile) => {
  it('has mean 1 and no empty hour', () => {
    expect(total([...profile]) / 168).toBeCloseTo(1, 12);
    expect(Math.min(...profile)).toBeGreaterThan(0);
    expect(total(Array.from({ length: 168 }, (_unused, hour) => hourMass(profile, hour)))).toBeCloseTo(168, 9);
  });

  it('places within an hour by the inverse of its own integral', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 167 }), fc.double({ min: 0, max: 0.999999, noNaN: true }), (hour, u) => {
      const fraction = placeWithinHour(profile, hour, u);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
      const below = fraction * (profile[hour] + rateAt(profile, hour + fraction)) / 2;
      expect(below / hourMass(profile, hour)).toBeCloseTo(u, 9);
    }));
  });

  it('has no steps, not even at midnight on Sunday', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 167 }), (hour) => {
      expect(rateAt(profile, hour - 1e-9)).toBeCloseTo(rateAt(profile, hour), 6);
    }));
    expect(rateAt(profile, 168 - 1e-9)).toBeCloseTo(rateAt(profile, 0), 6);
  });
});

describe('realism targets 1d', () => {
  it('voice: trough 0.01–0.10 of the peak, peaks at noon or 16–19 h, peak over mean 1.5–2.8', () => {
    const day = hourly(VOICE, weekdays);
    const peak = Math.max(...day);
    expect(Math.min(...day) / peak).toBeGreaterThan(0.01);
    expect(Math.min(...day) / peak).toBeLessThan(0.1);
    expect([16, 17, 18]).toContain(day.indexOf(peak));
    expect(day[12]).toBeGreaterThan(day[10]);
    expect(day[12]).toBeGreaterThan(day[14]);
    expect(peak / (total(day) / 24)).toBeGreaterThan(1.5);
    expect(peak / (total(day) / 24)).toBeLessThan(2.8);
  });

  it('data: trough 0.1–0.4 of the peak, which falls between 17 and 21 h', () => {
    const day = hourly(DATA, allDays);
    const peak = Math.max(...day);
    expect(Math.min(...day) / peak).toBeGreaterThan(0.1);
    expect(Math.min(...day) / peak).toBeLessThan(0.4);
    expect(day.indexOf(peak)).toBeGreaterThanOrEqual(17);
    expect(day.indexOf(peak)).toBeLessThan(21);
  });

  it.each([['voice', VOICE], ['sms', SMS]] as const)('%s: weekend volume is 0.6–0.95 of weekdays, with later nights', (_, profile) => {
    const volume = (days: readonly number[]): number => total(hourly(profile, days));
    expect(volume([5, 6]) / volume(weekdays)).toBeGreaterThan(0.6);
    expect(volume([5, 6]) / volume(weekdays)).toBeLessThan(0.95);
    const night = (days: readonly number[]): number => total(hourly(profile, days).slice(0, 5)) / volume(days);
    expect(night([5, 6]) / night(weekdays)).toBeGreaterThan(1.5);
  });
});

describe('rates in UTC', () => {
  it('follow the local clock through daylight saving', () => {
    const winter = Date.UTC(2026, 0, 14, 18, 20);
    const summer = Date.UTC(2026, 6, 15, 17, 20);
    expect(rate(VOICE, localTime, winter)).toBeCloseTo(rate(VOICE, localTime, summer), 12);
  });

  it('integrate to a week in a week', () => {
    const monday = Date.UTC(2026, 5, 1);
    expect(mass(DATA, localTime, monday, monday + 7 * DAY)).toBeCloseTo(168, 1);
    expect(mass(DATA, localTime, monday, monday + HOUR)).toBeCloseTo(hourMass(DATA, localTime.hourOfWeek(monday)), 9);
  });
});
