import { describe, expect, it } from 'vitest';
import { ControlledScenarios, EVENT_STREAMS, type EventStream } from '../../../processors/sample/index.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { PlaceCode } from '../../../twin/mobility/day-plan.ts';
import { Whereabouts } from '../../../twin/mobility/whereabouts.ts';
import { Causes, ScenarioError, type ControlEvent, type ResolvedScenario } from '../../../twin/scenarios/index.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { decoded, fingerprint, outputOf, start, twinOf, type Output } from '../../support/twin-run.ts';

const FROM = Date.parse('2026-03-03T17:00Z');
const twin = twinOf(3_000);
const { network } = twin.world;
const cells = busiestCells(twin, FROM);
const siteOf = (cell: number): string => network.sites[network.cellSite[cell]].siteId;

const phases = (events: readonly ControlEvent[]): readonly ResolvedScenario[] => new ControlledScenarios(twin, events).phases;
const run = (stream: EventStream, events: readonly ControlEvent[], from: number, to: number): Promise<Output> => outputOf(twin, { stream, from, to, scenarios: phases(events) });
const update = (event: ControlEvent, effectiveAt: number, until: number, parameters = event.parameters): ControlEvent => (
  { ...event, action: 'UPDATE', effectiveAt, until, parameters });
const stop = (event: ControlEvent, effectiveAt: number): ControlEvent => ({ ...event, action: 'STOP', effectiveAt });

const outage = (id: string, cell: number, from: number, until: number): ControlEvent => (
  { ...start('cell_outage', { type: 'CELL', ids: [String(network.cellId[cell])], fraction: null }, from, until), scenarioId: id });
const crowd = (id: string, cell: number, from: number, until: number, attendance = '500'): ControlEvent => (
  { ...start('flash_crowd', { type: 'SITE', ids: [siteOf(cell)], fraction: null }, from, until, { attendance }), scenarioId: id });
const swap = (id: string, ids: readonly string[], from: number, until: number): ControlEvent => (
  { ...start('sim_swap_fraud', { type: 'SUBSCRIBER', ids: [...ids], fraction: null }, from, until), scenarioId: id });

/** People at a venue. */
function attendance(events: readonly ControlEvent[], time: number): number {
  const causes = Causes.of(phases(events), twin.world);
  const where = new Whereabouts(twin.world);
  let found = 0;
  for (let i = 0; i < twin.config.capacity; i++) {
    if (!twin.world.directory.isActive(i)) continue;
    where.locate(i, time, causes);
    if (where.place === PlaceCode.VENUE) found++;
  }
  return found;
}

describe('a scenario that is stopped before it begins', () => {
  it.each([
    ['a SIM swap', swap('s', someSubscribers(twin, 10), FROM, FROM + 2 * HOUR)],
    ['a crowd', crowd('s', cells[0], FROM, FROM + 2 * HOUR)],
    ['an outage', outage('s', cells[0], FROM, FROM + HOUR)],
  ])('leaves no trace: %s', async (_what, event) => {
    for (const stream of EVENT_STREAMS) {
      const [cancelled, without] = [await run(stream, [event, stop(event, FROM - 20 * MINUTE)], FROM, FROM + HOUR), await run(stream, [], FROM, FROM + HOUR)];
      expect(fingerprint(cancelled.records), stream).toEqual(fingerprint(without.records));
      expect(cancelled.groundTruth, stream).toEqual([]);
    }
  });
});

describe('a crowd', () => {
  const match = crowd('match', cells[0], FROM, FROM + 3 * HOUR);
  const longer = [match, update(match, FROM + 90 * MINUTE, FROM + 5 * HOUR)];

  it('stays when an UPDATE makes it longer, and goes home in the end', () => {
    const there = attendance([match], FROM + 100 * MINUTE);
    expect(there).toBeGreaterThan(80);
    for (const minutes of [100, 120, 170, 240, 290]) expect(attendance(longer, FROM + minutes * MINUTE), `${minutes} min`).toBeGreaterThanOrEqual(there);
    expect(attendance(longer, FROM + 6 * HOUR)).toBe(0);
  });

  it('names every record once across an UPDATE, and uses its phones as without', async () => {
    const sessions = async (events: readonly ControlEvent[]): Promise<number> => {
      const ids = decoded('cdrs', (await run('cdrs', events, FROM + HOUR, FROM + 2.5 * HOUR)).records).map(({ event_id: id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      return ids.length;
    };
    const [updated, alone] = [await sessions([match, update(match, FROM + 90 * MINUTE, FROM + 3 * HOUR)]), await sessions([match])];
    // Some come only now.
    expect(updated).toBeGreaterThanOrEqual(alone);
    expect(updated).toBeLessThan(1.01 * alone);
  });

  it('that is stopped draws nobody any more, and is as it was until then', async () => {
    const stopped = [match, stop(match, FROM + 10 * MINUTE)];
    const few = attendance(stopped, FROM + 25 * MINUTE);
    expect(few).toBeLessThan(attendance([match], FROM + 60 * MINUTE) / 2);
    expect(attendance(stopped, FROM + 70 * MINUTE)).toBe(0);
    for (const stream of ['location_updates', 'network_logs'] as const) {
      const [until, without] = [await run(stream, stopped, FROM, FROM + 10 * MINUTE), await run(stream, [match], FROM, FROM + 10 * MINUTE)];
      expect(fingerprint(until.records)).toEqual(fingerprint(without.records));
    }
  });

  it('of the evening takes nobody from that of noon, whichever was announced first', async () => {
    const noon = crowd('noon', cells[0], FROM - 5 * HOUR, FROM - 3 * HOUR, '2000');
    const evening = crowd('evening', cells[0], FROM, FROM + 2 * HOUR, '2000');
    expect(attendance([noon], FROM - 4 * HOUR)).toBeGreaterThan(50);
    const both = await run('location_updates', [evening, noon], FROM - 5 * HOUR, FROM - 3 * HOUR);
    expect(fingerprint(both.records)).toEqual(fingerprint((await run('location_updates', [noon], FROM - 5 * HOUR, FROM - 3 * HOUR)).records));
  });

  it('comes whatever else has happened that day', async () => {
    const old = Array.from({ length: 40 }, (_, k) => outage(`old-${k}`, cells[40], FROM - 8 * HOUR + k * MINUTE, FROM - 8 * HOUR + k * MINUTE + 1_000));
    const [after, alone] = [await run('location_updates', [...old, match], FROM, FROM + HOUR), await run('location_updates', [match], FROM, FROM + HOUR)];
    expect(fingerprint(after.records)).toEqual(fingerprint(alone.records));
    expect(fingerprint(after.groundTruth)).toEqual(fingerprint(alone.groundTruth));
  });
});

describe('an outage', () => {
  it('raises its alarms once across an UPDATE, and clears them at its end', async () => {
    const lost = outage('lost', cells[0], FROM + MINUTE, FROM + HOUR);
    const logs = decoded('network_logs', (await run('network_logs', [lost, update(lost, FROM + 10 * MINUTE, FROM + 20 * MINUTE)], FROM, FROM + 30 * MINUTE)).records);
    const alarms = logs.filter(({ event_type: type, cell_id: id }) => type === 'CELL_ALARM' && id === network.cellId[cells[0]]);
    expect(alarms.map(({ event_time: time, severity }) => [time, severity])).toEqual([[FROM + MINUTE, 'CRITICAL'], [FROM + 20 * MINUTE, 'CLEARED']]);
  });
});

describe('a stolen number', () => {
  const victims = someSubscribers(twin, 30);
  const ids = new Set(victims.map(Number));
  const theft = swap('theft', victims, FROM, FROM + 2 * HOUR);

  it('is taken and given back once across an UPDATE, and nothing happens twice', async () => {
    const updated = [theft, update(theft, FROM + 30 * MINUTE, FROM + 2 * HOUR)];
    for (const stream of EVENT_STREAMS) {
      const [twice, once] = [await run(stream, updated, FROM, FROM + 3 * HOUR), await run(stream, [theft], FROM, FROM + 3 * HOUR)];
      const ofVictims = ({ records }: Output): string[] => fingerprint(records.filter(({ entity }) => ids.has(entity + SUBSCRIBER_ID_BASE)));
      expect(ofVictims(twice), stream).toEqual(ofVictims(once));
    }
  });

  it('is in one pair of hands at a time', () => {
    const other = (from: number, until: number): ControlEvent => swap('other', victims.slice(0, 2), from, until);
    expect(() => phases([theft, other(FROM + HOUR, FROM + 3 * HOUR)])).toThrow(ScenarioError);
    expect(() => phases([theft, other(FROM + HOUR, FROM + 3 * HOUR)])).toThrow(/in the hands of "theft" until 2026-03-03T19:00:00.000Z/);
    expect(phases([theft, other(FROM + 2 * HOUR, FROM + 3 * HOUR)])).toHaveLength(2);
    const share = { ...theft, scenarioId: 'share', target: { type: 'FRACTION' as const, ids: [], fraction: 0.01 } };
    const all = phases([share])[0].subscribers;
    const first = swap('first', [String(SUBSCRIBER_ID_BASE + all[0])], FROM, FROM + HOUR);
    const [, rest] = phases([first, share]);
    expect(rest.subscribers).toEqual(all.slice(1));
    expect([rest.onBegin.length, rest.onEnd.length]).toEqual([all.length - 1, all.length - 1]);
  });
});
