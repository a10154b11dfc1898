import { setTimeout as sleep } from 'node:timers/promises';
import { loadPlaces } from '../../processors/places/index.ts';
import { BenchProcess, median, type BenchStack } from './stack.ts';
import { BenchTwin } from './twin.ts';

const GENERATORS = ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator'];

export interface LiveResult {
  readonly region: string;
  /** Local time there when it began: what the rate of events depends on. */
  readonly localTime: string;
  readonly subscribers: number;
  readonly partitions: number;
  readonly eventsPerSecond: number;
  /** Event-time lag of the slowest group, s. */
  readonly lagMedian: number;
  readonly lagMaximum: number;
  readonly generatorMicrosPerEvent: number;
  readonly brokerMicrosPerEvent: number;
  readonly generatorMsPerTransaction: number;
  readonly brokerMsPerTransaction: number;
  readonly memoryMb: readonly number[];
}

/** All processors live for a while, after catching up from a little in the past. In the busy hour: where it is evening, by region. */
export async function live(stack: BenchStack, subscribers: number, partitions: number, seconds: number, region: string): Promise<LiveResult> {
  const { timezone } = loadPlaces(region);
  const localTime = new Intl.DateTimeFormat('en-IE', { timeZone: timezone, weekday: 'long', hour: '2-digit', minute: '2-digit' }).format();
  const twin = await BenchTwin.create(stack, { subscribers, partitions, region, start: new Date(Date.now() - 60_000).toISOString(), groups: GENERATORS });
  await twin.startClock();
  const processes = GENERATORS.map((name) => new BenchProcess(twin.env, name));
  const sum = async (metric: string, labels = ''): Promise<number> => {
    let total = 0;
    for (const process of processes) total += await process.metric(metric, labels);
    return total;
  };
  try {
    // Restore and catching up are other figures.
    while (((await twin.clock()).lag_seconds ?? Infinity) > 3) await sleep(500);
    await sleep(15_000);
    const cpu = (): number => processes.reduce((total, process) => total + process.cpuSeconds(), 0);
    const before = { at: performance.now(), n: await sum('twin_events_total'), t: await sum('twin_transactions_total', 'committed'), cpu: cpu(), broker: stack.brokerCpu() };
    const lags: number[] = [];
    while (performance.now() - before.at < seconds * 1000) {
      await sleep(1_000);
      lags.push((await twin.clock()).lag_seconds ?? 0);
    }
    const n = (await sum('twin_events_total')) - before.n;
    const t = (await sum('twin_transactions_total', 'committed')) - before.t;
    const used = cpu() - before.cpu;
    const broker = stack.brokerCpu() - before.broker;
    return {
      region, localTime, subscribers, partitions, eventsPerSecond: Math.round(n / ((performance.now() - before.at) / 1000)),
      lagMedian: median(lags), lagMaximum: Math.max(...lags),
      generatorMicrosPerEvent: (used / n) * 1e6, brokerMicrosPerEvent: (broker / n) * 1e6,
      generatorMsPerTransaction: (used / t) * 1e3, brokerMsPerTransaction: (broker / t) * 1e3,
      memoryMb: processes.map((process) => Math.round(process.memory())),
    };
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await twin.stopClock();
  }
}
