import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE } from '../../../../twin/config.ts';
import type { VastClient } from '../../../../vast/client/index.ts';
import { busiestCells } from '../../../support/busiest.ts';
import { command, RunningProcessor } from '../../twin/fleet.ts';
import { GENERATORS, TestTwin } from '../../twin/twin.ts';
import { runSdk } from '../sdk/venv.ts';
import { difference, kafkaContents, vastContents } from './content.ts';
import { KEYS, VastEndpoint } from './endpoint.ts';

/** The project's full measure is SUBSCRIBERS=100000. */
const SUBSCRIBERS = Number(process.env.SUBSCRIBERS ?? 3_000);
const START = Date.parse('2026-03-02T18:00:00Z');
const UNTIL = START + 10 * MINUTE;
const PARTITIONS = 4;
const SCHEMA = 'telco';
const EXAMPLE = join(import.meta.dirname, '../../../../examples/vast/dropped_calls.py');

let twin: TestTwin;
let endpoint: VastEndpoint;
let client: VastClient;
const running = new Set<RunningProcessor>();

beforeAll(async () => {
  endpoint = await VastEndpoint.start();
  twin = await TestTwin.create({ subscribers: SUBSCRIBERS, partitions: PARTITIONS, start: new Date(START).toISOString() });
  client = await endpoint.client();
}, 600_000);

afterAll(async () => {
  await Promise.all([...running].map((processor) => processor.kill()));
  await client.close();
  await twin.close();
  await endpoint.close();
});

it('lands ten minutes of a twin with an outage: rows and hashes of all tables, read with VAST\'s SDK, are those of the topics', async () => {
  const env = { ...twin.env, ...KEYS, VAST_ENDPOINT: endpoint.url, VAST_SCHEMA: SCHEMA, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '15000' };
  const cell = twin.memory.world.network.cellId[busiestCells(twin.memory, START + 4 * MINUTE)[0]];
  await command(env, 'scenario', 'start', 'cell_outage', '--target', `cell:${cell}`, '--id', 'outage', '--at', new Date(START + 4 * MINUTE).toISOString(),
    '--for', '30m', '--brokers', twin.env.KAFKA_BROKERS);
  for (const name of ['vast-sink', ...Object.values(GENERATORS), 'scenario-injector']) running.add(new RunningProcessor(env, name));
  await twin.awaitTicks(Object.values(GENERATORS), UNTIL);

  // Brokers write the markers of a commit a little after they have answered it.
  await sleep(2_000);
  const committed = await kafkaContents(twin.cluster, twin.names, PARTITIONS);
  for (const table of ['cdrs', 'network_logs', 'location_updates', 'ground_truth', 'subscribers', 'cells', 'sites']) {
    expect(committed[table].rows, table).toBeGreaterThan(0);
  }
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await sleep(1_000)) {
    if (Object.keys(difference(committed, await vastContents(client, SCHEMA))).length === 0) break;
  }
  const read = JSON.parse(await runSdk(join(import.meta.dirname, 'tables.py'), [
    endpoint.url, KEYS.VAST_ACCESS_KEY, KEYS.VAST_SECRET_KEY, KEYS.VAST_BUCKET, SCHEMA,
  ])) as Record<string, { rows: number; hash: string }>;
  expect(read).toEqual(Object.fromEntries(Object.entries(committed).map(([table, { rows, hash }]) => [table, { rows, hash }])));

  // The walk of the README: the cell that failed is there, and the endpoint's Parquet files give the same answer once they are written.
  const answer = await runSdk(EXAMPLE, [], env);
  expect(answer).toMatch(new RegExp(`\\b${cell}\\b.*LTE|\\b${cell}\\b.*NR`));
  const files = join(endpoint.dataDir, KEYS.VAST_BUCKET, SCHEMA);
  await expect.poll(() => runSdk(EXAMPLE, ['--parquet', files]).catch((error: unknown) => String(error)), { timeout: 120_000, interval: 2_000 }).toBe(answer);
}, 1_200_000);
