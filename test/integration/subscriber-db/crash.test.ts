import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../../../schemas/codec.ts';
import type { Subscriber } from '../../../schemas/generated/Subscriber.generated.ts';
import { frame, readWireHeader } from '../../../schemas/wire.ts';
import { listOffsets, LogWriter, partitionFor, readRange, type TopicPartition } from '../../../topology/log/index.ts';
import { TestTwin } from '../twin/twin.ts';
import { StoreProcess } from './support.ts';

const SUBSCRIBERS = 20_000;
const PARTITIONS = 3;
/** Subscribers that change, again and again. */
const CHANGED = 1_000;
/** Look-ups under way at a time. */
const AT_ONCE = 16;
/** Kills in all; `KILLS=20` for the full count. */
const KILLS = Number(process.env.KILLS ?? 5);

let twin: TestTwin;
let folder = '';

beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: SUBSCRIBERS, partitions: PARTITIONS, start: '2026-03-02T16:30:00Z' });
  folder = mkdtempSync(join(tmpdir(), 'telco-twin-crash-'));
});

afterAll(async () => {
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Folded {
  readonly schema: number;
  readonly subscribers: ReadonlyMap<string, Subscriber>;
}

/** End of a partition once nothing before it is undecided: brokers write the markers of a commit a little after they have answered it. */
async function settledEnd(place: TopicPartition): Promise<number> {
  for (;; await sleep(20)) {
    const [[all], [committed]] = [await listOffsets(twin.cluster, [place], 'latest', 'read_uncommitted'), await listOffsets(twin.cluster, [place], 'latest', 'read_committed')];
    if (committed.offset === all.offset) return committed.offset;
  }
}

/** What `subscriber_state` says of everybody: its committed records, newest last. */
async function fold(): Promise<Folded> {
  const subscribers = new Map<string, Subscriber>();
  let schema = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const place = { topic: twin.names.topic('subscriber_state'), partition };
    const end = await settledEnd(place);
    await readRange(twin.cluster, place.topic, partition, 0, end, (_offset, _time, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      const key = bytes.toString('utf8', keyStart, keyEnd);
      subscribers.delete(key);
      if (valueStart < 0) return;
      schema = readWireHeader(bytes, valueStart, valueEnd);
      subscribers.set(key, decodeRecord('Subscriber', bytes.subarray(valueStart + 5, valueEnd)));
    }, { isolation: 'read_committed' });
  }
  return { schema, subscribers };
}

/** Changes subscribers until told to stop: SIM, status and number of calls, some deleted, a third of the transactions aborted. */
async function change({ schema, subscribers }: Folded, stopping: () => boolean): Promise<number> {
  const changed = [...subscribers.values()].slice(0, CHANGED);
  const writer = await LogWriter.open(twin.cluster, { transactionalId: `${twin.names.prefix}crash-test` });
  let changes = 0;
  for (let round = 0; !stopping(); round++) {
    for (let k = 0; k < 40; k++, changes++) {
      const before = changed[(changes * 7_919) % changed.length];
      const key = Buffer.from(String(before.subscriber_id));
      const after: Subscriber = {
        ...before, imsi: String(1_019_000_000_000 + changes).padStart(15, '0'), status: changes % 5 === 0 ? 'SUSPENDED' : 'ACTIVE', version: before.version + 1 + changes,
        activity: { ...before.activity, calls_per_day: changes % 9 },
      };
      const value = changes % 97 === 96 ? null : frame(schema, encodeRecord('Subscriber', after));
      writer.append(twin.names.topic('subscriber_state'), partitionFor(key, PARTITIONS), Date.now(), key, value);
    }
    await writer.flush();
    if (round % 3 === 2) await writer.abort();
    else await writer.commit();
    await sleep(100);
  }
  await writer.close();
  return changes;
}

/** What a power failure or a bad disk may leave: a file cut anywhere, or a changed byte. */
function damage(dir: string, kind: 'torn' | 'corrupt'): void {
  const files = readdirSync(dir).filter((name) => name.endsWith('.log')).map((name) => join(dir, name)).filter((file) => statSync(file).size > 1_000);
  if (files.length === 0) return;
  const file = files[Math.floor(Math.random() * files.length)];
  const at = Math.floor(Math.random() * statSync(file).size);
  if (kind === 'torn') return truncateSync(file, at);
  const handle = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  writeSync(handle, Buffer.of(byte[0] ^ 0x55), 0, 1, at);
  closeSync(handle);
}

it('equals the fold of the topics after kills during restore and write, torn files and corrupt ones', async () => {
  const dir = join(folder, 'killed');
  let stopping = false;
  const changing = change(await fold(), () => stopping);
  for (let kill = 0; kill < KILLS; kill++) {
    // Every other time from nothing, so that the kill falls into the first read of the topics.
    if (kill % 2 === 0) rmSync(dir, { recursive: true, force: true });
    const store = new StoreProcess(twin.env, dir);
    await store.url;
    await sleep(Math.random() * 1_500);
    await store.kill();
    if (kill % 3 === 1) damage(dir, 'torn');
    if (kill % 3 === 2) damage(dir, 'corrupt');
  }
  stopping = true;
  expect(await changing).toBeGreaterThan(0);

  const { subscribers } = await fold();
  const survivor = new StoreProcess(twin.env, dir);
  await survivor.ready();
  const { body } = await survivor.get<{ subscribers: number }>('/v1/twin');
  expect(body.subscribers).toBe(subscribers.size);
  // Whoever was changed, and a tenth of the others.
  const asked = [...subscribers].filter(([, { subscriber_id, version }]) => version > 1 || subscriber_id % 10 === 0);
  for (let k = 0; k < asked.length; k += AT_ONCE) {
    await Promise.all(asked.slice(k, k + AT_ONCE).map(async ([key, record]) => {
      expect((await survivor.get(`/v1/subscribers/${key}`)).body, key).toEqual({ ...record, subscriber_id: key });
      expect((await survivor.get(`/v1/subscribers/imsi/${record.imsi}`)).body.subscriber_id, record.imsi).toBe(key);
    }));
  }

  // What generators start from: the same bytes as of a store that read everything at once.
  const fresh = new StoreProcess(twin.env, join(folder, 'fresh'));
  await fresh.ready();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const [a, b] = [await survivor.snapshot('subscriber_state', partition), await fresh.snapshot('subscriber_state', partition)];
    expect(a.header).toEqual(b.header);
    for (const [name, section] of Object.entries(b.sections)) expect(Buffer.compare(a.sections[name], section), name).toBe(0);
  }
  expect(await survivor.stop()).toBe(0);
  expect(await fresh.stop()).toBe(0);
}, 600_000);

it('says in its log which file it rebuilds, and is not ready before it has', async () => {
  const dir = join(folder, 'fresh');
  truncateSync(join(dir, 'subscriber_state-1.log'), Math.floor(statSync(join(dir, 'subscriber_state-1.log')).size / 2));
  const store = new StoreProcess(twin.env, dir);
  await store.ready();
  expect(store.warnings.filter((warning) => warning.includes('subscriber_state-1.log'))).toHaveLength(1);
  expect(store.warnings.join()).toMatch(/torn or corrupt.*rebuilt from the topic/);
  expect(await store.metric('twin_store_rebuilds_total', 'subscriber_state')).toBe(1);
  expect((await store.get<{ subscribers: number }>('/v1/twin')).body.subscribers).toBe((await fold()).subscribers.size);
  await store.kill();
}, 120_000);

it('leaves a folder alone that another process has', async () => {
  const dir = join(folder, 'fresh');
  const holder = new StoreProcess(twin.env, dir);
  await holder.ready();
  const { code, errors } = await new StoreProcess(twin.env, dir).ended();
  expect(code).toBe(1);
  expect(errors).toMatch(/is in use by the subscriber-db of process \d+.*SUBSCRIBER_DB_DIR/);
  expect((await holder.get<{ subscribers: number }>('/v1/twin')).status).toBe(200);
  expect(await holder.stop()).toBe(0);
  expect(readdirSync(dir)).not.toContain('lock');
}, 120_000);
