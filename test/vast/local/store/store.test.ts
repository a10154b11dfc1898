import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Field, Int64, RecordBatch, Schema, Struct, Uint64, Utf8, makeData, vectorFromArray } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeBatch } from '../../../../vast/local/store/arrow/ipc.ts';
import { openStore } from '../../../../vast/local/store/open.ts';
import type { Store, Transaction } from '../../../../vast/local/store/types.ts';

const TABLE = ['b', 's', 't'];
const SCHEMA = new Schema([new Field('k', new Int64(), true), new Field('v', new Utf8(), true)]);
const WRITER = join(import.meta.dirname, 'writer.ts');

let folder: string;
let store: Store;

const open = (): Promise<Store> => openStore(folder, { buckets: ['b'], log: () => undefined });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telco-twin-store-'));
  store = await open();
  await within((tx) => {
    tx.createSchema(['b', 's']);
    tx.createTable(TABLE, SCHEMA);
  });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function within(work: (tx: Transaction) => unknown): Promise<void> {
  const tx = store.begin();
  await work(tx);
  await tx.commit();
}

function stream(columns: Record<string, readonly unknown[]>): Uint8Array {
  const types: Record<string, Int64 | Utf8 | Uint64> = { k: new Int64(), v: new Utf8(), $row_id: new Uint64() };
  const names = Object.keys(columns);
  const children = names.map((name) => vectorFromArray(columns[name], types[name]).data[0]);
  const fields = names.map((name) => new Field(name, types[name], name !== '$row_id'));
  const schema = new Schema(fields);
  return encodeBatch(new RecordBatch(schema, makeData({ type: new Struct(fields), length: columns[names[0]].length, nullCount: 0, children })));
}

const rows = (from: number, count: number, mark = 'a'): Uint8Array =>
  stream({ k: Array.from({ length: count }, (_, i) => BigInt(from + i)), v: Array.from({ length: count }, (_, i) => `${mark}${from + i}`) });

async function read(tx: Transaction): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for await (const { batch } of tx.scan(TABLE, { columns: ['k', 'v'] })) {
    for (let i = 0; i < batch.numRows; i++) found.set(Number(batch.getChildAt(0)!.get(i)), String(batch.getChildAt(1)!.get(i)));
  }
  return found;
}

async function committed(): Promise<Map<number, string>> {
  const tx = store.begin();
  try {
    return await read(tx);
  } finally {
    await tx.rollback();
  }
}

describe('the local store', () => {
  test('a transaction sees its own rows, others not until it commits, and keeps its view', async () => {
    const writer = store.begin();
    await writer.insert(TABLE, rows(0, 10));
    const before = store.begin();
    expect((await read(writer)).size).toBe(10);
    expect((await committed()).size).toBe(0);
    await writer.commit();
    expect((await committed()).size).toBe(10);
    expect((await read(before)).size).toBe(0);
    await before.rollback();
  });

  test('a rolled back insert leaves nothing, and its row ids are not given again', async () => {
    const lost = store.begin();
    expect(await lost.insert(TABLE, rows(0, 5))).toEqual({ first: 0, count: 5 });
    await lost.rollback();
    await within(async (tx) => { expect(await tx.insert(TABLE, rows(5, 2))).toEqual({ first: 5, count: 2 }); });
    expect([...(await committed()).keys()]).toEqual([5, 6]);
  });

  test('updates and deletes hold through sealing and reopening; direct readers find one file', async () => {
    await within((tx) => tx.insert(TABLE, rows(0, 1_000)));
    await store.seal();
    await within(async (tx) => {
      expect(await tx.update(TABLE, stream({ $row_id: [3n, 7n, 5_000n], v: ['three', 'seven', 'nobody'] }))).toBe(2);
      expect(await tx.delete(TABLE, stream({ $row_id: [0n, 1n, 2n] }))).toBe(3);
      await tx.insert(TABLE, rows(1_000, 10));
    });
    const expected = new Map(Array.from({ length: 1_007 }, (_, i): [number, string] => [i + 3, `a${i + 3}`]));
    expected.set(3, 'three').set(7, 'seven');
    expect(await committed()).toEqual(expected);
    await store.close();
    store = await open();
    expect(await committed()).toEqual(expected);
    const files = readdirSync(join(folder, ...TABLE)).filter((name) => name.endsWith('.parquet'));
    expect(files).toHaveLength(1);
  });

  test('commits wait for the sealing when the log holds too much, whoever commits; nothing else begins one', async () => {
    await store.close();
    const patient = { sealAfterMs: 3_600_000, sealBytes: 1 << 40 };
    store = await openStore(folder, { buckets: ['b'], log: () => undefined, ...patient, unsealedLimitBytes: 64 << 10 });
    const sealedFiles = (): number => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet')).length;
    await within((tx) => tx.insert(TABLE, rows(0, 500)));
    expect(sealedFiles()).toBe(0);
    await Promise.all(Array.from({ length: 40 }, (_, i) => within((tx) => tx.insert(TABLE, rows((i + 1) * 500, 500)))));
    for (let i = 41; i < 60; i++) await within((tx) => tx.insert(TABLE, rows(i * 500, 500)));
    expect(sealedFiles()).toBeGreaterThan(0);
    expect((await committed()).size).toBe(30_000);
  });

  test('a transaction that nobody speaks of is rolled back; one that is read from, however slowly, is not', async () => {
    await store.close();
    store = await openStore(folder, { buckets: ['b'], log: () => undefined, transactionIdleMs: 6_000 });
    for (let i = 0; i < 4; i++) await within((tx) => tx.insert(TABLE, rows(i * 65_536, 65_536)));
    const reader = store.begin();
    const other = store.begin();
    let batches = 0;
    for await (const { batch } of reader.scan(TABLE, { columns: ['k'] })) {
      expect(batch.numRows).toBeGreaterThan(0);
      batches++;
      await sleep(2_500);
    }
    expect(batches).toBeGreaterThan(2);
    expect(reader.tables(['b', 's'])).toHaveLength(1);
    expect(() => other.tables(['b', 's'])).toThrow(/idle for too long/);
    await reader.rollback();
  });

  test('the second writer of a row is refused at its statement', async () => {
    await within((tx) => tx.insert(TABLE, rows(0, 3)));
    const one = store.begin();
    const two = store.begin();
    await one.update(TABLE, stream({ $row_id: [1n], v: ['one'] }));
    await expect(two.update(TABLE, stream({ $row_id: [1n], v: ['two'] }))).rejects.toThrow(/being changed by another transaction/);
    await one.commit();
    await expect(two.delete(TABLE, stream({ $row_id: [1n] }))).rejects.toThrow(/changed after this transaction began/);
    await two.rollback();
    expect((await committed()).get(1)).toBe('one');
  });

  test('a snapshot reads on while its files are replaced', async () => {
    await within((tx) => tx.insert(TABLE, rows(0, 100)));
    await store.seal();
    const old = store.begin();
    await within((tx) => tx.delete(TABLE, stream({ $row_id: Array.from({ length: 50 }, (_, i) => BigInt(i)) })));
    await store.seal();
    expect((await read(old)).size).toBe(100);
    expect((await committed()).size).toBe(50);
    await old.rollback();
  });

  test('columns added, renamed and dropped: old rows follow, sealed and not', async () => {
    await within((tx) => tx.insert(TABLE, rows(0, 4)));
    await store.seal();
    await within((tx) => {
      tx.renameColumn(TABLE, 'v', 'w');
      tx.addColumns(TABLE, new Schema([new Field('x', new Utf8(), true)]));
      tx.renameTable(TABLE, ['b', 's', 'u']);
    });
    await store.seal();
    const tx = store.begin();
    for await (const { batch } of tx.scan(['b', 's', 'u'], { columns: ['w', 'x'] })) {
      expect(batch.getChildAt(0)!.toArray()).toEqual(['a0', 'a1', 'a2', 'a3']);
      expect(batch.getChildAt(1)!.nullCount).toBe(4);
    }
    await tx.rollback();
    expect(readdirSync(join(folder, 'b', 's', 'u'))).toHaveLength(1);
    expect(readdirSync(join(folder, ...TABLE)).filter((name) => name.endsWith('.parquet'))).toHaveLength(0);
  });

  test('files that are moved while they are being merged, as their table is renamed, keep their rows', async () => {
    for (let i = 0; i < 4; i++) {
      await within((tx) => tx.insert(TABLE, rows(i * 65_536, 65_536)));
      await store.seal();
    }
    await within((tx) => tx.delete(TABLE, stream({ $row_id: Array.from({ length: 4 }, (_, i) => BigInt(i * 65_536)) })));
    const sealing = store.seal();
    let [name, other] = [TABLE, ['b', 's', 'u']];
    for (let i = 0; i < 5; i++) {
      await sleep(15);
      await within((tx) => { tx.renameTable(name, other); });
      [name, other] = [other, name];
    }
    await sealing;
    const tx = store.begin();
    let found = 0;
    for await (const { rowIds } of tx.scan(name, { columns: ['k'] })) found += rowIds.length;
    await tx.rollback();
    expect(found).toBe(4 * 65_535);
  });

  test('the folder is locked', async () => {
    await expect(open()).rejects.toThrow(/is in use by process/);
  });

  test('kill -9 while it inserts and commits: what was answered is there, whole; a torn tail is cut off', { timeout: 300_000 }, async () => {
    await store.close();
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [WRITER, folder, String(round * 1_000_000)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      let answered = 0;
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        answered = text.split('\n').length - 1;
        if (answered >= 3 + 4 * round) child.kill('SIGKILL');
      });
      await ended;
      const last = readdirSync(join(folder, '.store', 'wal')).sort().at(-1)!;
      await appendFile(join(folder, '.store', 'wal', last), Buffer.from('torn record of a crash'));
      store = await open();
      const found = [...(await committed()).keys()].filter((k) => k >= round * 1_000_000 && k < (round + 1) * 1_000_000);
      // Transactions of 500 rows: each is there or not, and at least those that were answered are.
      expect(found.length % 500).toBe(0);
      expect(found.length / 500).toBeGreaterThanOrEqual(answered);
      expect(new Set(found).size).toBe(found.length);
      await store.close();
    }
    store = await open();
  });
});
