import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { streamTables } from '../../../processors/vast-sink/tables/tables.ts';
import { MINUTE } from '../../../twin/config.ts';
import { busiestCells } from '../../support/busiest.ts';
import { Admin, listOffsets } from '../../../topology/log/index.ts';
import { command, RunningProcessor } from '../twin/fleet.ts';
import { GENERATORS, STREAMS, TestTwin, type Content } from '../twin/twin.ts';
import { KEYS, VastEndpoint } from '../vast/sink/endpoint.ts';
import { EventBroker } from './broker.ts';

const START = Date.parse('2026-03-02T16:30:00Z');
const UNTIL = START + 150 * MINUTE;
const PARTITIONS = 2;
/** Times that the generator is killed, and that other processors are; `KILLS=20` for more. */
const KILLS = Number(process.env.KILLS ?? 5);
const VICTIM = 'networklog-generator';
/** How long a second instance of it is suspended: longer than its session. */
const SUSPENDED_MS = 9_000;
/** Longer than any start, session or rebalance. */
const STALLED_MS = 120_000;
const SCHEMA = `s${randomUUID().slice(0, 8)}`;

let broker: EventBroker;
let endpoint: VastEndpoint;
let twin: TestTwin;
let storeDir: string;
let storePort: number;
const fleet = new Map<string, RunningProcessor>();

function start(name: string, as = name): void {
  fleet.set(as, new RunningProcessor({
    ...twin.env, ...KEYS, VAST_ENDPOINT: endpoint.url, VAST_SCHEMA: SCHEMA, SINK_MAX_DELAY_MS: '150',
    SUBSCRIBER_DB_DIR: storeDir, SUBSCRIBER_DB_PORT: String(storePort), SUBSCRIBER_DB_URL: `http://127.0.0.1:${storePort}`,
    CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '10000',
  }, name));
}

async function kill(name: string): Promise<void> {
  await fleet.get(name)!.kill();
  start(name);
}

/** Records of the victim's stream so far. */
async function written(): Promise<number> {
  const topic = twin.names.topic('network_logs');
  const ends = await listOffsets(broker.direct, Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition })), 'latest');
  return ends.reduce((sum, { offset }) => sum + offset, 0);
}

/** Waits until the victim writes again. @throws when it does not for a long time, with what every processor says of itself */
async function writing(): Promise<void> {
  const before = await written();
  for (const deadline = performance.now() + STALLED_MS; await written() === before; await sleep(20)) {
    if (performance.now() < deadline) continue;
    const told = [await twin.standing(Object.values(GENERATORS)), ...await Promise.all([...fleet].map(standing))];
    throw new Error(`nothing is written after ${before} records: ${told.join('\n')}`);
  }
}

async function standing([name, processor]: [string, RunningProcessor]): Promise<string> {
  const answer = processor.running ? await processor.readiness().catch(String) : `has ended: ${processor.errors.join('; ')}`;
  return `${name} ${answer}`;
}

/** What is there once, in the order in which it first came. */
const distinct = (content: Content): Content => [...new Set(content)];

/** The id of an event: its first field, a text. */
function eventId(value: string): string {
  const bytes = Buffer.from(value, 'hex');
  return bytes.toString('utf8', 1, 1 + (bytes[0] >> 1));
}

beforeAll(async () => {
  broker = await EventBroker.start();
  endpoint = await VastEndpoint.start();
  storeDir = await mkdtemp(join(tmpdir(), 'telco-twin-store-'));
  storePort = await freePort();
  twin = await TestTwin.create({
    subscribers: 2_000, partitions: PARTITIONS, start: new Date(START).toISOString(), kafka: broker.gate.address, env: { KAFKA_PROFILE: 'vast-event-broker' },
  });
});

afterAll(async () => {
  await Promise.all([...fleet.values()].map((processor) => processor.kill()));
  await twin?.close();
  await endpoint?.close();
  if (storeDir !== undefined) await rm(storeDir, { recursive: true, force: true });
  await broker?.close();
});

it('repeats events with the same content, loses none and lands each once, through kill -9, lost answers and an owner that was replaced', async () => {
  const cell = busiestCells(twin.memory, START + 40 * MINUTE)[0];
  const at = new Date(START + 40 * MINUTE + 777).toISOString();
  await command(twin.env, 'scenario', 'start', 'cell_outage', '--target', `cell:${twin.memory.world.network.cellId[cell]}`, '--id', 'outage', '--at', at, '--for', '45m',
    '--brokers', broker.gate.address);
  const others = ['scenario-injector', ...Object.values(GENERATORS), 'vast-sink'].filter((name) => name !== VICTIM);
  for (const name of [VICTIM, ...others, 'subscriber-db']) start(name);
  broker.gate.loseAnswers(30);
  broker.gate.delayAnswers(40);
  for (let turn = 0; turn < KILLS; turn++) {
    await writing();
    await sleep(Math.random() * 300);
    await kill(VICTIM);
    await writing();
    await kill(others[turn % others.length]);
  }
  start(VICTIM, 'second');
  await groupOf(2);
  await writing();
  fleet.get('second')!.signal('SIGSTOP');
  await sleep(SUSPENDED_MS);
  await writing();
  fleet.get('second')!.signal('SIGCONT');
  broker.gate.loseAnswers(0);
  broker.gate.delayAnswers(0);
  await twin.awaitTicks(Object.values(GENERATORS), UNTIL);

  const scenarios = await twin.scenarios();
  expect(scenarios.map(({ scenarioId, status }) => [scenarioId, status])).toEqual([['outage', 'SCHEDULED']]);
  const truth = new Set<string>();
  const ids: Record<string, string[]> = {};
  let repeats = 0;
  for (const stream of STREAMS) {
    ids[stream] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { records, groundTruth } = await twin.computed(stream, partition, START, UNTIL, scenarios);
      const found = await twin.content(stream, partition);
      const once = distinct(found);
      expect(once.length, `${stream}-${partition}`).toBe(records.length);
      expect(once, `${stream}-${partition}`).toEqual(records);
      expect(new Set(once.map(eventId)).size, `ids of ${stream}-${partition}`).toBe(records.length);
      for (const label of groundTruth) truth.add(label);
      ids[stream].push(...once.map(eventId));
      repeats += found.length - once.length;
    }
  }
  const labels = new Set(await twin.effects());
  expect(labels.size).toBeGreaterThan(50);
  expect(labels).toEqual(truth);

  await landed(ids);
  await knownToStore();
  console.log(`event broker: ${repeats} events repeated, ${broker.gate.lost} answers lost, ${Object.values(ids).flat().length} events landed once each`);
  expect(repeats).toBeGreaterThan(0);
  expect(broker.gate.lost).toBeGreaterThan(0);
  expect(broker.gate.violations).toEqual([]);
  // A fence that saw nothing would also let everything pass.
  expect([...broker.gate.requests.keys()]).toEqual(expect.arrayContaining([0, 1, 2, 11, 19]));
}, 600_000);

/** Waits until the victim's group has so many members. */
async function groupOf(members: number): Promise<void> {
  const admin = new Admin(broker.direct);
  await expect.poll(async () => {
    const [described] = await admin.describeGroups([twin.names.group(VICTIM)]);
    return described.state === 'Stable' ? described.members.length : 0;
  }, { timeout: 60_000 }).toBe(members);
}

/** subscriber-db has read the state topics. */
async function knownToStore(): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${storePort}/v1/twin`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ subscribers: twin.config.subscribers, clock: { event_time: new Date(UNTIL).toISOString() } });
  expect(fleet.get('subscriber-db')!.errors).toEqual([]);
}

/** Waits until each stream's table holds these events, each once. */
async function landed(ids: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const client = await endpoint.client();
  try {
    for (const { topic, table } of streamTables) {
      const wanted = ids[topic]?.toSorted();
      if (wanted === undefined) continue;
      await expect.poll(async () => {
        const tx = await client.begin();
        const found: string[] = [];
        for await (const batch of tx.select(SCHEMA, table, { columns: ['event_id'] })) for (const id of batch.getChildAt(0)!) found.push(String(id));
        await tx.rollback();
        return { rows: found.length, ids: found.sort() };
      }, { timeout: 120_000, interval: 1_000 }).toEqual({ rows: wanted.length, ids: wanted });
    }
  } finally {
    await client.close();
  }
}
