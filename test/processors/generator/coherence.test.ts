import { describe, expect, it } from 'vitest';
import type { GroundTruth } from '../../../schemas/generated/GroundTruth.generated.ts';
import { EVENT_STREAMS, OBSERVERS, type EventStream } from '../../../processors/sample/index.ts';
import { Identities, IdentityTable } from '../../../processors/generator/identities.ts';
import { CallBook } from '../../../twin/intents/call-book.ts';
import { MessageBook } from '../../../twin/intents/message-book.ts';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import type { ResolvedScenario } from '../../../twin/scenarios/index.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { difference } from '../../support/difference.ts';
import { decoded, fingerprint, outputOf, start, twinOf, type Output } from '../../support/twin-run.ts';

const FROM = Date.parse('2026-03-02T16:30Z');
const TO = FROM + 3 * HOUR;
const BEGIN = FROM + 40 * MINUTE + 123;
const END = FROM + 100 * MINUTE + 457;
/** The moment of a premature STOP. */
const STOP = FROM + 70 * MINUTE + 89;

const twin = twinOf(1_500);
const { network } = twin.world;
const busiest = busiestCells(twin, BEGIN);
const dead = busiest[0];
const site = network.sites[network.cellSite[dead]].siteId;
const events = {
  cell_outage: start('cell_outage', { type: 'CELL', ids: [String(network.cellId[dead])], fraction: null }, BEGIN, END),
  site_outage: start('site_outage', { type: 'SITE', ids: [site], fraction: null }, BEGIN, END),
  flash_crowd: start('flash_crowd', { type: 'SITE', ids: [site], fraction: null }, BEGIN, END),
  sim_swap_fraud: start('sim_swap_fraud', { type: 'SUBSCRIBER', ids: someSubscribers(twin, 12), fraction: null }, BEGIN, END),
};

const runs = new Map<string, Promise<Output>>();
/** A run of the whole range, once for each scenario and stream. */
function run(stream: EventStream, name: string, scenarios: readonly ResolvedScenario[]): Promise<Output> {
  const key = `${stream} ${name}`;
  let output = runs.get(key);
  if (output === undefined) runs.set(key, (output = outputOf(twin, { stream, from: FROM, to: TO, scenarios })));
  return output;
}

function tolerancesOf(stream: EventStream) {
  const books = { calls: new CallBook(twin.world), messages: new MessageBook(twin.world) };
  return OBSERVERS[stream](twin.world, books, twin.map.membership(0), new Identities(new IdentityTable(twin.config.capacity))).tolerances;
}

function line({ effect, event_id: id, counterfactual_event_id: counterfactual, changed_fields: fields }: GroundTruth): string {
  return effect === 'CHANGED' ? `CHANGED ${id} ${fields!.toSorted().join()}` : `${effect} ${id ?? counterfactual}`;
}

describe.each(Object.entries(events))('%s', (name, event) => {
  const scenarios = twin.resolve([event], FROM);
  const stopped = scenarios.map((scenario): ResolvedScenario => ({ ...scenario, status: 'STOPPED', appliedUntil: STOP }));

  it.each(EVENT_STREAMS)('lists in ground truth exactly what it does to %s', async (stream) => {
    const [actual, baseline] = [await run(stream, name, scenarios), await run(stream, 'none', [])];
    const expected = difference(
      decoded(stream, actual.records).map((record) => ({ ...record })), decoded(stream, baseline.records).map((record) => ({ ...record })), tolerancesOf(stream),
    );
    const truth = decoded('ground_truth', actual.groundTruth);
    expect(truth.map(line).toSorted()).toEqual(expected);
    expect(baseline.groundTruth).toEqual([]);
    if (stream !== 'customer_service') expect(expected.length).toBeGreaterThan(0);
  });

  it.each(EVENT_STREAMS)('changes nothing in %s before it begins', async (stream) => {
    const before = ({ records }: Output): string[] => fingerprint(records.filter(({ time }) => time < BEGIN));
    expect(before(await run(stream, name, scenarios))).toEqual(before(await run(stream, 'none', [])));
  });

  it.each(EVENT_STREAMS)('stopped early, is in %s as it was until then', async (stream) => {
    const early = await run(stream, `${name} stopped`, stopped);
    const before = ({ records }: Output): string[] => fingerprint(records.filter(({ time }) => time < STOP));
    expect(before(early)).toEqual(before(await run(stream, name, scenarios)));
  });
});

describe('an outage of one cell', () => {
  const scenarios = twin.resolve([events.cell_outage], FROM);
  const cellId = network.cellId[dead];

  it('cuts calls and sessions at that very moment, with abnormal causes and a failed release', async () => {
    const logs = decoded('network_logs', (await run('network_logs', 'cell_outage', scenarios)).records);
    const cut = logs.filter(({ event_type: type, outcome, event_time: time, cell_id: cell }) =>
      type === 'RRC_RELEASE' && outcome === 'FAILURE' && time === BEGIN && cell === cellId);
    expect(cut.length).toBeGreaterThan(0);
    const cdrs = decoded('cdrs', (await run('cdrs', 'cell_outage', scenarios)).records);
    for (const { call_reference: reference } of cut) {
      const closed = cdrs.filter((cdr) => cdr.call_reference === reference && cdr.end_time === BEGIN);
      expect(closed.length, reference ?? '').toBeGreaterThan(0);
      for (const cdr of closed) expect([3, 4]).toContain(cdr.cause_for_record_closing);
    }
  });

  it('leaves nothing but its alarm on the dead cell, and moves its users to other cells', async () => {
    const logs = decoded('network_logs', (await run('network_logs', 'cell_outage', scenarios)).records);
    const fixes = decoded('location_updates', (await run('location_updates', 'cell_outage', scenarios)).records);
    const during = ({ event_time: time }: { readonly event_time: number }): boolean => time > BEGIN && time < END;
    const onCell = [...logs, ...fixes].filter((record) => during(record) && record.cell_id === cellId);
    expect(onCell.map(({ event_id: id }) => id)).toEqual([]);
    const truth = decoded('ground_truth', (await run('location_updates', 'cell_outage', scenarios)).groundTruth);
    expect(truth.filter(({ effect }) => effect === 'CHANGED' || effect === 'ADDED').length).toBeGreaterThan(0);
  });

  it('raises an alarm, clears it, and then the baseline returns', async () => {
    const { records } = await run('network_logs', 'cell_outage', scenarios);
    const alarms = decoded('network_logs', records).filter((log) => log.event_type === 'CELL_ALARM' && log.severity !== null && log.cell_id === cellId && log.probable_cause === 'LOSS_OF_SIGNAL');
    expect(alarms.map(({ severity, event_time: time }) => [severity, time])).toEqual([['CRITICAL', BEGIN], ['CLEARED', END]]);
    // What began during the outage may last another hour at most.
    const truth = decoded('ground_truth', (await run('network_logs', 'cell_outage', scenarios)).groundTruth);
    expect(Math.max(...truth.map(({ event_time: time }) => time))).toBeLessThan(END + HOUR + MINUTE);
  });
});
