import { makeData, type Data, type Int32, type List, type Map_, type Utf8 } from 'apache-arrow';
import { arrowType, type Column, type ColumnKind } from '../tables/columns.ts';

/**
 * A column from values one by one: for records that are few, and for fields that this build has no decoder for.
 * @param values as avsc decodes them; undefined counts as null
 */
export function boxedColumn({ kind }: Pick<Column, 'kind'>, values: readonly unknown[]): Data {
  switch (kind) {
    case 'text': case 'enum': return texts(values as Maybe<string>[]);
    case 'int': return numbers(kind, values as Maybe<number>[], new Int32Array(values.length));
    case 'float': return numbers(kind, values as Maybe<number>[], new Float32Array(values.length));
    case 'double': return numbers(kind, values as Maybe<number>[], new Float64Array(values.length));
    case 'long': case 'timestamp': return longs(kind, values as Maybe<number>[]);
    case 'boolean': return booleans(values as Maybe<boolean>[]);
    case 'texts': return lists(kind, 'text', values as Maybe<readonly string[]>[]);
    case 'ints': return lists(kind, 'int', values as Maybe<readonly number[]>[]);
    case 'map': return maps(values as Maybe<Readonly<Record<string, string>>>[]);
  }
}

type Maybe<T> = T | null | undefined;

/** The value at the end of a path into nested objects; null when one of them is. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? null;
}

function texts(values: readonly Maybe<string>[]): Data<Utf8> {
  // A UTF-16 unit is at most three bytes of UTF-8.
  const bytes = Buffer.allocUnsafeSlow(values.reduce<number>((sum, value) => sum + (value?.length ?? 0) * 3, 0));
  const valueOffsets = new Int32Array(values.length + 1);
  let at = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    if (value !== null && value !== undefined) at += bytes.write(value, at);
    valueOffsets[row + 1] = at;
  }
  return makeData({ type: arrowType('text') as Utf8, length: values.length, ...nulls(values), valueOffsets, data: bytes.subarray(0, at) });
}

function numbers(kind: 'int' | 'float' | 'double', values: readonly Maybe<number>[], data: Int32Array | Float32Array | Float64Array): Data {
  for (let row = 0; row < values.length; row += 1) data[row] = values[row] ?? 0;
  return makeData({ type: arrowType(kind) as Int32, length: values.length, ...nulls(values), data: data as Int32Array });
}

function longs(kind: 'long' | 'timestamp', values: readonly Maybe<number>[]): Data {
  const data = BigInt64Array.from(values, (value) => BigInt(value ?? 0));
  return makeData({ type: arrowType(kind) as Int32, length: values.length, ...nulls(values), data: data as unknown as Int32Array });
}

function booleans(values: readonly Maybe<boolean>[]): Data {
  const data = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value === true) data[row >> 3] |= 1 << (row & 7);
  });
  return makeData({ type: arrowType('boolean') as Int32, length: values.length, ...nulls(values), data: data });
}

function lists(kind: 'texts' | 'ints', item: ColumnKind, values: readonly Maybe<readonly unknown[]>[]): Data<List> {
  return makeData({
    type: arrowType(kind) as List, length: values.length, ...nulls(values),
    valueOffsets: offsets(values, (list) => list.length), child: boxedColumn({ kind: item }, values.flatMap((list) => list ?? [])),
  });
}

function maps(values: readonly Maybe<Readonly<Record<string, string>>>[]): Data<Map_> {
  const type = arrowType('map') as Map_;
  const entries = values.map((map) => (map === null || map === undefined ? null : Object.entries(map)));
  const flat = entries.flatMap((pairs) => pairs ?? []);
  const child = makeData({
    type: type.children[0].type, length: flat.length, nullCount: 0, children: [texts(flat.map(([key]) => key)), texts(flat.map(([, value]) => value))],
  });
  return makeData({ type, length: values.length, ...nulls(values), valueOffsets: offsets(entries, (pairs) => pairs.length), child });
}

function offsets<T>(values: readonly Maybe<T>[], lengthOf: (value: T) => number): Int32Array {
  const ends = new Int32Array(values.length + 1);
  values.forEach((value, row) => {
    ends[row + 1] = ends[row] + (value === null || value === undefined ? 0 : lengthOf(value));
  });
  return ends;
}

function nulls(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array | undefined } {
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  for (let row = 0; row < values.length; row += 1) {
    if (values[row] === null || values[row] === undefined) nullCount += 1;
    else nullBitmap[row >> 3] |= 1 << (row & 7);
  }
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}
