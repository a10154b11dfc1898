import { setTimeout as sleep } from 'node:timers/promises';
import { BenchProcess, type BenchStack } from './stack.ts';
import { BenchTwin } from './twin.ts';

export interface RestoreResult {
  readonly generator: string;
  readonly subscribers: number;
  /** From process start to the first committed tick, state and look-back included, s. */
  readonly seconds: number;
  readonly memoryMb: number;
}

/** How long a generator that owns every partition takes from nothing to its first committed tick. */
export async function restore(stack: BenchStack, generator: string, subscribers: number): Promise<RestoreResult> {
  const twin = await BenchTwin.create(stack, { subscribers, partitions: 8, start: new Date(Date.now() - 3_600_000).toISOString(), groups: [generator] });
  await twin.startClock({ CLOCK_BACKFILL_TICK_MS: '1000' });
  await sleep(2_000);
  const process = new BenchProcess(twin.env, generator);
  try {
    while ((await process.metric('twin_ticks_total').catch(() => 0)) < 8) await sleep(50);
    const seconds = (performance.now() - process.startedAt) / 1000;
    return { generator, subscribers, seconds, memoryMb: Math.round(process.memory()) };
  } finally {
    await process.stop();
    await twin.stopClock();
  }
}
