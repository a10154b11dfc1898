import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockHead, clockRecord, newClockHead } from '../../../processors/scenario-injector/clock/clock-record.ts';
import { pause, setSpeed } from '../../../processors/scenario-injector/clock/clock-policy.ts';
import { leadOf, positionOf, TickLog } from '../../../processors/scenario-injector/clock/tick-log.ts';
import { injectorSettings } from '../../../processors/scenario-injector/settings.ts';

const WALL = Date.UTC(2026, 2, 2, 8, 0, 42);

describe('settings', () => {
  it('begin a new twin at the full minute, at the speed of the wall clock', () => {
    expect(injectorSettings({}, WALL)).toMatchObject({
      start: Date.UTC(2026, 2, 2, 8), speed: 1, apiHost: '127.0.0.1', apiPort: 8080, apiTokens: null,
      groups: ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator'],
      policy: { onGap: 'backfill', until: null, maxLeadTicks: 8, backfillTickMs: 300_000 },
    });
  });

  it('are read from the environment', () => {
    const settings = injectorSettings({
      CLOCK_START: '2026-02-01', CLOCK_SPEED: '60', CLOCK_UNTIL: '2026-02-02T00:00:00+01:00', CLOCK_ON_GAP: 'skip', CLOCK_GROUPS: 'cdr-generator, x', API_TOKEN: 't',
      API_HOST: '0.0.0.0',
    }, WALL);
    expect(settings).toMatchObject({
      start: Date.UTC(2026, 1, 1), speed: 60, groups: ['cdr-generator', 'x'], policy: { until: Date.UTC(2026, 1, 1, 23), onGap: 'skip' },
    });
    expect(settings.apiTokens?.()).toEqual(['t']);
  });

  it.each([
    [{ CLOCK_START: 'yesterday' }, /CLOCK_START is 'yesterday'.*ISO 8601/],
    [{ CLOCK_START: '2026-02-30' }, /CLOCK_START is '2026-02-30'/],
    [{ CLOCK_START: '2026-03-01T08:00' }, /CLOCK_START.*with an offset/],
    [{ CLOCK_SPEED: '0' }, /CLOCK_SPEED is '0'/],
    [{ CLOCK_ON_GAP: 'jump' }, /backfill, skip or pause/],
    [{ CLOCK_MAX_LEAD_TICKS: '1.5' }, /whole number/],
    [{ API_HOST: '0.0.0.0' }, /API_HOST is '0.0.0.0' without API_TOKEN/],
    [{ API_TOKEN_FILE: '/nowhere/token' }, /API_TOKEN_FILE is '\/nowhere\/token', which can't be read/],
  ])('say what is wrong with %j', (env, message) => {
    expect(() => injectorSettings(env, WALL)).toThrow(message);
  });

  it('read tokens from a file, one a line, again each time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'telco-twin-settings-'));
    try {
      writeFileSync(join(folder, 'token'), 'secret\n');
      const { apiTokens } = injectorSettings({ API_TOKEN_FILE: join(folder, 'token') }, WALL);
      expect(apiTokens?.()).toEqual(['secret']);
      writeFileSync(join(folder, 'token'), ' new\r\n\nsecret\n');
      expect(apiTokens?.()).toEqual(['new', 'secret']);
      writeFileSync(join(folder, 'token'), '\n');
      expect(() => injectorSettings({ API_TOKEN_FILE: join(folder, 'token') }, WALL)).toThrow(/is empty/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the record of the clock', () => {
  const fresh = newClockHead(1_000, 1, WALL);

  it('is what a new leader goes on from', () => {
    const head = { ...fresh, sequence: 9, controlOffset: 4, clock: setSpeed({ ...fresh.clock, next: 61_000, mode: 'LIVE' as const }, 60, WALL) };
    const record = clockRecord(head, null, WALL + 500, 'a');
    expect(record).toMatchObject({ sequence: 8, event_time: 61_000, mode: 'LIVE', speed: 60, started_at: 1_000, scenario_events_end: 4, leader: 'a' });
    expect(clockHead(record)).toMatchObject({
      sequence: 9, startedAt: 1_000, controlOffset: 4, clock: { next: 61_000, mode: 'LIVE', speed: 60, anchorEvent: 61_000, anchorWall: WALL + 500 },
    });
  });

  it('tells a pause that somebody asked for from an end that was set', () => {
    const asked = clockRecord({ ...fresh, clock: pause(fresh.clock), pausedBy: 'ops' }, null, WALL, 'a');
    expect([asked.mode, asked.paused_by, clockHead(asked).clock.mode]).toEqual(['PAUSED', 'ops', 'PAUSED']);
    const ended = clockRecord({ ...fresh, clock: { ...fresh.clock, mode: 'ENDED' } }, 1_000, WALL, 'a');
    expect([ended.mode, ended.paused_by, clockHead(ended).clock.mode]).toEqual(['PAUSED', 'until', 'BACKFILL']);
  });
});

describe('how far a group is', () => {
  const log = new TickLog(2);
  [10, 12, 14].forEach((offset, tick) => {
    log.remember(0, offset, tick * 1_000);
    log.remember(1, offset + 1, tick * 1_000);
  });

  it('is judged by its slowest partition', () => {
    expect(leadOf(log, new Map([[0, 15], [1, 16]]), 2)).toBe(0);
    expect(leadOf(log, new Map([[0, 15], [1, 13]]), 2)).toBe(2);
    expect(positionOf(log, new Map([[0, 15], [1, 13]]), 2, 3_000)).toBe(1_000);
    expect(positionOf(log, new Map([[0, 15], [1, 16]]), 2, 3_000)).toBe(3_000);
  });

  it('is the beginning for one that has committed nothing', () => {
    expect(leadOf(log, new Map(), 2)).toBe(3);
    expect(positionOf(log, new Map([[0, 15]]), 2, 3_000)).toBe(0);
  });
});
