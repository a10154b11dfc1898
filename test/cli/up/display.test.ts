import { describe, expect, it } from 'vitest';
import { displayFor, duration, plainLine, table } from '../../../cli/up/display.ts';
import { healthUrl, PROCESSORS, SINK } from '../../../cli/up/processors.ts';
import { STREAMS, type TwinStatus } from '../../../cli/up/status.ts';

const NOW = Date.UTC(2026, 2, 1, 8, 0, 5);
const STATUS: TwinStatus = {
  clock: { time: NOW, mode: 'LIVE', speed: 1, lagSeconds: 0.84 },
  streams: [{ stream: 'cdrs', perSecond: 46.4, total: 12_345 }, { stream: 'customer_service', perSecond: 0.031, total: 2 }],
  scenarios: [{ id: 'outage-1', kind: 'cell_outage', status: 'ACTIVE' }],
  processes: [
    { name: 'Kafka', state: 'RUNNING', restarts: 0 },
    { name: 'cdr-generator', state: 'WAITING', restarts: 2, reason: 'fenced (exit code 1)', lagSeconds: 1.5, memoryBytes: 123_000_000 },
  ],
};

describe('the view of a running twin', () => {
  it('is one line for logs: clock, rates, scenarios, and what is in trouble', () => {
    expect(plainLine(STATUS, NOW)).toBe(
      '2026-03-01 08:00:05 UTC  LIVE  lag 0.8 s  cdrs 46/s (12,345), customer_service 0.03/s (2)  scenarios outage-1 (cell_outage)' +
        '  cdr-generator restarting: fenced (exit code 1)',
    );
  });

  it('is a table on a terminal', () => {
    const lines = table(STATUS, NOW);
    expect(lines).toContainEqual(expect.stringMatching(/^ +cdrs +46 +12,345$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +cdr-generator +1\.5 s +123 MB {2}waiting, restarted 2×: fenced \(exit code 1\)$/));
    expect(lines).toContainEqual('  scenario outage-1  cell_outage  active');
  });

  it('says why a process that runs is not ready', () => {
    const sink = { name: 'vast-sink', state: 'RUNNING', restarts: 0, unready: 'waiting for VAST: refused', memoryBytes: 9e7 } as const;
    const status = { ...STATUS, processes: [sink, { name: 'ready', state: 'RUNNING', restarts: 0, memoryBytes: 9e7 } as const] };
    expect(plainLine(status, NOW)).toMatch(/ {2}vast-sink not ready: waiting for VAST: refused$/);
    expect(table(status, NOW)[1]).toBe('  vast-sink not ready: waiting for VAST: refused');
    expect(table(status, NOW)).toContainEqual(expect.stringMatching(/^ +vast-sink +90 MB {2}not ready$/));
    expect(table(status, NOW)).toContainEqual(expect.stringMatching(/^ +ready +90 MB {2}running$/));
  });

  it('says so while the clock does not answer yet', () => {
    expect(plainLine({ ...STATUS, clock: undefined } as unknown as TwinStatus, NOW)).toMatch(/^waiting for the clock/);
  });

  it('says that the clock stands while it is ahead of the wall clock at speed 1', () => {
    const hourAgo = NOW - 3_600_000;
    const stands = '2026-03-01 08:00:05 UTC  LIVE  stands: the wall clock gets there in 60 min';
    expect(plainLine(STATUS, hourAgo).startsWith(`${stands}  cdrs`)).toBe(true);
    expect(table(STATUS, hourAgo)).toContain(`  ${stands}`);
    for (const [clock, now] of [[{}, NOW - 60_000], [{ speed: 60 }, hourAgo], [{ mode: 'PAUSED' }, hourAgo]] as const) {
      expect(plainLine({ ...STATUS, clock: { ...STATUS.clock!, ...clock } }, now)).not.toContain('stands');
    }
  });

  it.each([['until', 'at its end (--until)'], ['on-gap', 'after a gap (--on-gap)'], ['api', 'by api']])('says why the clock is paused: %s', (pausedBy, reason) => {
    const clock = { ...STATUS.clock!, mode: 'PAUSED', pausedBy };
    expect(plainLine({ ...STATUS, clock }, NOW).startsWith(`2026-03-01 08:00:05 UTC  PAUSED ${reason}  lag`)).toBe(true);
  });

  /** What a terminal of that size gets of two looks. */
  function looks(rows: number, columns: number, heading: readonly string[]): string[] {
    const written: string[] = [];
    const out = { isTTY: true, rows, columns, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    const display = displayFor(out, false, heading);
    display.show(STATUS);
    display.show(STATUS);
    return written;
  }

  it('redraws in place below a heading that it prints once', () => {
    const [heading, first, second, ...more] = looks(60, 80, ['a title', '  Ctrl-C stops everything']);
    expect(heading).toBe('a title\n  Ctrl-C stops everything\n');
    expect(first).not.toContain('more lines');
    const height = first.split('\n').length - 1;
    expect(second.startsWith(`\x1b[${height}A\r`)).toBe(true);
    expect([more, second.includes('Ctrl-C')]).toEqual([[], false]);
  });

  it('fits the window, and says how much it leaves out', () => {
    const [, first, second] = looks(6, 30, []);
    const lines = first.replace(/\x1b\[\d*[A-Z]/g, '').split('\n');
    expect(lines.length - 1).toBe(5);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(30);
    expect(lines[4]).toMatch(/^ {2}… 8 more lines/);
    expect(second.startsWith('\x1b[5A\r')).toBe(true);
  });

  it('shows all of a whole twin in 24 lines', () => {
    const written: string[] = [];
    const out = { isTTY: true, rows: 24, columns: 80, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    const names = ['Kafka', 'schema registry', 'local VAST endpoint', ...PROCESSORS, SINK];
    displayFor(out, false, []).show({
      ...STATUS, scenarios: [], streams: STREAMS.map((stream) => ({ stream, perSecond: 1, total: 1 })),
      processes: names.map((name) => ({ name, state: 'RUNNING', restarts: 0 })),
    });
    expect(written[1]).toMatch(/no scenario is running[^]*vast-sink +running\n/);
  });

  it('is JSON lines for programs', () => {
    const written: string[] = [];
    const out = { write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    displayFor(out, true, ['a title']).show(STATUS);
    expect(JSON.parse(written[0])).toMatchObject({ clock: { mode: 'LIVE' }, streams: [{ stream: 'cdrs', total: 12_345 }, {}] });
  });

  it('gives durations in the unit that shows where they go', () => {
    expect([-1, 0.84, 45, 600, 10_800, 2_592_000].map(duration)).toEqual(['0.0 s', '0.8 s', '45 s', '10 min', '3 h', '30 d']);
  });
});

describe('healthUrl', () => {
  it("finds the address in a processor's log", () => {
    const log = '{"level":30,"msg":"x"}\n{"level":30,"url":"http://127.0.0.1:41234","processors":["cdr-generator"],"msg":"http listening"}\n';
    expect(healthUrl(log)).toBe('http://127.0.0.1:41234');
  });

  it('is undefined before the line is complete', () => {
    expect(healthUrl('{"level":30,"url":"http://127.0.0.1:41234","msg":"http listening"')).toBeUndefined();
    expect(healthUrl('')).toBeUndefined();
  });
});
