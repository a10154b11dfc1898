import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../deploy/local/ports.ts';
import { BenchProcess, type BenchStack } from './stack.ts';
import { BenchTwin } from './twin.ts';

const PARTITIONS = 8;

/** One start of a generator that owns every partition. State and look-back included. */
export interface Start {
  /** From process start until every partition of `subscriber_state` is in memory, s; null where that is not told apart: from the topic. */
  readonly stateSeconds: number | null;
  /** The slowest task's restore, s: from the first tick it saw until its state was in memory. */
  readonly restoreSeconds: number;
  /** From process start to the first committed tick, s. */
  readonly firstCommitSeconds: number;
  /** CPU of the generator until then, s: what a busy machine does not falsify. */
  readonly firstCommitCpuSeconds: number;
  /** From process start to the first committed tick of the slowest partition, s. */
  readonly allSeconds: number;
  /** Resident set then, MB. */
  readonly memoryMb: number;
}

export interface RestoreResult {
  readonly generator: string;
  readonly subscribers: number;
  /** Reading `subscriber_state` from its beginning, and starting from subscriber-db's snapshots. */
  readonly topic: Start;
  readonly snapshot: Start;
  /** CPU until the first commit, snapshot ÷ topic. */
  readonly cpuRatio: number;
}

/** How long a generator takes from nothing to its first committed ticks, with and without snapshots to start from. */
export async function restore(stack: BenchStack, generator: string, subscribers: number): Promise<RestoreResult> {
  const twin = await BenchTwin.create(stack, { subscribers, partitions: PARTITIONS, start: new Date(Date.now() - 3_600_000).toISOString(), groups: [generator] });
  const dir = await mkdtemp(join(tmpdir(), 'telco-twin-bench-store-'));
  const port = await freePort();
  await twin.startClock({ CLOCK_BACKFILL_TICK_MS: '1000' });
  const store = new BenchProcess({ ...twin.env, SUBSCRIBER_DB_DIR: dir, SUBSCRIBER_DB_PORT: String(port) }, 'subscriber-db');
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${url}/v1/snapshots`).then((response) => response.ok, () => false))) await sleep(200);
    const topic = await start(twin.env, generator);
    const snapshot = await start({ ...twin.env, SUBSCRIBER_DB_URL: url }, generator);
    return { generator, subscribers, topic, snapshot, cpuRatio: snapshot.firstCommitCpuSeconds / topic.firstCommitCpuSeconds };
  } finally {
    await store.stop();
    await twin.stopClock();
    await rm(dir, { recursive: true, force: true });
  }
}

async function start(env: Readonly<Record<string, string>>, generator: string): Promise<Start> {
  const process = new BenchProcess(env, generator);
  const seconds = (): number => (performance.now() - process.startedAt) / 1_000;
  try {
    let stateSeconds: number | null = null;
    while ((await process.metric('twin_ticks_total').catch(() => 0)) < 1) {
      if (stateSeconds === null && (await process.metric('twin_table_restores_total', 'source="snapshot"').catch(() => 0)) >= PARTITIONS) stateSeconds = seconds();
      await sleep(20);
    }
    const first = { stateSeconds, firstCommitSeconds: seconds(), firstCommitCpuSeconds: process.cpuSeconds() };
    // Every partition's first ticks are committed by then, as each commits all that it finds.
    while ((await process.metric('twin_transactions_total', 'committed').catch(() => 0)) < PARTITIONS) await sleep(50);
    return { ...first, restoreSeconds: process.slowestRestoreSeconds, allSeconds: seconds(), memoryMb: Math.round(process.memory()) };
  } finally {
    await process.stop();
  }
}
