import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confluentClient } from '../../../examples/confluent-client.ts';
import * as confluent from '../../../examples/consume/confluent.ts';
import * as kafkajs from '../../../examples/consume/kafkajs.ts';
import * as confluentControl from '../../../examples/control/confluent.ts';
import * as kafkajsControl from '../../../examples/control/kafkajs.ts';
import type { CellOutage } from '../../../examples/control/control-event.ts';
import { serversFromEnv, type Servers } from '../../../examples/servers.ts';
import { partitionCount, topicNames, type TopicName } from '../../../topology/graph/index.ts';
import { RunningProcessor } from '../twin/fleet.ts';
import { GENERATORS, STREAMS, TestTwin } from '../twin/twin.ts';
import { committedPlaces, consolePlaces, firstLines, place, readWith } from './clients.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T17:00:00Z');
const UNTIL = START + 60 * MINUTE;
const OUTAGE_FROM = START + 20 * MINUTE;
const OUTAGE_UNTIL = START + 40 * MINUTE;
const PARTITIONS = 3;

const notInstalled = await confluentClient().then(() => null, (error: Error) => error.message);

let twin: TestTwin;
let servers: Servers;
/** Everything that kafkajs read, by topic. */
let read: Map<TopicName, kafkajs.ConsumedRecord[]>;
/** Places of the committed records by topic, as our own reader finds them. */
const committed = new Map<TopicName, string[]>();

const valuesOf = (topic: TopicName) => read.get(topic)!.map(({ value }) => value);

function outages(scenarioId: string, cellId: string): CellOutage[] {
  return [
    { scenarioId, cellId, action: 'START', effectiveAt: OUTAGE_FROM },
    { scenarioId, cellId, action: 'STOP', effectiveAt: OUTAGE_UNTIL },
  ];
}

/**
 * One hour of a small twin with an outage by each client, and one of a cell that is not there: sent before the clock starts. The value
 * of its dead letter is Avro, so that every topic can be decoded.
 */
beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: 2_500, partitions: PARTITIONS, start: new Date(START).toISOString() });
  servers = serversFromEnv(twin.env);
  const [first, second] = busiestCells();
  for (const outage of outages('by-kafkajs', first)) await kafkajsControl.sendCellOutage(servers, outage);
  if (notInstalled === null) for (const outage of outages('by-confluent', second)) await confluentControl.sendCellOutage(servers, outage);
  await kafkajsControl.sendCellOutage(servers, { scenarioId: 'nowhere', cellId: '1', action: 'START', effectiveAt: OUTAGE_FROM });

  const env = { ...twin.env, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '20000' };
  const fleet = ['scenario-injector', ...Object.values(GENERATORS)].map((name) => new RunningProcessor(env, name));
  try {
    await twin.awaitTicks(Object.values(GENERATORS), UNTIL);
  } finally {
    await Promise.all(fleet.map((processor) => processor.stop()));
  }
  for (const topic of topicNames) {
    committed.set(topic, await committedPlaces(twin.cluster, servers.prefix, topic, partitionCount(topic, PARTITIONS)));
  }
  const total = topicNames.reduce((sum, topic) => sum + committed.get(topic)!.length, 0);
  const records = await readWith(kafkajs.consume, servers, `${servers.prefix}kafkajs`, topicNames, total);
  read = new Map(topicNames.map((topic) => [topic, records.filter((record) => record.topic === topic)]));
}, 300_000);

afterAll(async () => twin?.close());

/** The two cells with the most load in the hour, on different sites: someone is there to notice. */
function busiestCells(): [string, string] {
  const { network, localTime } = twin.memory.world;
  const hour = localTime.hourOfWeek(OUTAGE_FROM);
  const byLoad = [...network.cells.keys()].sort((a, b) => network.load(b, hour) * network.cellCapacity[b] - network.load(a, hour) * network.cellCapacity[a]);
  const second = byLoad.find((cell) => network.cellSite[cell] !== network.cellSite[byLoad[0]])!;
  return [String(network.cellId[byLoad[0]]), String(network.cellId[second])];
}

describe('kafkajs with the registry client and avsc', () => {
  it.each(topicNames)('reads every committed record of %s, decoded', (topic) => {
    const records = read.get(topic)!;
    // Every topic but the one for cell KPIs, which no processor computes yet, has been written.
    if (topic !== 'cell_counters') expect(records.length).toBeGreaterThan(0);
    expect(records.map(place).sort()).toEqual([...committed.get(topic)!].sort());
  });

  it('does so as the program that the README shows', async () => {
    const [line] = await firstLines('consume/kafkajs.ts', ['cdrs'], twin.env, 1);
    expect(valuesOf('cdrs')).toContainEqual(JSON.parse(line));
  });
});

describe('the consumer', () => {
  it('finds every event_id once over all streams', () => {
    const ids = STREAMS.flatMap((stream) => valuesOf(stream).map((value) => value.event_id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('finds the key that the topology promises', () => {
    for (const { key, value } of read.get('cdrs')!) expect(key).toBe(String(value.subscriber_id));
    for (const { key, value } of read.get('network_logs')!) expect(key).toBe(String(value.subscriber_id ?? value.cell_id));
    for (const { key, value } of read.get('scenario_state')!) expect(key).toBe(value.scenario_id);
  });
});

describe("Kafka's console consumer, read_committed", () => {
  it.each([...STREAMS, 'ground_truth'] as const)('agrees on the records of %s', async (stream) => {
    const places = committed.get(stream)!;
    expect((await consolePlaces(servers, stream, places.length)).sort()).toEqual([...places].sort());
  });
});

describe('a control event', () => {
  it('by kafkajs takes effect', () => expectOutage('by-kafkajs', 0));

  it("by Confluent's client takes effect", (context) => {
    if (notInstalled !== null) context.skip(notInstalled);
    expectOutage('by-confluent', 1);
  });

  it('that can take no effect is in dead_letters as it was sent', () => {
    const [sent] = read.get('scenario_events')!.filter(({ key }) => key === 'nowhere');
    expect(read.get('dead_letters')!.map(({ key, value }) => ({ key, value }))).toEqual([{ key: 'nowhere', value: sent.value }]);
  });
});

it("Confluent's client reads every committed record of cdrs, decoded", async (context) => {
  if (notInstalled !== null) context.skip(notInstalled);
  const records = await readWith(confluent.consume, servers, `${servers.prefix}confluent`, ['cdrs'], committed.get('cdrs')!.length);
  const byPlace = (a: kafkajs.ConsumedRecord, b: kafkajs.ConsumedRecord): number => a.partition - b.partition || a.offset - b.offset;
  expect(records.sort(byPlace)).toEqual([...read.get('cdrs')!].sort(byPlace));
});

/** The outage is in scenario_state, raises and clears its alarm in network_logs, and has causes and effects in ground_truth. */
function expectOutage(scenarioId: string, busiest: 0 | 1): void {
  const cellId = Number(busiestCells()[busiest]);
  const mine = (topic: TopicName) => valuesOf(topic).filter((value) => value.scenario_id === scenarioId);
  expect(mine('scenario_state').at(-1)).toMatchObject({ kind: 'cell_outage', status: 'STOPPED', applied_from: OUTAGE_FROM, applied_until: OUTAGE_UNTIL });

  const alarms = valuesOf('network_logs')
    .filter((log) => log.event_type === 'CELL_ALARM' && log.cell_id === cellId && log.probable_cause === 'LOSS_OF_SIGNAL')
    .map(({ event_time, severity }) => ({ event_time, severity }));
  expect(alarms).toEqual([{ event_time: OUTAGE_FROM, severity: 'CRITICAL' }, { event_time: OUTAGE_UNTIL, severity: 'CLEARED' }]);

  const causes = mine('ground_truth').filter(({ role }) => role === 'CAUSE').map(({ event_time, entity }) => ({ event_time, entity }));
  const entity = `cell:${cellId}`;
  expect(causes).toEqual([{ event_time: OUTAGE_FROM, entity }, { event_time: OUTAGE_UNTIL, entity }]);

  const affected = mine('ground_truth').filter((truth) => truth.role === 'EFFECT' && truth.event_id !== null);
  expect(affected.length).toBeGreaterThan(0);
  const events = new Set(STREAMS.flatMap((stream) => valuesOf(stream).map((value) => value.event_id)));
  // Effects are filed with their event: none is labelled that is not there.
  expect(affected.filter(({ event_id }) => !events.has(event_id))).toEqual([]);
}
