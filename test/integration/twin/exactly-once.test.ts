import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningProcessor } from './fleet.ts';
import { GENERATORS, STREAMS, TestTwin } from './twin.ts';

const START = Date.parse('2026-03-02T16:30:00Z');
const HOURS = 3;
const UNTIL = START + HOURS * 3_600_000;
const PARTITIONS = 3;
/** Kills in all; `KILLS=20` for the full count. */
const KILLS = Number(process.env.KILLS ?? 6);

let twin: TestTwin;
const fleet = new Map<string, RunningProcessor>();

function start(name: string): void {
  fleet.set(name, new RunningProcessor({ ...twin.env, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '20000' }, name));
}

beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: 3_000, partitions: PARTITIONS, start: new Date(START).toISOString() });
});

afterAll(async () => {
  await Promise.all([...fleet.values()].map((processor) => processor.kill()));
  await twin.close();
});

it('loses nothing and repeats nothing when generators and injector are killed at random points', async () => {
  const names = ['scenario-injector', ...Object.values(GENERATORS)];
  for (const name of names) start(name);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(1_500 + Math.random() * 3_000);
    const victim = names[kill % names.length];
    await fleet.get(victim)!.kill();
    start(victim);
  }
  await twin.awaitTicks(Object.values(GENERATORS), UNTIL);
  for (const stream of STREAMS) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { records } = await twin.computed(stream, partition, START, UNTIL);
      const committed = await twin.content(stream, partition);
      expect(committed.length, `${stream}-${partition}`).toBe(records.length);
      expect(committed, `${stream}-${partition}`).toEqual(records);
    }
  }
}, 600_000);
