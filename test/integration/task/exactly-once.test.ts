import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { CounterProcess } from './counter-fleet.ts';
import { TestTwin } from './twin.ts';

/** Ends of processes by kill -9 in the run that has many; the full count is KILLS=20. */
const KILLS = Number(process.env['KILLS'] ?? 5);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let twin: TestTwin;
let fleet: CounterProcess[];

beforeEach(async () => {
  twin = await TestTwin.create(await sharedKafka(), await sharedRegistry(), uniquePrefix(), 4);
  fleet = [];
});
afterEach(async () => {
  await Promise.all(fleet.map((process) => process.kill()));
  await twin.close();
});

function start(env: Record<string, string> = {}): CounterProcess {
  const process = new CounterProcess({ ...twin.env, ...env });
  fleet.push(process);
  return process;
}

/** Park and Miller: the same kills for the same seed. */
function random(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

describe('exactly once, whatever happens to the processes', () => {
  it('writes the same values with three instances that join, leave and rebalance as with one', async () => {
    const slow = { COUNTER_TICK_MS: '30' };
    await twin.rounds(30);
    const first = start(slow);
    await first.says('task restored');
    const others = [start(slow), start(slow)];
    await Promise.all(others.map((process) => process.says('partitions assigned')));
    await twin.rounds(30);
    await Promise.all(others.map((process) => process.says('task restored')));
    first.signal('SIGTERM');
    expect(await first.ended()).toBe(0);
    await twin.rounds(20, { mode: 'LIVE' });
    await twin.settled();
    for (const process of others) process.signal('SIGTERM');
    expect(await Promise.all(others.map((process) => process.ended()))).toEqual([0, 0]);
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  }, 180_000);

  it(`loses and repeats nothing when processes are killed ${KILLS} times at random points (SEED=${SEED})`, async () => {
    const next = random(SEED);
    const slow = { COUNTER_TICK_MS: '20' };
    let living = [start(slow), start(slow), start(slow)];
    await Promise.all(living.map((process) => process.says('all processors started')));
    for (let kills = 0; kills < KILLS; kills += 1) {
      await twin.rounds(25, { mode: next() < 0.5 ? 'LIVE' : 'BACKFILL' });
      await sleep(next() * 1_500);
      const victim = living[Math.floor(next() * living.length)];
      await victim.kill();
      living = living.filter((process) => process !== victim);
      living.push(start(slow));
      // The partitions of the dead come back when its session expires; what the others do meanwhile is as random.
      await sleep(next() * 8_000);
    }
    await twin.settled();
    for (const process of living) process.signal('SIGTERM');
    expect(await Promise.all(living.map((process) => process.ended()))).toEqual(living.map(() => 0));
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  }, 60_000 + KILLS * 30_000);

  it('lets a process that was stopped past its session neither write nor fence the new owner', async () => {
    await twin.rounds(10);
    const zombie = start({ COUNTER_TICK_MS: '60' });
    await zombie.logged((lines) => (lines.filter(({ msg }) => msg === 'task restored').length === 4 ? true : undefined));
    zombie.signal('SIGSTOP');
    const owner = start();
    await owner.logged((lines) => (lines.filter(({ msg }) => msg === 'task restored').length === 4 ? true : undefined));
    await twin.rounds(10);
    await twin.settled();
    const before = owner.log.length;
    zombie.signal('SIGCONT');
    await zombie.says('partitions lost');
    await twin.rounds(20);
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    // It comes back as a new member and is handed partitions in order, by revocation, never by fencing.
    const dropped = owner.log.slice(before).filter(({ msg, err }) => err?.type === 'FencedError' || msg.startsWith('state dropped'));
    expect(dropped).toEqual([]);
    expect(owner.running).toBe(true);
  }, 180_000);
});
