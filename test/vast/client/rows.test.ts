import {
  Bool, Field, FixedSizeList, Float32, Int64, List, makeBuilder, makeData, Map_, RecordBatch, Schema, Struct, tableFromArrays, tableToIPC,
  Utf8, type Data, type DataType,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withRowIds } from '../../../vast/client/index.ts';
import { encodeBatch } from '../../../vast/wire/ipc.ts';
import { connected } from './support/connect.ts';
import { batchesOf, rowsOf } from './support/rows.ts';
import type { ReceivedCall } from './support/scripted-server.ts';

function batchOf(columns: Readonly<Record<string, { readonly type: DataType; readonly values: readonly unknown[] }>>): RecordBatch {
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, true));
  const children = Object.values(columns).map(({ type, values }): Data => {
    const builder = makeBuilder({ type, nullValues: [null] });
    for (const value of values) builder.append(value);
    return builder.finish().flush() as Data;
  });
  const length = children[0]?.length ?? 0;
  return new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children }));
}

/** Row ids for as many rows as the request holds, as VAST answers. */
function ids(call: ReceivedCall): { readonly body: Uint8Array } {
  const rows = batchesOf(call.body)[0]?.numRows ?? 0;
  return { body: tableToIPC(tableFromArrays({ $row_id: BigUint64Array.from({ length: rows }, (_, row) => BigInt(row)) })) };
}

const LIMIT = 4_700_000;

describe('inserts', () => {
  it('split what exceeds a request by measured size, and lose no row', async () => {
    // Rows grow, so that equal slices of rows would be unequal slices of bytes.
    const count = 3_000;
    const values = Array.from({ length: count }, (_, row) => 'x'.repeat(row * 3));
    const batch = batchOf({
      id: { type: new Int64(), values: values.map((_, row) => BigInt(row)) },
      text: { type: new Utf8(), values },
      odd: { type: new Bool(), values: values.map((_, row) => (row % 5 === 0 ? null : row % 2 === 1)) },
    });
    await using pair = await connected((call) => (call.target.endsWith('?rows') ? ids(call) : {}));
    const tx = await pair.client.begin();
    const given = await tx.insert('telco', 'cdrs', batch);
    const bodies = pair.server.calls.filter(({ target }) => target.endsWith('?rows')).map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(3);
    for (const body of bodies) expect(body.byteLength).toBeLessThanOrEqual(LIMIT);
    expect(bodies.flatMap((body) => rowsOf(batchesOf(body)))).toEqual(rowsOf(batch));
    expect(given.reduce((sum, vector) => sum + vector.length, 0)).toBe(count);
  });

  it('split by rows where the answer would exceed a request', async () => {
    const children = [makeData({ type: new Int64(), data: new BigInt64Array(700_000) })];
    const fields = [new Field('id', new Int64(), true)];
    const batch = new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 700_000, nullCount: 0, children }));
    await using pair = await connected(ids);
    const tx = await pair.client.begin();
    const given = await tx.insert('telco', 'cdrs', batch);
    expect(given.map(({ length }) => length)).toEqual([300_000, 300_000, 100_000]);
  });

  it('refuse a row that no request can hold, before sending it', async () => {
    await using pair = await connected(ids);
    const tx = await pair.client.begin();
    const batch = batchOf({ text: { type: new Utf8(), values: ['y'.repeat(LIMIT)] } });
    await expect(tx.insert('telco', 'cdrs', batch)).rejects.toMatchObject({ name: 'FatalError', table: 'cdrs' });
    expect(pair.server.calls.some(({ target }) => target.endsWith('?rows'))).toBe(false);
  });

  it('of no rows send nothing', async () => {
    await using pair = await connected(ids);
    const tx = await pair.client.begin();
    expect(await tx.insert('telco', 'cdrs', batchOf({ text: { type: new Utf8(), values: [] } }))).toEqual([]);
    expect(pair.server.calls.some(({ target }) => target.endsWith('?rows'))).toBe(false);
  });
});

describe('updates and deletes', () => {
  it('put the row ids in front', async () => {
    await using pair = await connected(() => ({}));
    const tx = await pair.client.begin();
    await tx.update('telco', 'cells', withRowIds(BigUint64Array.of(3n, 9n), batchOf({ name: { type: new Utf8(), values: ['a', null] } })));
    expect(rowsOf(batchesOf(pair.server.calls.at(-1)?.body ?? Buffer.of()))).toEqual([
      { $row_id: '3', name: 'a' }, { $row_id: '9', name: null },
    ]);
  });

  it('want ascending row ids for an update, and sort those of a delete', async () => {
    await using pair = await connected(() => ({}));
    const tx = await pair.client.begin();
    const update = withRowIds(BigUint64Array.of(9n, 3n), batchOf({ name: { type: new Utf8(), values: ['a', 'b'] } }));
    await expect(tx.update('telco', 'cells', update)).rejects.toMatchObject({ name: 'FatalError' });
    await tx.delete('telco', 'cells', BigUint64Array.of(9n, 2n ** 60n, 3n));
    expect(rowsOf(batchesOf(pair.server.calls.at(-1)?.body ?? Buffer.of()))).toEqual(['3', '9', String(2n ** 60n)].map((id) => ({ $row_id: id })));
  });
});

describe('the body of a batch', () => {
  it('shares the buffers of the batch', () => {
    const data = BigInt64Array.from({ length: 1_000 }, (_, row) => BigInt(row));
    const fields = [new Field('id', new Int64(), false)];
    const children = [makeData({ type: new Int64(), data })];
    const { pieces, byteLength } = encodeBatch(
      new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 1_000, nullCount: 0, children })),
    );
    expect(pieces.some(({ buffer, byteLength: bytes }) => buffer === data.buffer && bytes === data.byteLength)).toBe(true);
    expect(byteLength).toBe(Buffer.concat(pieces).byteLength);
  });

  it('reads back as any slice of any columns', () => {
    const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
    const row = fc.record({
      id: nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      flag: nullable(fc.boolean()),
      text: nullable(fc.string()),
      tags: nullable(fc.array(fc.string(), { maxLength: 4 })),
      point: nullable(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }))),
      details: nullable(fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 3, noNullPrototype: true })),
    });
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.nat(39), fc.nat(40), (rows, from, length) => {
      const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map((each) => each[name]);
      const batch = batchOf({
        id: { type: new Int64(), values: column('id') },
        flag: { type: new Bool(), values: column('flag') },
        text: { type: new Utf8(), values: column('text') },
        tags: { type: new List(new Field('item', new Utf8(), true)), values: column('tags') },
        point: { type: new FixedSizeList(2, new Field('item', new Float32(), false)), values: column('point') },
        details: {
          type: new Map_(new Field('entries', new Struct<{ key: Utf8; value: Utf8 }>([new Field('key', new Utf8(), false), new Field('value', new Utf8(), true)]), false)),
          values: column('details').map((details) => (details === null ? null : new Map(Object.entries(details)))),
        },
      });
      const start = Math.min(from, rows.length - 1);
      const slice = batch.slice(start, Math.min(rows.length, start + length + 1));
      const back = batchesOf(Buffer.concat(encodeBatch(slice).pieces));
      expect(rowsOf(back)).toEqual(rowsOf(batch).slice(start, start + slice.numRows));
    }), { numRuns: 60 });
  });
});
