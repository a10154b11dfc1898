import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Cluster } from '../../topology/log/index.ts';
import { calibrate } from './calibration.ts';
import { BenchProcess, median, type BenchStack } from './stack.ts';
import { BenchTwin } from './twin.ts';

const WINDOW = 12_000;
/** Of a window. */
const CALIBRATIONS = 12;
const PERF_SECONDS = 8;

export interface ThroughputResult {
  readonly generator: string;
  readonly stream: string;
  /** Processes of the generator, its partitions shared out. */
  readonly replicas: number;
  readonly recordBytes: number;
  readonly recordsPerSecond: number;
  readonly perfToolPerSecond: number;
  /** Median over pairs of ours / the tool's. */
  readonly ratio: number;
  readonly cpuMicrosPerRecord: number;
  /** CPU time of a step of {@link calibrate}'s loop, median over the windows. */
  readonly calibrationNs: number;
  /** Of the largest process. */
  readonly memoryMb: number;
}

/** A generator's whole path in backfill, and Kafka's own producer perf tool with records of that size, in turns. */
export async function throughput(stack: BenchStack, generator: string, stream: string, subscribers: number, replicas: number, pairs: number): Promise<ThroughputResult> {
  const twin = await BenchTwin.create(stack, {
    subscribers, partitions: 8, start: new Date(Date.now() - 5 * 86_400_000).toISOString(), groups: [generator],
  });
  await twin.startClock();
  await twin.hold();
  const processes = Array.from({ length: replicas }, () => new BenchProcess(twin.env, generator));
  const total = async (name: string): Promise<number> => sum(await Promise.all(processes.map((process) => process.metric(name, label))));
  const cpuSeconds = (): number => sum(processes.map((process) => process.cpuSeconds()));
  const perfTopic = `perf-${randomUUID().slice(0, 6)}`;
  const cluster = await Cluster.connect({ bootstrap: [stack.kafka.bootstrapServers] });
  await new Admin(cluster).createTopics([{ name: perfTopic, partitions: 8, replicationFactor: 1, configs: { 'retention.bytes': '200000000', 'segment.bytes': '50000000' } }]);
  const label = `stream="${stream}"`;
  const ours: number[] = [];
  const tool: number[] = [];
  const calibrations: number[] = [];
  let cpu = 0;
  let records = 0;
  let bytes = 0;
  let memory = 0;
  try {
    await twin.release();
    while ((await total('twin_events_total')) === 0) await sleep(200);
    // Warm: compiled code and a full pipeline.
    await sleep(WINDOW / 2);
    for (let pair = 0; pair < pairs; pair++) {
      await twin.release();
      await sleep(1_500);
      const before = { at: performance.now(), n: await total('twin_events_total'), bytes: await total('twin_bytes_total'), cpu: cpuSeconds() };
      for (let k = 0; k < CALIBRATIONS; k++) {
        await sleep(WINDOW / CALIBRATIONS);
        calibrations.push(calibrate());
      }
      const n = (await total('twin_events_total')) - before.n;
      ours.push(n / ((performance.now() - before.at) / 1000));
      cpu += cpuSeconds() - before.cpu;
      bytes += (await total('twin_bytes_total')) - before.bytes;
      records += n;
      memory = Math.max(memory, ...processes.map((process) => process.memory()));
      await twin.hold();
      await sleep(4_000);
      const size = Math.round(bytes / records);
      const guess = tool[tool.length - 1] ?? 500_000;
      tool.push(await stack.producerPerformance(perfTopic, Math.round(guess * PERF_SECONDS), size));
    }
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await twin.stopClock();
    await cluster.close();
  }
  return {
    generator, stream, replicas, recordBytes: Math.round(bytes / records), recordsPerSecond: Math.round(median(ours)), perfToolPerSecond: Math.round(median(tool)),
    ratio: median(ours.map((rate, k) => rate / tool[k])), cpuMicrosPerRecord: (cpu / records) * 1e6, calibrationNs: median(calibrations), memoryMb: Math.round(memory),
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
