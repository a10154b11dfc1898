import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scenarioEventRecord } from '../../../processors/records/index.ts';
import { GroupMember } from '../../../topology/log/index.ts';
import { expectOneSequence } from './sequence.ts';
import { eventually, TestTwin } from './support.ts';

/** Kills in one run; TEST_KILLS=20 for the full proof. */
const KILLS = Number(process.env['TEST_KILLS'] ?? 4);
const LONGEST_LIFE_MS = 1_500;
const MINUTE = 60_000;
/** Of event time. In backfill a second of the wall is hours of it, and an outage that is over before the leader reads of it is refused. */
const LASTS = 48 * 60 * MINUTE;
const START = Date.UTC(2026, 0, 1);
let twin: TestTwin;

beforeEach(async () => {
  twin = await TestTwin.create(3);
  await twin.seed(200);
});
afterEach(async () => { await twin.close(); });

/** START of an outage that begins, and ends, amid the ticks to come. */
async function startOutage(id: string, cell: string, effectiveAt: number): Promise<void> {
  const value = twin.value('scenario_events', 'ScenarioEvent', scenarioEventRecord({
    scenarioId: id, kind: 'cell_outage', action: 'START', effectiveAt, until: effectiveAt + LASTS, target: { type: 'CELL', ids: [cell], fraction: null },
    intensity: 1, difficulty: 'easy', parameters: {}, issuedAt: 1, issuedBy: 'test',
  }));
  await twin.control([{ key: id, value }]);
}

async function lastTick(): Promise<number> {
  return (await twin.read('sim_ticks', 'Tick')).at(-1)?.to ?? START;
}

describe('exactly one tick sequence', () => {
  it(`survives ${KILLS} times kill -9 at random moments`, async () => {
    const cells = (await twin.read('network_state', 'NetworkElement')).flatMap(({ cell }) => (cell === null ? [] : [String(cell.cell_id)]));
    const env = { CLOCK_START: new Date(START).toISOString(), GROUP_INSTANCE_ID: 'injector-0' };
    for (let kill = 0; kill < KILLS; kill++) {
      const injector = await twin.startInjector(env);
      await injector.said('leading: the clock goes on');
      await startOutage(`outage-${kill}`, cells[kill], (await lastTick()) + 20 * MINUTE);
      await sleep(Math.random() * LONGEST_LIFE_MS);
      await injector.kill();
    }
    const injector = await twin.startInjector(env);
    await injector.said('leading: the clock goes on');
    const states = (): Promise<string[]> => twin.read('scenario_state', 'ScenarioState').then((found) => found.map(({ scenario_id }) => scenario_id));
    await eventually(async () => (await states()).length >= KILLS);
    const ends = (await twin.read('scenario_state', 'ScenarioState')).map(({ applied_until }) => applied_until!);
    await twin.ticked(Math.max(...ends) + 5 * MINUTE);
    expect(await injector.stop()).toBe(0);

    await expectOneSequence(twin, START, Math.max(...ends));
    expect((await states()).sort()).toEqual(Array.from({ length: KILLS }, (_, kill) => `outage-${kill}`).sort());
    const elements = await twin.read('network_state', 'NetworkElement');
    const truth = (await Promise.all([0, 1, 2].map((partition) => twin.read('ground_truth', 'GroundTruth', partition)))).flat();
    for (let kill = 0; kill < KILLS; kill++) {
      expect(elements.filter(({ cell }) => String(cell?.cell_id) === cells[kill]).map(({ version, cell }) => [version, cell!.status]))
        .toEqual([[1, 'IN_SERVICE'], [2, 'OUT_OF_SERVICE'], [3, 'IN_SERVICE']]);
      expect(truth.filter(({ scenario_id }) => scenario_id === `outage-${kill}`).map(({ details }) => details['edge'])).toEqual(['BEGIN', 'END']);
    }
    expect(await twin.deadLetters()).toEqual([]);
  }, 300_000);

  it('goes on with another replica, also while the first is only suspended', async () => {
    const env = { CLOCK_START: new Date(START).toISOString(), CLOCK_SPEED: '60' };
    const first = await twin.startInjector(env);
    await first.said('leading: the clock goes on');
    const second = await twin.startInjector(env);
    await second.said('API listening');
    const leaderOf = async (): Promise<string | undefined> => (await twin.read('clock_state', 'ClockState')).at(-1)?.leader;
    const before = await leaderOf();

    // A follower takes control events like the leader.
    const posted = await fetch(`${second.url}/api/v1/clock/speed`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"speed":600}' });
    expect([posted.status, ((await posted.json()) as { speed: number }).speed]).toEqual([200, 600]);

    first.signal('SIGSTOP');
    await second.said('leading: the clock goes on');
    await eventually(async () => (await leaderOf()) !== before);
    const after = await leaderOf();
    first.signal('SIGCONT');
    const resumedAt = await lastTick();
    await twin.ticked(resumedAt + 60 * MINUTE);
    expect(await leaderOf()).toBe(after);
    expect(first.running).toBe(true);
    expect(await second.stop()).toBe(0);
    // The one that was suspended is a follower by now, and leads again when it is alone.
    await eventually(async () => (await leaderOf()) === before);
    await twin.ticked((await lastTick()) + 10 * MINUTE);
    expect(await first.stop()).toBe(0);
    await expectOneSequence(twin, START, resumedAt + 60 * MINUTE);
  }, 180_000);

  it('ends when it is told to while it waits for another member of its group', async () => {
    // It never notices that the group rebalances, and the coordinator waits for it.
    const busy = new GroupMember(twin.cluster, {
      groupId: twin.names.group('scenario-injector'), topics: [twin.names.topic('scenario_events')],
      sessionTimeoutMs: 600_000, rebalanceTimeoutMs: 600_000, heartbeatIntervalMs: 600_000,
      onAssigned: () => undefined, onRevoking: () => Promise.resolve(), onLost: () => undefined, onError: () => undefined,
    });
    await busy.join();
    const injector = await twin.startInjector({ SHUTDOWN_GRACE_MS: '600000' });
    await eventually(async () => (await twin.admin.describeGroups([twin.names.group('scenario-injector')]))[0].state === 'PreparingRebalance');
    expect(await injector.stop()).toBe(0);
    await busy.leave();
  });
});
