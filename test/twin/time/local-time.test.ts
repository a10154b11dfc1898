import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../twin/config.ts';
import { buildLocalTime } from '../../../twin/time/local-time.ts';

const zones = ['Europe/Dublin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Auckland', 'America/Sao_Paulo'];
const instant = fc.integer({ min: Date.UTC(2015, 0, 2), max: Date.UTC(2039, 11, 30) });

describe.each(zones)('local time of %s', (zone) => {
  const localTime = buildLocalTime(zone, 2014, 2041);
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

  it('agrees with Intl at any time', () => {
    fc.assert(fc.property(instant, (ms) => {
      const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
      const local = new Date(localTime.toLocal(ms)).toISOString();
      expect(local.slice(0, 19)).toBe(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`);
      expect(localTime.hourOfWeek(ms)).toBe(24 * weekdays.indexOf(parts.weekday) + Number(parts.hour));
      expect(localTime.hourOfDay(ms)).toBe(Number(parts.hour));
    }));
  });

  it('cuts time into days without gap or overlap, each beginning at 04:00 local', () => {
    fc.assert(fc.property(instant, (ms) => {
      const day = localTime.dayOf(ms);
      const [start, end] = [localTime.dayStart(day), localTime.dayStart(day + 1)];
      expect(ms).toBeGreaterThanOrEqual(start);
      expect(ms).toBeLessThan(end);
      expect(localTime.dayOf(start)).toBe(day);
      expect(localTime.dayOf(end - 1)).toBe(day);
      expect(localTime.hourOfDay(start)).toBe(4);
      expect(Math.floor(localTime.hourOfWeek(start) / 24)).toBe(localTime.weekdayOf(day));
    }));
  });

  it('is the inverse of toUtc wherever a reading occurs once', () => {
    fc.assert(fc.property(instant, (ms) => {
      const back = localTime.toUtc(localTime.toLocal(ms));
      if (localTime.offsetAt(ms - 3 * HOUR) === localTime.offsetAt(ms + 3 * HOUR)) expect(back).toBe(ms);
      else expect(localTime.toLocal(back)).toBe(localTime.toLocal(ms));
    }));
  });
});

describe('days when clocks change', () => {
  const dublin = buildLocalTime('Europe/Dublin', 2020, 2030);
  const length = (ms: number): number => {
    const day = dublin.dayOf(ms);
    return (dublin.dayStart(day + 1) - dublin.dayStart(day)) / HOUR;
  };

  it('have 23 and 25 hours, all others 24', () => {
    expect(length(Date.UTC(2026, 2, 28, 12))).toBe(23);
    expect(length(Date.UTC(2026, 9, 24, 12))).toBe(25);
    const lengths = Array.from({ length: 365 }, (_, i) => length(Date.UTC(2026, 0, 1, 12) + i * DAY));
    expect(lengths.filter((hours) => hours !== 24)).toEqual([23, 25]);
  });

  it('map a skipped reading forward and a repeated one to its first occurrence', () => {
    expect(dublin.toUtc(Date.UTC(2026, 2, 29, 1, 30))).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(dublin.toUtc(Date.UTC(2026, 9, 25, 1, 30))).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });
});

it('refuses an unknown zone by name', () => {
  expect(() => buildLocalTime('Europe/Atlantis')).toThrow(/unknown time zone "Europe\/Atlantis"/);
});
