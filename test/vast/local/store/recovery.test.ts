import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schema } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConflictError } from '../../../../vast/local/store/errors.ts';
import { openStore } from '../../../../vast/local/store/open.ts';
import type { Store } from '../../../../vast/local/store/types.ts';
import { body, fieldOf } from './model/arrow.ts';
import { snapshot } from './model/crash.ts';
import type { ModelColumn } from './model/model.ts';

const COLUMNS: readonly ModelColumn[] = [{ id: 1, name: 'k', type: 'integer' }, { id: 2, name: 'v', type: 'text' }];
const TABLE = ['b', 's', 't'];

let root: string;
let folder: string;
let store: Store | undefined;

const open = async (options: { readonly lastSealMs?: number; readonly log?: (line: string) => void } = {}): Promise<Store> =>
  (store = await openStore(folder, { buckets: ['b'], log: () => undefined, ...options }));
const rows = (from: number, count: number): Uint8Array =>
  body(COLUMNS, Array.from({ length: count }, (_, i) => new Map<number, bigint | string>([[1, BigInt(from + i)], [2, `v${from + i}`]])));

async function insert(from: number, count: number): Promise<void> {
  const tx = store!.begin();
  await tx.insert(TABLE, rows(from, count));
  await tx.commit();
}

async function count(): Promise<number> {
  const tx = store!.begin();
  let seen = 0;
  for await (const { rowIds } of tx.scan(TABLE, { columns: ['k'] })) seen += rowIds.length;
  await tx.rollback();
  return seen;
}

async function close(): Promise<void> {
  await store?.close();
  store = undefined;
}

/** What a kill leaves, in place of the folder. */
async function kill(): Promise<void> {
  const left = `${folder}-left`;
  snapshot(folder, left);
  await close();
  folder = left;
  rmSync(join(folder, '.store', 'lock'));
}

const log = (): string => join(folder, '.store', 'wal', readdirSync(join(folder, '.store', 'wal')).sort().at(-1)!);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'telco-twin-recovery-'));
  folder = join(root, 'data');
  await open();
  const tx = store!.begin();
  tx.createSchema(['b', 's']);
  tx.createTable(TABLE, new Schema(COLUMNS.map(fieldOf)));
  await tx.commit();
});

afterEach(async () => {
  await close();
  rmSync(root, { recursive: true });
});

describe('opening a store', () => {
  test('a damaged record in front of one that was durable is refused: it would take committed rows with it', async () => {
    await insert(0, 100);
    await insert(100, 100);
    await insert(200, 100);
    await kill();
    const bytes = readFileSync(log());
    bytes[bytes.indexOf('v150')] ^= 1;
    writeFileSync(log(), bytes);
    await expect(open()).rejects.toThrow(/is damaged at byte \d+\. Restore it from a backup/);
  });

  test('a log that is missing, or ends before the manifest, is refused', async () => {
    await insert(0, 10);
    await store!.seal();
    await kill();
    const bytes = readFileSync(log());
    writeFileSync(log(), bytes.subarray(0, bytes.length - 1));
    await expect(open()).rejects.toThrow(/ends at byte \d+, before \d+/);
    rmSync(log());
    await expect(open()).rejects.toThrow(/\.wal is missing/);
  });

  test('a missing Parquet file is named', async () => {
    await insert(0, 10);
    await close();
    const [file] = readdirSync(join(folder, ...TABLE));
    rmSync(join(folder, ...TABLE, file));
    await expect(open()).rejects.toThrow(`${file} is missing`);
  });

  test('without its own folder it takes the Parquet files for what they are: data that it must not remove', async () => {
    await insert(0, 10);
    await close();
    rmSync(join(folder, '.store'), { recursive: true });
    await expect(open()).rejects.toThrow(/\.store has nothing of it/);
    expect(readdirSync(join(folder, ...TABLE))).toHaveLength(1);
  });

  test('Parquet files of others stay where they are', async () => {
    await close();
    const other = join(folder, 'mine.parquet');
    writeFileSync(other, 'of somebody else');
    await open();
    await insert(0, 10);
    await store!.seal();
    expect(existsSync(other)).toBe(true);
  });

  test('a dropped table takes its files along once nobody reads it', async () => {
    await insert(0, 10);
    await store!.seal();
    const reader = store!.begin();
    const tx = store!.begin();
    tx.dropTable(TABLE);
    await tx.commit();
    let seen = 0;
    for await (const { rowIds } of reader.scan(TABLE, { columns: ['v'] })) seen += rowIds.length;
    expect(seen).toBe(10);
    await reader.rollback();
    await store!.seal();
    await close();
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.parquet'))).toEqual([]);
  });
});

describe('schema changes beside other transactions', () => {
  test('a column that cannot be null is not added while rows come in without it', async () => {
    const writer = store!.begin();
    await writer.insert(TABLE, rows(0, 1));
    const tx = store!.begin();
    const added = new Schema([fieldOf({ name: 'n', type: 'integer' }).clone({ nullable: false })]);
    expect(() => tx.addColumns(TABLE, added)).toThrow(ConflictError);
    await writer.commit();
    expect(() => tx.addColumns(TABLE, added)).toThrow(ConflictError);
    await tx.rollback();
  });

  test('two schemas do not move below each other', async () => {
    const setup = store!.begin();
    for (const path of [['b', 'x'], ['b', 'x', 'w'], ['b', 'y'], ['b', 'y', 'z']]) setup.createSchema(path);
    await setup.commit();
    const one = store!.begin();
    const two = store!.begin();
    one.renameSchema(['b', 'x'], ['b', 'y', 'z', 'x']);
    expect(() => two.renameSchema(['b', 'y'], ['b', 'x', 'w', 'y'])).toThrow(ConflictError);
    await one.commit();
    await two.rollback();
  });

  test('two statements of one transaction that delete the same rows at the same time count them once', async () => {
    await insert(0, 10);
    const tx = store!.begin();
    const ids = body([], [], [1, 2, 3]);
    expect(await Promise.all([tx.delete(TABLE, ids), tx.delete(TABLE, ids)])).toEqual([3, 0]);
    expect(tx.table(TABLE).rows).toBe(7);
    await tx.commit();
  });
});

describe('closing a store', () => {
  test('ends when its patience does, also while rows are still to be sealed, which the next start finds', async () => {
    await close();
    const lines: string[] = [];
    await open({ lastSealMs: 0, log: (line) => lines.push(line) });
    await insert(0, 100_000);
    await close();
    expect(lines).toContainEqual(expect.stringContaining('the next start goes on with it'));
    await open();
    expect(await count()).toBe(100_000);
    await close();
    await open();
    expect(await count()).toBe(100_000);
  });
});
