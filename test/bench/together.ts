import { setTimeout as sleep } from 'node:timers/promises';
import { calibrate } from './calibration.ts';
import { BenchProcess, median, type BenchStack } from './stack.ts';
import { BenchTwin } from './twin.ts';

const GENERATORS = ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator'];
const DAY = 86_400_000;

export interface TogetherResult {
  readonly subscribers: number;
  readonly replicas: number;
  /** `four` processes, one a generator; or `one` that hosts all and shares one copy of the twin. Of each as many as replicas. */
  readonly processes: Processes;
  readonly eventsPerSecond: number;
  /** All threads of all generator processes. */
  readonly cpuMicrosPerEvent: number;
  readonly brokerMicrosPerEvent: number;
  /** CPU time of a step of {@link calibrate}'s loop, median over the run. */
  readonly calibrationNs: number;
  readonly memoryMb: readonly number[];
}

export type Processes = 'four' | 'one';

/** All four generators over one whole simulated day in backfill: the reference rates of a day, day and night. */
export async function together(stack: BenchStack, subscribers: number, replicas: number, hours: number, layout: Processes): Promise<TogetherResult> {
  const from = Math.floor((Date.now() - 3 * DAY) / DAY) * DAY;
  const twin = await BenchTwin.create(stack, { subscribers, partitions: 8, start: new Date(from).toISOString(), groups: GENERATORS });
  await twin.startClock({ CLOCK_UNTIL: new Date(from + (hours + 2) * 3_600_000).toISOString() });
  await twin.hold();
  const hosted = layout === 'one' ? [GENERATORS] : GENERATORS.map((name) => [name]);
  const processes = hosted.flatMap((names) => Array.from({ length: replicas }, () => new BenchProcess(twin.env, ...names)));
  const events = async (): Promise<number> => {
    let sum = 0;
    for (const process of processes) sum += await process.metric('twin_events_total');
    return sum;
  };
  try {
    await twin.release();
    // Restore and compilation are another figure: wait for the first events, then for two simulated hours.
    while ((await events()) < (subscribers * 230) / 24) await sleep(250);
    const before = { at: performance.now(), n: await events(), cpu: cpuOf(processes), broker: stack.brokerCpu() };
    let last = before.n;
    let lastAt = before.at;
    const calibrations: number[] = [];
    for (;;) {
      await sleep(1_000);
      calibrations.push(calibrate());
      const now = await events();
      if (now !== last) lastAt = performance.now();
      else if (performance.now() - lastAt > 6_000) break;
      last = now;
    }
    const n = last - before.n;
    const memoryMb = processes.map((process) => Math.round(process.memory()));
    return {
      subscribers, replicas, processes: layout, eventsPerSecond: Math.round(n / ((lastAt - before.at) / 1000)),
      cpuMicrosPerEvent: ((cpuOf(processes) - before.cpu) / n) * 1e6, brokerMicrosPerEvent: ((stack.brokerCpu() - before.broker) / n) * 1e6,
      calibrationNs: median(calibrations), memoryMb,
    };
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await twin.stopClock();
  }
}

function cpuOf(processes: readonly BenchProcess[]): number {
  return processes.reduce((sum, process) => sum + process.cpuSeconds(), 0);
}
