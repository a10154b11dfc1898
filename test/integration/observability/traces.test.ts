import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { encodeCellOutage } from '../../../examples/control/control-event.ts';
import { MINUTE } from '../../../twin/config.ts';
import { busiestCells } from '../../support/busiest.ts';
import { command, RunningProcessor, type Environment } from '../twin/fleet.ts';
import { GENERATORS, STREAMS, TestTwin } from '../twin/twin.ts';
import { KEYS, VastEndpoint } from '../vast/sink/endpoint.ts';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
const PARTITIONS = 2;
const SCHEMA = 'telco';
const PATIENCE_MS = 180_000;

let receiver: OtlpReceiver;
let endpoint: VastEndpoint;
let twin: TestTwin;
let env: Environment;
let api: string;
const running: RunningProcessor[] = [];

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  endpoint = await VastEndpoint.start();
  twin = await TestTwin.create({ subscribers: 3_000, partitions: PARTITIONS, start: new Date(START).toISOString() });
  const port = await freePort();
  api = `http://127.0.0.1:${port}`;
  env = {
    ...twin.env, ...KEYS, VAST_ENDPOINT: endpoint.url, VAST_SCHEMA: SCHEMA, SINK_MAX_DELAY_MS: '200',
    API_PORT: String(port), CLOCK_SPEED: '30',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '200',
  };
  for (const name of ['vast-sink', ...Object.values(GENERATORS), 'scenario-injector']) running.push(new RunningProcessor(env, name));
  await twin.awaitTicks(Object.values(GENERATORS), START + MINUTE);
}, 1_200_000);

afterAll(async () => {
  await Promise.all(running.map((processor) => processor.kill()));
  await twin.close();
  await endpoint.close();
  await receiver.close();
});

const busyCell = (nth: number): number => twin.memory.world.network.cellId[busiestCells(twin.memory, START + 4 * MINUTE)[nth]];

/** Waits until the spans of a trace are what is wanted. */
async function until(traceId: string, isWhole: (spans: readonly ReceivedSpan[]) => boolean): Promise<ReceivedSpan[]> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(250)) {
    const spans = receiver.of(traceId);
    if (isWhole(spans) || performance.now() > deadline) return spans;
  }
}

/** Names from the root to a span. */
function path(spans: readonly ReceivedSpan[], span: ReceivedSpan): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentId);
  return [...(parent === undefined ? [] : path(spans, parent)), span.name];
}

/** Rows of a table in VAST. */
async function landed(table: string, columns: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = await endpoint.client();
  const tx = await client.begin();
  const rows: Record<string, unknown>[] = [];
  for await (const batch of tx.select(SCHEMA, table, { columns })) {
    for (const row of batch) rows.push(row.toJSON());
  }
  await tx.rollback();
  await client.close();
  return rows;
}

const isLanding = ({ name, failed }: ReceivedSpan): boolean => name.startsWith('land ') && !failed;
/** Whether there is a root and every other span hangs on one that has come: processes export theirs on their own, parents perhaps last. */
function isConnected(spans: readonly ReceivedSpan[]): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.some(({ parentId }) => parentId === '') && spans.every(({ parentId }) => parentId === '' || ids.has(parentId));
}

const streamTopics = (): string[] => STREAMS.map((stream) => twin.names.topic(stream));

describe('one trace of a scenario', () => {
  it('goes from telco-twin scenario start over the API, the leader, every generator task and the sink to the landed row', async () => {
    const printed = JSON.parse(await command(env, 'scenario', 'start', 'cell_outage', '--target', `cell:${busyCell(0)}`, '--id', 'traced', '--for', '24h', '--api', api, '--json')) as { trace_id: string };
    const landedStream = ({ name, failed }: ReceivedSpan): boolean => !failed && streamTopics().some((topic) => name === `land ${topic}`);
    const applied = (spans: readonly ReceivedSpan[]): ReceivedSpan[] => spans.filter(({ name, failed }) => name === 'process sim_ticks' && !failed);
    const spans = await until(printed.trace_id, (seen) => seen.some(landedStream) && seen.some(({ name }) => name === `land ${twin.names.topic('ground_truth')}`)
      && applied(seen).length >= 4 * PARTITIONS && isConnected(seen));

    // Every task of every generator committed it once, in the trace.
    expect(applied(spans).map(({ service, attributes }) => `${service} ${attributes['messaging.destination.partition.id']}`).sort())
      .toEqual(Object.values(GENERATORS).flatMap((name) => Array.from({ length: PARTITIONS }, (_, partition) => `${name} ${partition}`)).sort());

    // One root, and every other span hangs on it.
    expect(spans.filter(({ parentId }) => parentId === '').map(({ name, service }) => [name, service])).toEqual([['scenario start', 'telco-twin-cli']]);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentId }) => parentId !== '' && !ids.has(parentId))).toEqual([]);
    // On a slow machine a transaction may fail and be done again; nothing else may.
    expect(spans.filter(({ failed, name }) => failed && !/^(process sim_ticks|land .*)$/.test(name))).toEqual([]);

    const toTick = ['scenario start', 'POST /api/v1/scenarios', 'send scenario_events', 'process scenario_events', 'send sim_ticks', 'process sim_ticks'];
    const landings = spans.filter(isLanding);
    for (const landing of landings) {
      const stream = landing.name.slice('land '.length + twin.names.prefix.length);
      expect(path(spans, landing)).toEqual([...toTick, `send ${stream}`, landing.name]);
      expect(landing.service).toBe('vast-sink');
      expect(landing.attributes['telco.scenario_id']).toBe('traced');
    }

    // The record that was followed is in VAST, and its label, which another partition may bring later, says that this scenario changed it.
    const landing = landings.find(landedStream)!;
    const sent = spans.find(({ spanId }) => spanId === landing.parentId)!;
    const eventId = sent.attributes['telco.event_id'];
    expect(await landed(sent.name.slice('send '.length), ['event_id'])).toContainEqual({ event_id: eventId });
    await expect.poll(() => landed('ground_truth', ['scenario_id', 'role', 'event_id']), { timeout: 60_000 })
      .toContainEqual({ scenario_id: 'traced', role: 'EFFECT', event_id: eventId });

    // Log lines on the way carry the trace.
    for (const name of ['scenario-injector', ...Object.values(GENERATORS), 'vast-sink']) {
      const { traced } = running.find((processor) => processor.name === name)!;
      await expect.poll(() => traced.some(({ trace_id, span_id }) => trace_id === printed.trace_id && ids.has(span_id!)), { message: name, timeout: 60_000 }).toBe(true);
    }
  }, 400_000);

  it('goes on from the traceparent of any Kafka client, and is not recorded where the client says so', async () => {
    const servers = { brokers: [twin.env.KAFKA_BROKERS], registryUrl: twin.env.SCHEMA_REGISTRY_URL, prefix: twin.env.TWIN_PREFIX };
    const kafka = new Kafka({ brokers: servers.brokers, clientId: 'test', logLevel: logLevel.ERROR });
    const producer = kafka.producer();
    await producer.connect();
    const send = async (scenarioId: string, cell: number, traceparent: string): Promise<void> => {
      const value = await encodeCellOutage(servers, { scenarioId, action: 'START', cellId: String(cell), effectiveAt: START });
      await producer.send({ topic: twin.names.topic('scenario_events'), messages: [{ key: scenarioId, value, headers: { traceparent } }] });
    };
    const [hidden, seen] = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'];
    await send('hidden', busyCell(1), `00-${hidden}-b7ad6b7169203331-00`);
    await send('seen', busyCell(2), `00-${seen}-00f067aa0ba902b7-01`);
    await producer.disconnect();
    const spans = await until(seen, (all) => all.some(isLanding) && all.some(({ name }) => name === 'process scenario_events'));
    const control = spans.find(({ name }) => name === 'process scenario_events')!;
    expect(control.parentId).toBe('00f067aa0ba902b7');
    expect(path(spans, spans.find(isLanding)!).slice(0, 3)).toEqual(['process scenario_events', 'send sim_ticks', 'process sim_ticks']);
    expect(receiver.of(hidden)).toEqual([]);
    // It is passed on all the same: lines of the log can be found by it.
    await expect.poll(() => running.find(({ name }) => name === 'cdr-generator')!.traced.map(({ trace_id }) => trace_id), { timeout: 60_000 }).toContain(hidden);
  }, 400_000);
});
