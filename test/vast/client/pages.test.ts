import { Bool, Field, Int64, List, makeBuilder, makeData, RecordBatch, Schema, Struct, Utf8, type Data, type DataType } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readPages } from '../../../vast/client/select/pages.ts';
import type { ColumnField } from '../../../vast/wire/column-types.ts';
import { encodeBatch } from '../../../vast/wire/ipc.ts';
import { ipcMessageAt } from '../../../vast/wire/ipc-messages.ts';
import { rowsOf } from './support/rows.ts';

/** A stream as its messages, from batches of one schema. */
function messagesOf(batches: readonly RecordBatch[]): Uint8Array[] {
  const [schema, ...rest] = batches.flatMap((batch) => {
    const bytes = Buffer.concat(encodeBatch(batch).pieces);
    const messages: Uint8Array[] = [];
    for (let at = 0; at < bytes.byteLength; ) {
      const { byteLength } = ipcMessageAt(bytes, at);
      messages.push(bytes.subarray(at, at + byteLength));
      at += byteLength;
    }
    return messages;
  });
  const bodies = rest.filter((message) => ipcMessageAt(message, 0).kind === 'batch');
  return [schema ?? new Uint8Array(0), ...bodies, Buffer.from('ffffffff00000000', 'hex')];
}

function frame(subSplit: number, cursor: bigint, message: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(subSplit, 0);
  head.writeBigUInt64LE(cursor, 4);
  return Buffer.concat([head, message]);
}

function batchOf(fields: readonly ColumnField[], rows: readonly (readonly unknown[])[]): RecordBatch {
  const children = fields.map(({ type }, column): Data => {
    const builder = makeBuilder<DataType, null>({ type, nullValues: [null] });
    for (const row of rows) builder.append(row[column]);
    return builder.finish().flush() as Data;
  });
  return new RecordBatch(new Schema([...fields]), makeData({ type: new Struct([...fields]), length: rows.length, nullCount: 0, children }));
}

const id = new Field('id', new Int64(), true) as ColumnField;
const ok = new Field('ok', new Bool(), true) as ColumnField;
const tags = new Field('tags', new List(new Field('item', new Utf8(), true)), true) as ColumnField;
const rows = [[1n, true, ['a']], [2n, null, null], [null, false, ['b', null, 'c']], [4n, true, []], [5n, false, ['d']]];
const expected = rows.map(([a, b, c]) => ({ id: a === null ? null : String(a), ok: b, tags: c }));

function columnBatches(field: ColumnField, index: number, sizes: readonly number[]): RecordBatch[] {
  let from = 0;
  return sizes.map((size) => batchOf([field], rows.slice(from, (from += size)).map((row) => [row[index]])));
}

function read(body: Uint8Array): { readonly subSplit: number; readonly cursor: bigint; readonly rows: unknown[] }[] {
  return [...readPages(body, [id, ok, tags])].map(({ subSplit, cursor, batches }) => ({ subSplit, cursor, rows: rowsOf(batches) }));
}

describe('pages of an answer', () => {
  it('may have each column cut into batches at other rows', () => {
    const streams = [columnBatches(id, 0, [2, 3]), columnBatches(ok, 1, [5]), columnBatches(tags, 2, [1, 1, 3])].map(messagesOf);
    const body = Buffer.concat(streams.flat().map((message) => frame(0, 5n, message)));
    expect(read(body)).toEqual([{ subSplit: 0, cursor: 5n, rows: expected }]);
  });

  it('may hold several columns in one stream', () => {
    const streams = [messagesOf([batchOf([id, ok], rows)]), messagesOf([batchOf([tags], rows.map((row) => [row[2]]))])];
    const body = Buffer.concat(streams.flat().map((message) => frame(0, 5n, message)));
    expect(read(body)).toEqual([{ subSplit: 0, cursor: 5n, rows: expected }]);
  });

  it('may be interleaved, and follow each other in one sub-split', () => {
    const whole = (cursor: bigint, sub: number): Buffer[] => messagesOf([batchOf([id, ok, tags], rows)]).map((message) => frame(sub, cursor, message));
    const [a, b] = [whole(5n, 0), whole(9n, 1)];
    const mixed = a.flatMap((piece, index) => [piece, b[index] ?? Buffer.of()]);
    const pages = read(Buffer.concat([...mixed, ...whole(7n, 0)]));
    expect(pages.map(({ subSplit, cursor }) => [subSplit, cursor])).toEqual([[0, 5n], [1, 9n], [0, 7n]]);
    for (const page of pages) expect(page.rows).toEqual(expected);
  });

  it('may be empty: schemas without a batch', () => {
    const streams = [id, ok, tags].map((field) => messagesOf([batchOf([field], [])]).filter((_, index) => index !== 1));
    const body = Buffer.concat(streams.flat().map((message) => frame(0, 5n, message)));
    expect(read(body)).toEqual([{ subSplit: 0, cursor: 5n, rows: [] }]);
  });

  it('with columns of different lengths are an error', () => {
    const streams = [columnBatches(id, 0, [5]), columnBatches(ok, 1, [4]), columnBatches(tags, 2, [5])].map(messagesOf);
    expect(() => read(Buffer.concat(streams.flat().map((message) => frame(0, 5n, message))))).toThrow('4 to 5 rows');
  });

  it('with a column of another type are an error', () => {
    const other = new Field('ok', new Utf8(), true) as ColumnField;
    const streams = [columnBatches(id, 0, [5]), [batchOf([other], rows.map(() => ['x']))], columnBatches(tags, 2, [5])].map(messagesOf);
    expect(() => read(Buffer.concat(streams.flat().map((message) => frame(0, 5n, message))))).toThrow('column ok came as Utf8, expected Bool');
  });

  it('that lack a column are an error', () => {
    const streams = [columnBatches(id, 0, [5]), columnBatches(ok, 1, [5])].map(messagesOf);
    expect(() => read(Buffer.concat(streams.flat().map((message) => frame(0, 5n, message))))).toThrow('in the middle of sub-split 0');
  });
});
