import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE } from '../../../twin/config.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { command, RunningProcessor } from './fleet.ts';
import { GENERATORS, STREAMS, TestTwin } from './twin.ts';

const START = Date.parse('2026-03-02T16:00:00Z');
const UNTIL = START + 150 * MINUTE;
const PARTITIONS = 4;

let twin: TestTwin;
const running = new Set<RunningProcessor>();

function start(name: string, pace: Readonly<Record<string, string>> = {}): RunningProcessor {
  const processor = new RunningProcessor({ ...twin.env, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '15000', ...pace }, name);
  running.add(processor);
  return processor;
}

async function leave(processor: RunningProcessor): Promise<void> {
  running.delete(processor);
  expect(await processor.stop(), `${processor.name}: ${processor.errors.join('; ')}`).toBe(0);
}

beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: 2_000, partitions: PARTITIONS, start: new Date(START).toISOString() });
});

afterAll(async () => {
  await Promise.all([...running].map((processor) => processor.kill()));
  await twin.close();
});

it('writes the same with instances joining and leaving, a SIM swap and an outage under way, as one computation does', async () => {
  const { network } = twin.memory.world;
  const cell = busiestCells(twin.memory, START + 40 * MINUTE)[0];
  const brokers = ['--brokers', twin.env.KAFKA_BROKERS];
  const at = (minutes: number): string => new Date(START + minutes * MINUTE + 777).toISOString();
  await command(twin.env, 'scenario', 'start', 'cell_outage', '--target', `cell:${network.cellId[cell]}`, '--id', 'outage', '--at', at(40), '--for', '45m', ...brokers);
  await command(twin.env, 'scenario', 'start', 'sim_swap_fraud', '--target', `subscriber:${someSubscribers(twin.memory, 8).join(',')}`, '--id', 'swap', '--at', at(55), '--for', '70m', ...brokers);

  const first = Object.values(GENERATORS).map((name) => start(name));
  start('scenario-injector');
  await sleep(6_000);
  const more = [start('cdr-generator'), start('cdr-generator'), start('networklog-generator'), start('networklog-generator')];
  await sleep(6_000);
  await leave(first[0]);
  await leave(first[1]);
  await sleep(4_000);
  start('networklog-generator');
  await leave(more[0]);
  await twin.awaitTicks(Object.values(GENERATORS), UNTIL);

  const scenarios = await twin.scenarios();
  expect(scenarios.map(({ scenarioId }) => scenarioId).sort()).toEqual(['outage', 'swap']);
  const effects = new Set<string>();
  for (const stream of STREAMS) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { records, groundTruth } = await twin.computed(stream, partition, START, UNTIL, scenarios);
      expect(await twin.content(stream, partition), `${stream}-${partition}`).toEqual(records);
      for (const effect of groundTruth) effects.add(effect);
    }
  }
  expect(effects.size).toBeGreaterThan(100);
  const labelled = await twin.effects();
  expect(labelled.length).toBe(effects.size);
  expect(new Set(labelled)).toEqual(effects);
}, 600_000);
