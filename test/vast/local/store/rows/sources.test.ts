import { Field, Int32, makeData, type Data } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { encodeBatch, makeBatch } from '../../../../../vast/local/store/arrow/ipc.ts';
import { ByteCache } from '../../../../../vast/local/store/rows/cache.ts';
import { CachedSources, type RawSources } from '../../../../../vast/local/store/rows/sources.ts';
import type { FileSegment } from '../../../../../vast/local/store/rows/version.ts';

const IDS = [1, 2, 3, 4];
const ROWS = 10;
const FILE: FileSegment = {
  kind: 'file', name: '1-0000000001.parquet', rows: ROWS, bytes: 1, from: 0, to: ROWS, groupRows: ROWS, columns: IDS.map((id) => ({ id, name: `c${id}` })), seq: 0,
};

const column = (id: number): Data => makeData({ type: new Int32(), length: ROWS, nullCount: 0, data: new Int32Array(ROWS).fill(id) });

function stream(names: readonly string[]): Uint8Array {
  return encodeBatch(makeBatch(names.map((name) => new Field(name, new Int32(), true)), names.map((name) => column(Number(name.slice(1)))), ROWS));
}

/** A store's files that count how often each is read. */
class Files implements RawSources {
  readonly groups: string[][] = [];
  logs = 0;
  fails = false;

  async log(): Promise<Uint8Array> {
    this.logs += 1;
    return stream(['c1']);
  }

  async meta(): Promise<[]> {
    return [];
  }

  async group(_file: string, _group: number, names: readonly string[]): Promise<Uint8Array> {
    this.groups.push([...names]);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fails) throw new Error('the disk is gone');
    return stream(names);
  }
}

const firstOf = (data: Data | undefined): unknown => (data?.values as Int32Array)[0];

describe('columns of a row group', () => {
  test('asked for one by one at the same time are read once, all together', async () => {
    const files = new Files();
    const sources = new CachedSources(files, new ByteCache(1 << 20));
    const asked = await Promise.all(IDS.map(async (id) => firstOf((await sources.group(FILE, 0, IDS)).get(id))));
    expect(asked).toEqual(IDS);
    expect(files.groups).toEqual([['c1', 'c2', 'c3', 'c4']]);
  });

  test('that are on their way, or there already, are not read again for the sake of others', async () => {
    const files = new Files();
    const sources = new CachedSources(files, new ByteCache(1 << 20));
    const [first, second] = await Promise.all([sources.group(FILE, 0, [1, 2]), sources.group(FILE, 0, [2, 3])]);
    expect([firstOf(first.get(2)), firstOf(second.get(2)), firstOf(second.get(3))]).toEqual([2, 2, 3]);
    await sources.group(FILE, 0, [1, 2, 3, 4]);
    expect(files.groups).toEqual([['c1', 'c2'], ['c3'], ['c4']]);
  });

  test('are read again after a failure, of which everybody who waited hears', async () => {
    const files = new Files();
    const sources = new CachedSources(files, new ByteCache(1 << 20));
    files.fails = true;
    const asked = await Promise.allSettled([sources.group(FILE, 0, IDS), sources.group(FILE, 0, [2])]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    files.fails = false;
    expect(firstOf((await sources.group(FILE, 0, [2])).get(2))).toBe(2);
  });
});

describe('batches of the log', () => {
  const at = (offset: number): { file: number; offset: number; length: number } => ({ file: 1, offset, length: 400 });

  test('count with the objects they are made of, which small ones mostly are', async () => {
    const files = new Files();
    const sources = new CachedSources(files, new ByteCache(10_000));
    for (let k = 0; k < 20; k++) sources.keep(at(k * 1_000), IDS.map(column));
    await sources.batch(at(19_000));
    expect(files.logs).toBe(0);
    await sources.batch(at(0));
    await sources.batch(at(15_000));
    expect(files.logs).toBe(2);
  });

  test('are forgotten when they are in a file', async () => {
    const files = new Files();
    const sources = new CachedSources(files, new ByteCache(1 << 20));
    sources.keep(at(0), IDS.map(column));
    sources.forget(at(0));
    await sources.batch(at(0));
    expect(files.logs).toBe(1);
  });
});
