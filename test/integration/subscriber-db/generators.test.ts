import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { someSubscribers } from '../../support/busiest.ts';
import { command, RunningProcessor } from '../twin/fleet.ts';
import { GENERATORS, STREAMS, TestTwin } from '../twin/twin.ts';
import { StoreProcess } from './support.ts';

const START = Date.parse('2026-03-02T17:00:00Z');
const UNTIL = START + 2 * 3_600_000;
const PARTITIONS = 2;

let twin: TestTwin;
let folder = '';
const running: { kill(): Promise<void> }[] = [];

beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: 3_000, partitions: PARTITIONS, start: new Date(START).toISOString() });
  folder = mkdtempSync(join(tmpdir(), 'telco-twin-snapshots-'));
});

afterAll(async () => {
  await Promise.all(running.map((process) => process.kill()));
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(name: string, extra: Readonly<Record<string, string>> = {}): RunningProcessor {
  const processor = new RunningProcessor({ ...twin.env, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '15000', ...extra }, name);
  running.push(processor);
  return processor;
}

/** What a generator started its tables' partitions from, once it has started all. It starts one again that the group took from it meanwhile. */
async function sources(processor: RunningProcessor): Promise<string[]> {
  for (;;) {
    const text = await fetch(`http://127.0.0.1:${processor.httpPort}/metrics`).then((response) => response.text(), () => '');
    const of = (label: string): number => Number(new RegExp(`^twin_table_restores_total\\{source="${label}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (of('snapshot') + of('topic') >= PARTITIONS) return ['snapshot', 'topic'].filter((label) => of(label) > 0);
    expect(processor.running).toBe(true);
    await sleep(100);
  }
}

it('gives the same records with snapshots, across a SIM swap, and goes on without a store that was killed', async () => {
  await command(twin.env, 'scenario', 'start', 'sim_swap_fraud', '--target', `subscriber:${someSubscribers(twin.memory, 8).join(',')}`, '--id', 'swap',
    '--at', new Date(START + 20 * 60_000 + 777).toISOString(), '--for', '70m', '--brokers', twin.env.KAFKA_BROKERS);
  const dir = join(folder, 'store');
  let store = new StoreProcess(twin.env, dir);
  running.push(store);
  await store.ready();
  const url = { SUBSCRIBER_DB_URL: await store.url, SUBSCRIBER_DB_TIMEOUT_MS: '60000' };

  run('scenario-injector');
  const first = Object.values(GENERATORS).map((name) => run(name, url));
  for (const generator of first) expect(await sources(generator)).toEqual(['snapshot']);
  await twin.awaitTicks([], START + 40 * 60_000);
  await Promise.all(first.map((generator) => generator.kill()));

  // By now the store holds the swapped SIMs too, and generators begin at ticks that name them or not yet.
  const second = Object.values(GENERATORS).map((name) => run(name, url));
  for (const generator of second) expect(await sources(generator)).toEqual(['snapshot']);
  await twin.awaitTicks([], START + 70 * 60_000);
  await store.kill();
  await second[0].kill();
  const without = run(GENERATORS.cdrs, url);
  expect(await sources(without)).toEqual(['topic']);

  await twin.awaitTicks(Object.values(GENERATORS), UNTIL);
  const scenarios = await twin.scenarios();
  expect(scenarios.length).toBeGreaterThan(0);
  for (const stream of STREAMS) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { records } = await twin.computed(stream, partition, START, UNTIL, scenarios);
      expect(await twin.content(stream, partition), `${stream}-${partition}`).toEqual(records);
    }
  }
  store = new StoreProcess(twin.env, dir);
  running.push(store);
  await store.ready();
  expect(store.warnings).toEqual([]);
}, 600_000);
