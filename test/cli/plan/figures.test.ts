import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backfillHoursOf, longestRetention, plan, STREAMS, type PlanSettings } from '../../../cli/plan/figures.ts';
import { formatPlan } from '../../../cli/plan/format.ts';

const SETTINGS: PlanSettings = { subscribers: 86_400, partitions: 8, retentionHours: 24, backfillHours: 0, speed: 1 };

const settings = fc.record({
  subscribers: fc.integer({ min: 1, max: 5_000_000 }),
  partitions: fc.integer({ min: 1, max: 96 }),
  retentionHours: fc.integer({ min: 1, max: 720 }),
  backfillHours: fc.integer({ min: 0, max: 2_000 }),
  speed: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
});

describe('plan', () => {
  it('gives the reference rates: one record a second for each one per subscriber-day, at as many subscribers as a day has seconds', () => {
    const rates = Object.fromEntries(plan(SETTINGS).streams.map((stream) => [stream.topic, stream.meanPerSecond]));
    expect(rates).toMatchObject({ cdrs: 20, network_logs: 120, location_updates: 40 });
  });

  it('gives bytes from rates and record sizes', () => {
    const cdrs = STREAMS.find((stream) => stream.topic === 'cdrs')!;
    const planned = plan(SETTINGS).streams.find((stream) => stream.topic === 'cdrs')!;
    expect(planned.storedGBPerDay).toBeCloseTo((20 * 86_400 * cdrs.storedBytes) / 1e9, 10);
    expect(planned.busyMBPerSecond).toBeCloseTo((20 * cdrs.busyHourFactor * cdrs.recordBytes) / 1e6, 10);
  });

  it('totals its streams', () => {
    fc.assert(fc.property(settings, (some) => {
      const { streams, total } = plan(some);
      for (const figure of ['meanPerSecond', 'busyPerSecond', 'busyMBPerSecond', 'storedGBPerDay'] as const) {
        expect(total[figure]).toBeCloseTo(streams.reduce((sum, stream) => sum + stream[figure], 0), 6);
      }
    }));
  });

  it('needs more disk for more subscribers, longer retention, more history or higher speed', () => {
    fc.assert(fc.property(settings, (some) => {
      const disk = plan(some).diskBytes;
      expect(plan({ ...some, subscribers: some.subscribers * 2 }).diskBytes).toBeGreaterThan(disk);
      expect(plan({ ...some, retentionHours: some.retentionHours * 2 }).diskBytes).toBeGreaterThanOrEqual(disk);
      expect(plan({ ...some, backfillHours: some.backfillHours + 24 }).diskBytes).toBeGreaterThanOrEqual(disk);
      expect(plan({ ...some, speed: some.speed + 1 }).diskBytes).toBeGreaterThanOrEqual(disk);
    }));
  });

  it('bounds the bytes of every partition such that the events of the whole retention fit', () => {
    fc.assert(fc.property(settings, (some) => {
      const { retentionBytes } = plan(some);
      const days = (some.retentionHours + some.backfillHours) / 24;
      for (const { perSubscriberDay, storedBytes } of STREAMS) {
        expect(retentionBytes * some.partitions).toBeGreaterThanOrEqual(some.subscribers * perSubscriberDay * storedBytes * days);
      }
    }));
  });

  it('finds the longest retention that fits a disk, and none when nothing fits', () => {
    const { diskBytes } = plan({ ...SETTINGS, retentionHours: 12 });
    expect(longestRetention(SETTINGS, [24, 12, 6], diskBytes)).toBe(12);
    expect(longestRetention(SETTINGS, [24, 12, 6], 1_000)).toBeUndefined();
  });

  it('counts history at speed 1 only: at others event time begins at the start and takes its time', () => {
    const now = Date.UTC(2026, 2, 1);
    expect([1, 0.5, 60].map((speed) => backfillHoursOf(now - 90 * 60_000, now, speed))).toEqual([2, 0, 0]);
    expect(backfillHoursOf(now + 1, now, 1)).toBe(0);
  });

  it('is printed with the setting it is for', () => {
    const text = formatPlan(plan({ ...SETTINGS, backfillHours: 30 }));
    expect(text).toContain('86,400 subscribers, 8 partitions, speed ×1, events and 30 h of history kept 24 h after they were written');
    expect(text).toMatch(/network_logs +120 +240 /);
  });
});
