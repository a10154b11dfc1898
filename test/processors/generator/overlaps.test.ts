import { describe, expect, it } from 'vitest';
import { Identities, IdentityTable } from '../../../processors/generator/identities.ts';
import { EVENT_STREAMS, OBSERVERS, type EventStream } from '../../../processors/sample/index.ts';
import { HOUR, MINUTE, SECOND, SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { CallBook } from '../../../twin/intents/call-book.ts';
import { MessageBook } from '../../../twin/intents/message-book.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { difference } from '../../support/difference.ts';
import { Invariants, type AnyRecord } from '../../support/invariants.ts';
import { decoded, fingerprint, outputOf, start, twinOf } from '../../support/twin-run.ts';

const FROM = Date.parse('2026-03-02T17:00Z');
const TO = FROM + 3 * HOUR;
const twin = twinOf(1_500);
const { network } = twin.world;
const [cell, second] = busiestCells(twin, FROM);
const siteOf = (index: number): string => network.sites[network.cellSite[index]].siteId;

function named(id: string, event: ControlEvent): ControlEvent {
  return { ...event, scenarioId: id };
}

function outage(id: string, from: number, until: number): ControlEvent {
  return named(id, start('cell_outage', { type: 'CELL', ids: [String(network.cellId[cell])], fraction: null }, from, until));
}

/** The same cell fails twice within an hour, once for two causes at once, its site in between; two crowds want the same people. */
const TANGLE = [
  outage('first', FROM + 2 * MINUTE, FROM + 12 * MINUTE),
  outage('double', FROM + 2 * MINUTE, FROM + 12 * MINUTE),
  named('site', start('site_outage', { type: 'SITE', ids: [siteOf(cell)], fraction: null }, FROM + 8 * MINUTE, FROM + 21 * MINUTE)),
  outage('again', FROM + 30 * MINUTE, FROM + 41 * MINUTE),
  named('crowd', start('flash_crowd', { type: 'SITE', ids: [siteOf(second)], fraction: null }, FROM + 5 * MINUTE, FROM + 2 * HOUR)),
  named('rally', start('flash_crowd', { type: 'SITE', ids: [siteOf(second)], fraction: null }, FROM + 15 * MINUTE, FROM + 2 * HOUR)),
];

async function all(events: readonly ControlEvent[], to = TO): Promise<{ stream: EventStream; time: number; order: number; record: AnyRecord }[]> {
  const scenarios = twin.resolve(events, FROM);
  const found: { stream: EventStream; time: number; order: number; record: AnyRecord }[] = [];
  for (const [order, stream] of EVENT_STREAMS.entries()) {
    const { records } = await outputOf(twin, { stream, from: FROM, to, scenarios });
    decoded(stream, records).forEach((record, k) => found.push({ stream, time: records[k].time, order, record }));
  }
  return found.sort((a, b) => a.time - b.time || a.order - b.order);
}

describe('scenarios that overlap', () => {
  it('name every record, alarm and contact once, and keep the invariants', async () => {
    const invariants = new Invariants(network, FROM, TO);
    for (const { stream, time, record } of await all(TANGLE)) invariants.record(stream, time, record);
    expect(invariants.finish().summary).toEqual([]);
  });

  it('keep the invariants where they leave a hole that people travel through', async () => {
    const wide = twinOf(5_000);
    const { network: net } = wide.world;
    const begin = Date.parse('2026-03-03T07:30Z');
    const centre = net.sites.reduce((most, site) => (site.expectedResidents > most.expectedResidents ? site : most)).index;
    const ids = net.sites.filter(({ index }) => net.distanceToSite(index, net.siteX[centre], net.siteY[centre]) < 25).map(({ siteId }) => siteId);
    const scenarios = wide.resolve([start('site_outage', { type: 'SITE', ids, fraction: null }, begin + 30 * MINUTE, begin + 80 * MINUTE)], begin);
    const invariants = new Invariants(net, begin, begin + 2 * HOUR);
    const found: { time: number; order: number; stream: EventStream; record: AnyRecord }[] = [];
    for (const [order, stream] of EVENT_STREAMS.entries()) {
      const { records } = await outputOf(wide, { stream, from: begin, to: begin + 2 * HOUR, scenarios });
      decoded(stream, records).forEach((record, k) => found.push({ time: records[k].time, order, stream, record }));
    }
    for (const { stream, time, record } of found.sort((a, b) => a.time - b.time || a.order - b.order)) invariants.record(stream, time, record);
    expect(invariants.finish().summary).toEqual([]);
    const cells = found.flatMap(({ stream, record }) => (stream === 'network_logs' || stream === 'location_updates' ? [(record as { cell_id: number | null }).cell_id] : []));
    expect(cells.filter((cell) => cell === 0)).toEqual([]);
  });

  it('leave the names of each other’s effects alone', async () => {
    const idsOf = async (events: readonly ControlEvent[]): Promise<Set<string>> => {
      const { records } = await outputOf(twin, { stream: 'network_logs', from: FROM, to: TO, scenarios: twin.resolve(events, FROM) });
      return new Set(decoded('network_logs', records).map(({ event_id: id }) => id).filter((id) => id.startsWith('nx') || id.startsWith('nz')));
    };
    const alone = await idsOf([TANGLE[3]]);
    const together = await idsOf([TANGLE[0], TANGLE[1], TANGLE[3]]);
    expect(alone.size).toBeGreaterThan(5);
    expect([...alone].filter((id) => !together.has(id))).toEqual([]);
  });

  it('each have in ground truth what they change beside the others, also where two do the same', async () => {
    const events = [TANGLE[0], TANGLE[1], TANGLE[2]];
    const run = (list: readonly ControlEvent[]) => outputOf(twin, { stream: 'network_logs', from: FROM, to: FROM + 40 * MINUTE, scenarios: twin.resolve(list, FROM) });
    const all = await run(events);
    const books = { calls: new CallBook(twin.world), messages: new MessageBook(twin.world) };
    const { tolerances } = OBSERVERS.network_logs(twin.world, books, twin.map.membership(0), new Identities(new IdentityTable(twin.config.capacity)));
    const fields = (raws: typeof all.records) => decoded('network_logs', raws).map((record) => ({ ...record }));
    const truth = decoded('ground_truth', all.groundTruth);
    for (const event of events) {
      const baseline = await run(events.filter((other) => other !== event));
      const expected = difference(fields(all.records), fields(baseline.records), tolerances);
      const lines = truth.filter(({ scenario_id: id }) => id === event.scenarioId).map(({ effect, event_id: id, counterfactual_event_id: counterfactual, changed_fields: changed }) =>
        effect === 'CHANGED' ? `CHANGED ${id} ${changed!.toSorted().join()}` : `${effect} ${id ?? counterfactual}`);
      expect(lines.toSorted(), event.scenarioId).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
    }
  });

  it('leave dead cells silent but for their alarms', async () => {
    const [first, , , again] = TANGLE;
    const dead = network.cellId[cell];
    const silent = ({ time, record }: { time: number; record: AnyRecord }): boolean => 'cell_id' in record && record.cell_id === dead
      && !('contact_id' in record) && [first, again].some(({ effectiveAt, until }) => time > effectiveAt && time < until!);
    expect((await all([first, again])).filter(silent).map(({ record }) => record.event_id)).toEqual([]);
  });
});

describe('the network’s release of idle connections', () => {
  it('comes when the cell dies, failed, where that is within the inactivity time', async () => {
    const edges = Array.from({ length: 40 }, (_, k) => outage(`blink-${k}`, FROM + k * 4 * MINUTE, FROM + k * 4 * MINUTE + 30 * SECOND));
    const scenarios = twin.resolve(edges, FROM);
    const cdrs = decoded('cdrs', (await outputOf(twin, { stream: 'cdrs', from: FROM, to: TO, scenarios })).records);
    const logs = decoded('network_logs', (await outputOf(twin, { stream: 'network_logs', from: FROM, to: TO, scenarios })).records);
    const closed = new Map(cdrs.filter((cdr) => cdr.cause_for_record_closing === 0).map((cdr) => [cdr.call_reference, cdr.end_time]));
    const beginnings = new Set(edges.map(({ effectiveAt }) => effectiveAt));
    const outcomes = { FAILURE: 0, SUCCESS: 0 };
    for (const { event_type: type, call_reference: reference, event_time: time, outcome, cell_id: id, cause } of logs) {
      const end = type === 'RRC_RELEASE' && reference?.startsWith('d') === true ? closed.get(reference) : undefined;
      if (end === undefined || id !== network.cellId[cell]) continue;
      outcomes[outcome as keyof typeof outcomes]++;
      if (outcome === 'FAILURE') expect([beginnings.has(time), time - end < 10 * SECOND, cause]).toEqual([true, true, 'radio-connection-with-ue-lost']);
      else expect([time - end, cause]).toEqual([10 * SECOND, 'user-inactivity']);
    }
    expect(outcomes.FAILURE).toBeGreaterThan(0);
    expect(outcomes.SUCCESS).toBeGreaterThan(0);
  });
});

describe('a stolen number', () => {
  const BEGIN = FROM + 10 * MINUTE;
  const swap = (until: number): ControlEvent =>
    start('sim_swap_fraud', { type: 'SUBSCRIBER', ids: someSubscribers(twin, 60), fraction: null }, BEGIN, until, { calls: '12', passwords: '12' });
  const END = FROM + 45 * MINUTE + 77;
  const victims = new Set(someSubscribers(twin, 60).map(Number));

  it('is given back with all that is under way cut then, and not before', async () => {
    const cdrs = async (until: number) => {
      const { records } = await outputOf(twin, { stream: 'cdrs', from: FROM, to: TO, scenarios: twin.resolve([swap(until)], FROM) });
      return { records, stolen: decoded('cdrs', records).filter(({ event_id: id }) => id.startsWith('cx')) };
    };
    const [short, long] = [await cdrs(END), await cdrs(END + HOUR)];
    expect(Math.max(...short.stolen.map((cdr) => cdr.end_time))).toBe(END);
    const cut = short.stolen.filter((cdr) => cdr.end_time === END);
    for (const cdr of cut) expect(cdr.cause_for_record_closing).toBe(cdr.answered ? 4 : 3);
    const uncut = new Map(long.stolen.map((cdr) => [cdr.event_id, cdr]));
    for (const cdr of cut) expect(uncut.get(cdr.event_id)!.end_time).toBeGreaterThan(END);
    const before = (raws: typeof short.records): string[] => fingerprint(raws.filter(({ time }) => time < END));
    expect(before(short.records)).toEqual(before(long.records));
  });

  it('never shows the thief’s SIM on a connection of the victim’s, or the victim’s on one of the thief’s', async () => {
    const { records } = await outputOf(twin, { stream: 'network_logs', from: FROM, to: TO, scenarios: twin.resolve([swap(END)], FROM) });
    const sims = new Map<string, Set<string>>();
    const thieves = new Map<number, string>();
    const logs = decoded('network_logs', records);
    for (const log of logs) {
      if (!victims.has(log.subscriber_id!) || log.call_reference === null) continue;
      const key = `${log.subscriber_id} ${log.call_reference}`;
      sims.set(key, (sims.get(key) ?? new Set()).add(log.imsi!));
      if (log.call_reference.startsWith('x')) thieves.set(log.subscriber_id!, log.imsi!);
    }
    expect(sims.size).toBeGreaterThan(100);
    for (const [key, set] of sims) expect(set.size, key).toBe(1);
    expect(thieves.size).toBeGreaterThan(30);
    for (const [subscriber, imsi] of thieves) {
      const own = logs.filter((log) => log.subscriber_id === subscriber && log.imsi === imsi);
      expect(own.every(({ event_time: time }) => time >= BEGIN && time <= END), String(subscriber - SUBSCRIBER_ID_BASE)).toBe(true);
    }
  });
});
