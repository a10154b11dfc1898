import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantOf } from '../../../twin/time/instant.ts';

describe('instants', () => {
  const { TZ: zone } = process.env;
  beforeAll(() => { process.env.TZ = 'America/New_York'; });
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each([
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
    ['2026-03-01T08:00', Date.UTC(2026, 2, 1, 8)],
    ['2026-03-01T08:00:30.5Z', Date.UTC(2026, 2, 1, 8, 0, 30, 500)],
    ['2026-03-01T08:00:30.123456789z', Date.UTC(2026, 2, 1, 8, 0, 30, 123)],
    ['2026-03-01T00:30+02:00', Date.UTC(2026, 1, 28, 22, 30)],
  ])('%s is the same in every zone', (text, time) => {
    expect(instantOf(text)).toBe(time);
  });

  it.each([
    '', 'yesterday', '01/03/2026', '2026-03', '2026-03-01 08:00', '2026-03-01T08:00+0200',
    '2026-13-01', '2026-02-30', '2026-02-29', '2026-04-31T08:00Z', '2026-03-01T24:00Z', '2026-03-01T08:60Z', '2026-03-01T08:00:60Z', '2026-03-01T08:00+24:00',
  ])('"%s" is none', (text) => {
    expect(instantOf(text)).toBeNull();
  });
});
