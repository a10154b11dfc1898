import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import { RowBuffer } from '../../../processors/vast-sink/rows/row-buffer.ts';
import { dimensionTables, streamTables, type StreamTable } from '../../../processors/vast-sink/tables/tables.ts';
import { names } from '../../../topology/graph/index.ts';
import { Cluster, listOffsets, readRange } from '../../../topology/log/index.ts';
import { encodeBatch } from '../../../vast/wire/ipc.ts';
import { KEYS, VastEndpoint } from '../../integration/vast/sink/endpoint.ts';
import { runSdk } from '../../integration/vast/sdk/venv.ts';
import { BenchProcess, cpuSeconds, median, type BenchStack } from '../stack.ts';
import { BenchTwin } from '../twin.ts';

const GENERATORS = ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator'];
const PARTITIONS = 8;
/** Looking costs the sink too. */
const LOOK_MS = 100;
const SDK_BATCH_BYTES = 1_000_000;
const SDK_BATCHES_PER_TRANSACTION = 16;
const START = Date.UTC(2026, 2, 2, 18);

const perSecond = (count: number, seconds: number): number => Math.round(count / seconds);
const micros = (seconds: number, count: number): number => Number(((seconds / count) * 1e6).toFixed(2));

interface Generated {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
}

/** Writes the event streams; how fast the generators are, restore and start of the processes left out. */
async function generate(twin: BenchTwin, minutes: number): Promise<Generated> {
  await twin.startClock({ CLOCK_UNTIL: new Date(START + minutes * 60_000).toISOString() });
  const processes = GENERATORS.map((name) => new BenchProcess(twin.env, name));
  const events = async (): Promise<number> => {
    let sum = 0;
    for (const process of processes) sum += await process.metric('twin_events_total').catch(() => 0);
    return sum;
  };
  const cpu = (): number => processes.reduce((sum, process) => sum + process.cpuSeconds(), 0);
  while ((await events()) === 0) await sleep(100);
  const before = { at: performance.now(), events: await events(), cpu: cpu() };
  let last = before.events;
  let lastAt = before.at;
  while (performance.now() - lastAt < 8_000) {
    await sleep(250);
    const now = await events();
    if (now === last) continue;
    last = now;
    lastAt = performance.now();
  }
  const count = last - before.events;
  const result = { events: count, eventsPerSecond: perSecond(count, (lastAt - before.at) / 1_000), cpuMicrosPerEvent: micros(cpu() - before.cpu, count) };
  await Promise.all(processes.map((process) => process.stop()));
  await twin.stopClock();
  return result;
}

/** The same rows as Arrow files of about 1 MB, for the SDK. @returns rows by table */
async function dump(cluster: Cluster, prefix: string, folder: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of streamTables) counts.set(table.table, await dumpTable(cluster, names(prefix).topic(table.topic), table, join(folder, table.table)));
  return counts;
}

async function dumpTable(cluster: Cluster, topic: string, table: StreamTable, folder: string): Promise<number> {
  const buffer = new RowBuffer(table);
  let files = 0;
  let rows = 0;
  const write = (): void => {
    if (buffer.rows === 0) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, String(files++).padStart(6, '0')), Buffer.concat(encodeBatch(buffer.toBatch()).pieces));
    buffer.clear();
  };
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const [{ offset: end }] = await listOffsets(cluster, [{ topic, partition }], 'latest');
    await readRange(cluster, topic, partition, 0, end, (offset, _timestamp, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      buffer.append(bytes, valueStart + WIRE_HEADER_BYTES, valueEnd, partition, offset);
      rows += 1;
      if (rows % 64 === 0 && buffer.byteLength >= SDK_BATCH_BYTES) write();
    });
  }
  write();
  return rows;
}

interface Run {
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
  readonly endpointMicrosPerRow: number;
}

/** From the first row that lands to the last. Start, joining the group and creating tables are left out. */
async function runSink(env: Readonly<Record<string, string>>, endpoint: VastEndpoint, schema: string, rows: number): Promise<Run & { readonly peakMb: number }> {
  const sink = new BenchProcess({ ...env, ...KEYS, VAST_ENDPOINT: endpoint.url, VAST_SCHEMA: schema }, 'vast-sink');
  const landed = async (): Promise<{ readonly streams: number; readonly all: number }> => {
    const byTable = await sink.metricBy('vast_sink_rows_total', 'table').catch(() => new Map<string, number>());
    const sum = (tables: readonly { readonly table: string }[]): number => tables.reduce((rows, { table }) => rows + (byTable.get(table) ?? 0), 0);
    return { streams: sum(streamTables), all: sum(streamTables) + sum(dimensionTables) };
  };
  try {
    let now = await landed();
    for (; now.streams === 0; now = await landed()) await sleep(LOOK_MS);
    const before = { at: performance.now(), rows: now.all, cpu: sink.cpuSeconds(), endpoint: cpuSeconds(endpoint.pid) };
    let peakMb = 0;
    for (; now.streams < rows; now = await landed()) {
      await sleep(LOOK_MS);
      peakMb = Math.max(peakMb, sink.memory());
    }
    const seconds = (performance.now() - before.at) / 1_000;
    const count = now.all - before.rows;
    return {
      rowsPerSecond: perSecond(count, seconds), cpuMicrosPerRow: micros(sink.cpuSeconds() - before.cpu, count),
      endpointMicrosPerRow: micros(cpuSeconds(endpoint.pid) - before.endpoint, count), peakMb: Math.round(peakMb),
    };
  } finally {
    await sink.stop();
  }
}

async function runPython(endpoint: VastEndpoint, schema: string, folder: string): Promise<Run> {
  const before = cpuSeconds(endpoint.pid);
  const printed = await runSdk(join(import.meta.dirname, 'insert.py'), [
    endpoint.url, KEYS.VAST_ACCESS_KEY, KEYS.VAST_SECRET_KEY, KEYS.VAST_BUCKET, schema, folder, String(SDK_BATCHES_PER_TRANSACTION),
  ]);
  const { rows, seconds, cpuSeconds: cpu } = JSON.parse(printed) as { rows: number; seconds: number; cpuSeconds: number };
  return { rowsPerSecond: perSecond(rows, seconds), cpuMicrosPerRow: micros(cpu, rows), endpointMicrosPerRow: micros(cpuSeconds(endpoint.pid) - before, rows) };
}

/**
 * The sink into the local endpoint, and VAST's Python SDK inserting the same rows as 1 MB batches into the same endpoint, in turns;
 * beside the four generators in backfill that wrote the rows.
 */
export async function landing(
  stack: BenchStack, subscribers: number, minutes: number, pairs: number, print: (name: string, result: object) => void,
): Promise<void> {
  const endpoint = await VastEndpoint.start();
  const folder = mkdtempSync(join(tmpdir(), 'telco-twin-arrow-'));
  try {
    const twin = await BenchTwin.create(stack, { subscribers, partitions: PARTITIONS, start: new Date(START).toISOString(), groups: GENERATORS });
    const generated = await generate(twin, minutes);
    print('vast-generators', generated);
    const cluster = await Cluster.connect({ bootstrap: stack.kafka.bootstrapServers.split(',') });
    const counts = await dump(cluster, twin.env.TWIN_PREFIX, folder);
    await cluster.close();
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const sinks: number[] = [];
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const sink = await runSink(twin.env, endpoint, `sink${pair}`, rows);
      print('vast-sink', { rows, ...sink });
      const python = await runPython(endpoint, `python${pair}`, folder);
      print('vast-python-sdk', { rows, ...python });
      sinks.push(sink.rowsPerSecond);
      ratios.push(sink.rowsPerSecond / python.rowsPerSecond);
    }
    print('vast-landing', {
      sinkRowsPerSecond: median(sinks), overPythonSdk: Number(median(ratios).toFixed(2)), overGenerators: Number((median(sinks) / generated.eventsPerSecond).toFixed(2)),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await endpoint.close();
  }
}
