import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioEventRecord } from '../../../processors/records/index.ts';
import { SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { eventually, TestTwin, type Injector } from './support.ts';

const START = Date.UTC(2026, 2, 2, 8, 0, 0);
const HOUR = 3_600_000;
let twin: TestTwin;
let injector: Injector;
let cells: string[];

beforeAll(async () => {
  twin = await TestTwin.create(2);
  await twin.seed(200);
  cells = (await twin.read('network_state', 'NetworkElement')).flatMap(({ cell }) => (cell === null ? [] : [String(cell.cell_id)]));
});
afterAll(async () => {
  await injector.stop();
  await twin.close();
});

function event(changes: Partial<ControlEvent> = {}): ControlEvent {
  return {
    scenarioId: 'good', kind: 'cell_outage', action: 'START', effectiveAt: START + HOUR + 1_234, until: START + 2 * HOUR,
    target: { type: 'CELL', ids: [cells[0]], fraction: null }, intensity: 1, difficulty: 'medium', parameters: {}, issuedAt: 1, issuedBy: 'test',
    ...changes,
  };
}

const valueOf = (control: ControlEvent): Buffer => twin.value('scenario_events', 'ScenarioEvent', scenarioEventRecord(control));

/** A record as a client that knows the rules would write it. */
function written(changes: Partial<ControlEvent> = {}): { key: string | null; value: Buffer | null } {
  const control = event(changes);
  return { key: control.scenarioId, value: valueOf(control) };
}

describe('what anyone may write to scenario_events', () => {
  it('is applied when it is right, and goes to dead_letters with the reason when it is not', async () => {
    const good = valueOf(event());
    const unknownSchema = Buffer.from(good);
    unknownSchema.writeUInt32BE(0x7fff_fff0, 1);
    const bad: [string, string | null, { key: string | null; value: Buffer | null }][] = [
      ['BAD_MAGIC_BYTE', null, { key: 'json', value: Buffer.from('{"scenario_id":"json"}') }],
      ['MALFORMED_AVRO', null, { key: 'short', value: good.subarray(0, good.length - 4) }],
      ['UNKNOWN_SCHEMA', null, { key: 'strange', value: unknownSchema }],
      ['NULL_VALUE', null, { key: 'tombstone', value: null }],
      ['NULL_KEY', null, { key: null, value: good }],
      ['TOO_LARGE', null, { key: 'large', value: Buffer.concat([good.subarray(0, 5), Buffer.alloc(5 << 20, 65)]) }],
      ['KEY_MISMATCH', 'scenario_id', { key: 'other', value: good }],
      ['INVALID_FIELD', 'kind', written({ scenarioId: 'kind', kind: 'volcano' })],
      ['INVALID_FIELD', 'intensity', written({ scenarioId: 'nan', intensity: Number.NaN })],
      ['INVALID_FIELD', 'intensity', written({ scenarioId: 'negative', intensity: -1 })],
      ['INVALID_FIELD', 'until', written({ scenarioId: 'backwards', until: START })],
      ['INVALID_FIELD', 'target.ids', written({ scenarioId: 'nowhere', target: { type: 'CELL', ids: ['1'], fraction: null } })],
      ['INVALID_FIELD', 'scenario_id', written({ scenarioId: '' })],
      ['INVALID_FIELD', 'scenario_id', written({ scenarioId: 'unstarted', action: 'STOP' })],
      ['INVALID_FIELD', 'parameters.command', written({ scenarioId: 'clock', kind: 'clock', action: 'UPDATE', parameters: { command: 'explode' } })],
      ['INVALID_FIELD', 'scenario_id', written({ intensity: 0.5 })],
    ];
    const victim = SUBSCRIBER_ID_BASE + (await firstSubscriber());
    await twin.control([
      written(), ...bad.map(([, , record]) => record),
      written({ scenarioId: 'swap', kind: 'sim_swap_fraud', target: { type: 'SUBSCRIBER', ids: [String(victim)], fraction: null } }),
    ]);
    // The feed is read beside the clock: ticks so short that it is read to its end long before the first scenario is due.
    injector = await twin.startInjector({
      CLOCK_START: new Date(START).toISOString(), CLOCK_UNTIL: new Date(START + 3 * HOUR).toISOString(), CLOCK_BACKFILL_TICK_MS: '30000',
    });
    await twin.ticked(START + 3 * HOUR);

    const letters = (await twin.deadLetters()).sort((a, b) => Number(a.headers['offset']) - Number(b.headers['offset']));
    expect(letters.map(({ headers, key }) => [headers['reason'], headers['field'] ?? null, key])).toEqual(bad.map(([reason, field, { key }]) => [reason, field, key]));
    letters.forEach(({ headers, value }, index) => {
      const { value: sent } = bad[index][2];
      expect(headers).toMatchObject({
        processor: 'scenario-injector', topic: twin.names.topic('scenario_events'), partition: '0', offset: String(index + 1), message: expect.stringMatching(/./) as string,
      });
      if (headers['reason'] === 'TOO_LARGE') expect([headers['truncated_from_bytes'], value!.length < sent!.length]).toEqual([String(sent!.length), true]);
      else expect(value).toEqual(sent);
    });
    expect((await twin.read('scenario_state', 'ScenarioState')).map(({ scenario_id, late, applied_from }) => [scenario_id, late, applied_from])).toEqual([
      ['good', false, START + HOUR + 1_234], ['swap', false, START + HOUR + 1_234],
    ]);
    await expectStateAsOfTicks(victim);
  }, 300_000);

  /** The tick that starts where a scenario begins is the first that names the versions it made. */
  async function expectStateAsOfTicks(victim: number): Promise<void> {
    const ticks = await twin.read('sim_ticks', 'Tick');
    const begin = ticks.findIndex(({ from }) => from === START + HOUR + 1_234);
    expect(begin).toBeGreaterThan(0);
    expect(ticks[begin].network_state_end).toBeGreaterThan(ticks[begin - 1].network_state_end);
    const subscribers = (await Promise.all([0, 1].map((partition) => twin.read('subscriber_state', 'Subscriber', partition)))).flat()
      .filter(({ subscriber_id }) => subscriber_id === victim);
    expect(subscribers.map(({ version, effective_at }) => [version, effective_at]).slice(1)).toEqual([[2, START + HOUR + 1_234], [3, START + 2 * HOUR]]);
    const [seeded, swapped, restored] = subscribers;
    expect(swapped.imsi).not.toBe(seeded.imsi);
    expect([restored.imsi, restored.imei, restored.name, restored.address]).toEqual([seeded.imsi, seeded.imei, seeded.name, seeded.address]);
    const cell = (await twin.read('network_state', 'NetworkElement')).filter((element) => String(element.cell?.cell_id) === cells[0]);
    expect(cell.map((element) => [element.version, element.cell!.status])).toEqual([[1, 'IN_SERVICE'], [2, 'OUT_OF_SERVICE'], [3, 'IN_SERVICE']]);
  }

  async function firstSubscriber(): Promise<number> {
    return (await twin.read('subscriber_state', 'Subscriber'))[0].subscriber_id - SUBSCRIBER_ID_BASE;
  }
});

describe('a clock that has ended', () => {
  it('still takes control events, and says no to what is over', async () => {
    await twin.control([written({ scenarioId: 'past', effectiveAt: START, until: START + HOUR })]);
    await eventually(async () => (await twin.deadLetters()).some(({ key, headers }) => key === 'past' && headers['field'] === 'until'));
    await twin.control([written({ scenarioId: 'late', effectiveAt: START, until: START + 9 * HOUR })]);
    await eventually(async () => (await twin.read('scenario_state', 'ScenarioState')).some(({ scenario_id, late, applied_from }) =>
      scenario_id === 'late' && late && applied_from === START + 3 * HOUR));
  });
});
