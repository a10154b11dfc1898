import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Decisions } from '../../../processors/scenario-injector/leader/decisions.ts';
import { scenarioEventRecord, StepFilter, stepOf, type Step } from '../../../processors/records/index.ts';
import type { Tick } from '../../../schemas/generated/Tick.generated.ts';
import { brokerProfile, FencedError, listOffsets, LogWriter, readRange } from '../../../topology/log/index.ts';
import { MINUTE } from '../../../twin/config.ts';
import { eventually, TestTwin } from '../injector/support.ts';
import { EventBroker } from './broker.ts';

/** Kills in one run; TEST_KILLS=20 for more. */
const KILLS = Number(process.env['TEST_KILLS'] ?? 4);
const LONGEST_LIFE_MS = 1_500;
const START = Date.UTC(2026, 0, 1);
/** Of event time. In backfill a second of the wall is hours of it, and an outage that is over before the leader reads of it is refused. */
const LASTS = 48 * 60 * MINUTE;
const PARTITIONS = 3;

let broker: EventBroker;
let twin: TestTwin;

beforeAll(async () => { broker = await EventBroker.start(); });
afterAll(async () => { await broker?.close(); });
beforeEach(async () => {
  twin = await TestTwin.create(PARTITIONS, broker.gate.address, brokerProfile({ KAFKA_PROFILE: 'vast-event-broker' }));
});
afterEach(async () => {
  broker.gate.loseAnswers(0);
  await twin.close();
  expect(broker.gate.violations).toEqual([]);
});

const spans = (ticks: readonly Tick[]): unknown[] => ticks.map(({ sequence, from, to, mode }) => [sequence, from, to, mode]);

/** The ticks that count, the same in every partition; a repeat says what the first of its number said. @returns how many came again */
async function expectOneSequence(until: number): Promise<number> {
  const counted: Tick[][] = [];
  let repeats = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const first: Tick[] = [];
    for (const tick of await twin.read('sim_ticks', 'Tick', partition)) {
      if (tick.sequence === first.length) {
        expect(tick.from).toBe(first.at(-1)?.to ?? START);
        first.push(tick);
      } else {
        expect(tick.sequence).toBeLessThan(first.length);
        expect(spans([tick])).toEqual(spans([first[tick.sequence]]));
        repeats += 1;
      }
    }
    counted.push(first);
  }
  expect(counted[0].at(-1)!.to).toBeGreaterThanOrEqual(until);
  for (const ticks of counted) expect(spans(ticks)).toEqual(spans(counted[0]));
  return repeats;
}

/** What there is, each once, in the order of its first time. */
function distinct<T>(found: readonly T[]): T[] {
  return [...new Map(found.map((item) => [JSON.stringify(item), item])).values()];
}

async function lastTick(): Promise<number> {
  return (await twin.read('sim_ticks', 'Tick')).at(-1)?.to ?? START;
}

describe('the injector', () => {
  it(`keeps one sequence of ticks and takes each control event once, through ${KILLS} times kill -9 and lost answers`, async () => {
    await twin.seed(200);
    const cells = (await twin.read('network_state', 'NetworkElement')).flatMap(({ cell }) => (cell === null ? [] : [String(cell.cell_id)]));
    const env = { CLOCK_START: new Date(START).toISOString() };
    broker.gate.loseAnswers(40);
    for (let kill = 0; kill < KILLS; kill++) {
      const injector = await twin.startInjector(env);
      await injector.said('leading: the clock goes on');
      const effectiveAt = (await lastTick()) + 20 * MINUTE;
      const value = twin.value('scenario_events', 'ScenarioEvent', scenarioEventRecord({
        scenarioId: `outage-${kill}`, kind: 'cell_outage', action: 'START', effectiveAt, until: effectiveAt + LASTS,
        target: { type: 'CELL', ids: [cells[kill]], fraction: null }, intensity: 1, difficulty: 'easy', parameters: {}, issuedAt: 1, issuedBy: 'test',
      }));
      await twin.control([{ key: `outage-${kill}`, value }]);
      await sleep(Math.random() * LONGEST_LIFE_MS);
      await injector.kill();
    }
    const injector = await twin.startInjector(env);
    await injector.said('leading: the clock goes on');
    const states = async (): Promise<string[]> => distinct((await twin.read('scenario_state', 'ScenarioState')).map(({ scenario_id }) => scenario_id));
    await eventually(async () => (await states()).length >= KILLS);
    const scenarios = distinct(await twin.read('scenario_state', 'ScenarioState'));
    const end = Math.max(...scenarios.map(({ applied_until }) => applied_until!)) + 5 * MINUTE;
    await twin.ticked(end);
    expect(await injector.stop()).toBe(0);
    broker.gate.loseAnswers(0);

    const repeats = await expectOneSequence(end);
    expect(repeats, 'ticks that came again').toBeGreaterThan(0);
    // The control event of a test may be repeated by its own client, and is then refused as any second START is.
    expect(distinct((await twin.read('scenario_state', 'ScenarioState')).map(({ scenario_id }) => scenario_id)).sort())
      .toEqual(Array.from({ length: KILLS }, (_, kill) => `outage-${kill}`).sort());
    expect(scenarios.length, 'a phase is the same each time').toBe(KILLS);
    const elements = await twin.read('network_state', 'NetworkElement');
    const truth = (await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => twin.read('ground_truth', 'GroundTruth', partition)))).flat();
    for (let kill = 0; kill < KILLS; kill++) {
      expect(distinct(elements.filter(({ cell }) => String(cell?.cell_id) === cells[kill]).map(({ version, cell }) => [version, cell!.status])))
        .toEqual([[1, 'IN_SERVICE'], [2, 'OUT_OF_SERVICE'], [3, 'IN_SERVICE']]);
      expect(distinct(truth.filter(({ scenario_id }) => scenario_id === `outage-${kill}`)).map(({ details }) => details['edge'])).toEqual(['BEGIN', 'END']);
    }
  }, 300_000);

  it('goes on with another replica, and the one that was suspended writes nothing when it wakes', async () => {
    await twin.seed(200);
    const env = { CLOCK_START: new Date(START).toISOString(), CLOCK_SPEED: '60' };
    const leaderOf = async (): Promise<string | undefined> => (await twin.read('clock_state', 'ClockState')).at(-1)?.leader;
    const first = await twin.startInjector(env);
    await first.said('leading: the clock goes on');
    await eventually(async () => (await leaderOf()) !== undefined);
    const before = await leaderOf();
    const second = await twin.startInjector(env);
    await second.said('API listening');
    await eventually(async () => {
      const [group] = await twin.admin.describeGroups([twin.names.group('scenario-injector')]);
      return group.state === 'Stable' && group.members.length === 2;
    });
    // An eager group shares anew when a member comes: either may lead from here on, and the next that is told of the clock says which.
    const told = (await twin.read('clock_state', 'ClockState')).length;
    await eventually(async () => (await twin.read('clock_state', 'ClockState')).length > told);
    const stopped = await leaderOf();
    const [leading, waiting] = stopped === before ? [first, second] : [second, first];

    leading.signal('SIGSTOP');
    await eventually(async () => ![stopped, undefined].includes(await leaderOf()));
    leading.signal('SIGCONT');
    const resumedAt = await lastTick();
    await twin.ticked(resumedAt + 60 * MINUTE);
    expect(leading.running).toBe(true);
    expect(await waiting.stop()).toBe(0);
    await twin.ticked((await lastTick()) + 10 * MINUTE);
    expect(await leading.stop()).toBe(0);
    await expectOneSequence(resumedAt + 60 * MINUTE);
  }, 180_000);
});

describe('a step', () => {
  const STEP: Omit<Step, 'number'> = { eventTimeBefore: 1, tickFrom: null, controlFrom: 0, scenarioStateEnd: 0 };
  const [KEY, A, B] = ['clock', 'by leader a', 'by leader b'].map((text) => Buffer.from(text));
  const topic = (): string => twin.names.topic('clock_state');

  /** Values that count, by number. */
  async function decided(): Promise<[number, string][]> {
    const filter = new StepFilter();
    const found: [number, string][] = [];
    const [end] = await listOffsets(twin.cluster, [{ topic: topic(), partition: 0 }], 'latest');
    await readRange(twin.cluster, topic(), 0, 0, end.offset, (_offset, _time, bytes, _keyStart, _keyEnd, start, stop, headersStart) => {
      const step = stepOf(bytes, headersStart)!;
      if (filter.counts(step)) found.push([step.number, bytes.toString('utf8', start, stop)]);
    });
    return found;
  }

  async function leader(last: { number: number; end: number }): Promise<{ decisions: Decisions; writer: LogWriter }> {
    const writer = await LogWriter.open(twin.cluster);
    return { decisions: new Decisions(twin.cluster, writer, topic(), last), writer };
  }

  it('is decided by whoever appends first, and the other is told', async () => {
    const a = await leader({ number: 0, end: 0 });
    const b = await leader({ number: 0, end: 0 });
    await a.decisions.decide(STEP, 1, KEY, A);
    await expect(b.decisions.decide(STEP, 2, KEY, B)).rejects.toThrow(FencedError);
    const successor = await leader({ number: 1, end: 2 });
    await successor.decisions.decide(STEP, 3, KEY, B);
    await expect(a.decisions.decide(STEP, 4, KEY, A)).rejects.toThrow(/Another leader decided step 2 first/);
    await successor.decisions.decide(STEP, 5, KEY, B);
    expect(await decided()).toEqual([[1, 'by leader a'], [2, 'by leader b'], [3, 'by leader b']]);
    for (const { writer } of [a, b, successor]) await writer.close();
  });

  it('is still decided when the answer was lost and the request repeated', async () => {
    const a = await leader({ number: 0, end: 0 });
    const before = broker.gate.lost;
    broker.gate.loseAnswers(2);
    for (let number = 0; number < 6; number++) await a.decisions.decide(STEP, number, KEY, A);
    expect(broker.gate.lost).toBeGreaterThan(before);
    expect((await decided()).map(([number]) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    await a.writer.close();
  });
});
