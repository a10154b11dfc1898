import { describe, expect, it } from 'vitest';
import { DISK_SHARE } from '../../../cli/plan/disk.ts';
import { plan } from '../../../cli/plan/figures.ts';
import { fitDisk } from '../../../cli/up/disk-check.ts';

const SETTINGS = { subscribers: 100_000, partitions: 8, backfillHours: 0, speed: 1 };
const freeFor = (diskBytes: number): number => Math.ceil(diskBytes / DISK_SHARE);

describe('fitting a twin to the disk', () => {
  it('keeps a day of events where there is room', () => {
    expect(fitDisk(SETTINGS, undefined, 1e12, 0).settings.retentionHours).toBe(24);
  });

  it('keeps less where there is not, and counts what the twin holds already as its own', () => {
    const free = freeFor(plan({ ...SETTINGS, retentionHours: 6 }).diskBytes);
    expect(fitDisk(SETTINGS, undefined, free, 0).settings.retentionHours).toBe(6);
    expect(fitDisk(SETTINGS, undefined, free / 2, free / 2).settings.retentionHours).toBe(6);
  });

  it('never overrides a retention that was asked for', () => {
    const free = freeFor(plan({ ...SETTINGS, retentionHours: 6 }).diskBytes);
    expect(() => fitDisk(SETTINGS, 24, free, 0)).toThrow(/--retention-hours 6/);
  });

  it('refuses a twin that outgrows the disk, with options that would fit', () => {
    const settings = { ...SETTINGS, subscribers: 5_000_000, backfillHours: 720 };
    const free = 50e9;
    let message = '';
    try {
      fitDisk(settings, undefined, free, 0);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/needs up to [\d.]+ GB of disk; of the 50\.0 GB that are free it may plan with 35\.0 GB/);
    const subscribers = Number(/--subscribers (\d+)/.exec(message)?.[1]);
    const hours = Number(/--start at most (\d+) hours/.exec(message)?.[1]);
    for (const suggested of [{ ...settings, subscribers }, { ...settings, backfillHours: hours }]) {
      expect(fitDisk(suggested, undefined, free, 0).diskBytes).toBeLessThanOrEqual(free * DISK_SHARE);
    }
  });
});
