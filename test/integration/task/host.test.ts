import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admin, decodeHeaders, listOffsets, LogWriter, readRange } from '../../../topology/log/index.ts';
import { brokerProfiles, type BrokerProfile } from '../../../topology/log/net/profile.ts';
import { CursorMissingError, TicksExpiredError } from '../../../topology/task/errors.ts';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { counterGraph, createProcessor } from './counter.ts';
import { TestTwin } from './twin.ts';

const PARTITIONS = 3;
let twin: TestTwin;
let hosts: ProcessorHost[];

beforeEach(async () => {
  twin = await TestTwin.create(await sharedKafka(), await sharedRegistry(), uniquePrefix(), PARTITIONS);
  hosts = [];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await twin.close();
});

function host(env: Record<string, string> = {}, profile?: BrokerProfile): ProcessorHost {
  const all = { ...twin.env, LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent', COMMIT_INTERVAL_MS: '50', ...env };
  const created = new ProcessorHost({
    processors: [{ graph: counterGraph, module: { createProcessor } }],
    cluster: { bootstrap: [twin.broker], ...(profile && { profile }) }, settings: settingsFromEnv(all), env: all, logger: pino({ level: all.LOG_LEVEL }),
  });
  hosts.push(created);
  return created;
}

async function get(running: ProcessorHost, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${running.url}${path}`);
  return { status: response.status, text: await response.text() };
}

/** Polls until the host answers as wanted; the test's time-out bounds it. */
async function until(running: ProcessorHost, path: string, wanted: (answer: { status: number; text: string }) => boolean): Promise<string> {
  for (;;) {
    const answer = await get(running, path);
    if (wanted(answer)) return answer.text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a processor on a real broker', () => {
  it('writes each tick once, from state as of the tick, and reports it', async () => {
    await twin.rounds(40);
    const running = host();
    await running.start();
    await twin.settled();
    await twin.rounds(20, { mode: 'LIVE' });
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    expect(JSON.parse(await until(running, '/readyz', ({ status }) => status === 200))).toEqual({ ready: true, reasons: [] });
    expect((await get(running, '/livez')).status).toBe(200);
    const lines = twin.expected().flat().length;
    const metrics = await until(running, '/metrics', ({ text }) => text.includes(`twin_events_total{stream="cdrs"} ${lines}\n`));
    expect(metrics).toContain('twin_lag_seconds{processor="counter",partition="0"} 0\n');
    expect(metrics).toContain(`twin_ticks_total{processor="counter"} ${60 * PARTITIONS}\n`);
    expect(metrics).toContain(`twin_tasks{processor="counter",state="RUNNING"} ${PARTITIONS}\n`);
    expect(metrics).toMatch(/process_cpu_seconds_total/);
  });

  it('begins a transaction with each tick that names new state', async () => {
    for (let change = 0; change < 20; change++) {
      await twin.changeNetwork('cell:1', `n${change}`);
      twin.tick();
      twin.tick();
      await twin.commit();
    }
    const running = host();
    await running.start();
    await twin.settled();
    const text = await until(running, '/metrics', ({ text: answer }) => answer.includes(`twin_ticks_total{processor="counter"} ${40 * PARTITIONS}\n`));
    const committed = Number(/^twin_transactions_total\{[^}]*outcome="committed"[^}]*\} (\d+)$/m.exec(text)?.[1]);
    expect(committed).toBeGreaterThanOrEqual(20 * PARTITIONS);
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });

  it('gives two tasks of one process that stand far apart the look-ups of their own ticks', async () => {
    await twin.rounds(100, { partitions: [0] });
    const running = host();
    await running.start();
    await until(running, '/metrics', ({ text }) => text.includes('twin_ticks_total{processor="counter"} 100\n'));
    await twin.changeNetwork('cell:1', 'new');
    twin.tick({ partitions: [1] });
    await twin.commit();
    await twin.changeSubscriber(2, '3', 'swapped');
    twin.tick({ partitions: [2] });
    await twin.commit();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });

  it('goes on from task_state when the committed offsets are gone', async () => {
    await twin.rounds(12);
    const first = host();
    await first.start();
    await twin.settled();
    await first.stop();
    const group = twin.names.group(counterGraph.name);
    await new Admin(twin.cluster).deleteGroups([group]);
    expect(await new Admin(twin.cluster).committedOffsets(group)).toEqual([]);
    await twin.rounds(12);
    const second = host();
    await second.start();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });

  // The clock waits for the group's offsets: without that it would never tick again, and the tasks never have anything to commit.
  it.each(brokerProfiles)('commits where it stands when the committed offsets are gone and no tick is left ($name)', async (profile) => {
    await twin.rounds(5);
    const first = host({}, profile);
    await first.start();
    await twin.settled();
    await first.stop();
    const admin = new Admin(twin.cluster);
    const group = twin.names.group(counterGraph.name);
    const offsets = async (): Promise<Map<number, number>> => new Map((await admin.committedOffsets(group)).map(({ partition, offset }) => [partition, offset]));
    const stood = await offsets();
    expect(stood.size).toBe(PARTITIONS);
    await admin.deleteGroups([group]);
    await host({}, profile).start();
    await vi.waitFor(async () => { expect(await offsets()).toEqual(stood); }, { timeout: 60_000, interval: 100 });
    await twin.rounds(5);
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });

  it('ends, and leaves its work to the next owner, while its tasks look back', async () => {
    await twin.rounds(6);
    const first = host({ COUNTER_LOOKS_BACK: '', SHUTDOWN_GRACE_MS: '600000' });
    await first.start();
    await until(first, '/metrics', ({ text }) => text.includes(`twin_tasks{processor="counter",state="RUNNING"} ${PARTITIONS}\n`));
    await first.stop();
    await host().start();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });

  it('refuses to start over when there is output but no cursor', async () => {
    await twin.rounds(3);
    const writer = await LogWriter.open(twin.cluster);
    writer.append(twin.names.topic('cdrs'), 1, Date.now(), null, Buffer.from('left behind'));
    await writer.flush();
    await writer.close();
    const running = host();
    await running.start();
    const reason = await running.ended;
    expect(reason).toBeInstanceOf(CursorMissingError);
    expect(reason?.message).toContain(`counter, partition 1: ${twin.names.topic('cdrs')} has records`);
    expect(await twin.committed('cdrs', 1)).toEqual(['left behind']);
  });

  it('refuses to go on when ticks are missing', async () => {
    await twin.rounds(6);
    const [end] = await listOffsets(twin.cluster, [{ topic: twin.names.topic('sim_ticks'), partition: 0 }], 'latest', 'read_uncommitted');
    await twin.rounds(2);
    await new Admin(twin.cluster).deleteRecords([{ topic: twin.names.topic('sim_ticks'), partition: 0, offset: end.offset }]);
    const running = host();
    await running.start();
    const reason = await running.ended;
    expect(reason).toBeInstanceOf(TicksExpiredError);
    expect(reason?.message).toContain('counter.0 has produced nothing yet, but the next tick in the log is 6');
  });

  it('commits nothing on a tick of another model version and says so', async () => {
    await twin.rounds(5);
    await twin.rounds(2, { modelVersion: 9 });
    const running = host();
    await running.start();
    const text = await until(running, '/readyz', ({ text: answer }) => answer.split('is REFUSING').length === PARTITIONS + 1);
    expect(text).toContain('the next tick is of model version 9, this build implements 1');
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    expect((await get(running, '/livez')).status).toBe(200);
  });

  it('moves what is no tick to dead_letters and goes on', async () => {
    twin.writeRawTick(0, Buffer.from([1, 2, 3]));
    twin.writeRawTick(0, null);
    await twin.commit();
    await twin.rounds(3);
    twin.writeRawTick(1, Buffer.from([0, 0, 0, 0, 1, 255]));
    await twin.commit();
    await twin.rounds(3);
    const running = host();
    await running.start();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    const letters = [...await deadLetters(0), ...await deadLetters(1)];
    const sim = twin.names.topic('sim_ticks');
    expect(letters.map(({ topic, partition, offset, processor, value }) => ({ topic, partition, offset, processor, value }))).toEqual([
      { topic: sim, partition: '0', offset: '0', processor: 'counter', value: '010203' },
      { topic: sim, partition: '0', offset: '1', processor: 'counter', value: null },
      { topic: sim, partition: '1', offset: expect.any(String) as string, processor: 'counter', value: '0000000001ff' },
    ]);
    expect(letters[0].reason).toContain("the tick can't be decoded: a value of 3 bytes is too short");
    expect(letters[1].reason).toBe('a tick has no value');
  });

  it('never produces a tick twice that was written twice', async () => {
    await twin.rounds(2);
    twin.writeRawTick(0, twin.encodeTick({
      partition: 0, sequence: 1, from: twin.start + 1_000, to: twin.start + 2_000, mode: 'BACKFILL', modelVersion: 1, scenarioStateEnd: 0, networkStateEnd: 0,
      subscriberStateEnds: [0, 0, 0],
    }));
    await twin.commit();
    await twin.rounds(2);
    const running = host();
    await running.start();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    expect((await deadLetters(0)).map(({ reason }) => reason)).toEqual(['tick 1 comes after tick 1, so it has been produced already']);
  });
});

async function deadLetters(partition: number): Promise<Record<string, string | null>[]> {
  const topic = twin.names.topic('dead_letters');
  const letters: Record<string, string | null>[] = [];
  const [end] = await listOffsets(twin.cluster, [{ topic, partition }], 'latest', 'read_uncommitted');
  await readRange(twin.cluster, topic, partition, 0, end.offset, (_offset, _timestamp, bytes, _keyStart, _keyEnd, valueStart, valueEnd, headersStart) => {
    const headers = decodeHeaders(bytes, headersStart).map(({ key, value }) => [key, value === null ? null : Buffer.from(value).toString()]);
    letters.push({
      ...Object.fromEntries(headers) as Record<string, string | null>,
      value: valueStart < 0 ? null : bytes.toString('hex', valueStart, valueEnd),
    });
  });
  return letters;
}
