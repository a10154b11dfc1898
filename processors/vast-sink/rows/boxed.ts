import { makeBuilder, makeData, type Data, type DataType, type List, type Map_ } from 'apache-arrow';
import { arrowType, type Column, type ColumnKind } from '../tables/columns.ts';

/**
 * A column from values one by one: for records that are few, and for fields that this build has no decoder for.
 * @param values as avsc decodes them; undefined counts as null
 */
export function boxedColumn({ kind }: Pick<Column, 'kind'>, values: readonly unknown[]): Data {
  switch (kind) {
    case 'texts': return lists(kind, 'text', values as readonly (readonly string[] | null | undefined)[]);
    case 'ints': return lists(kind, 'int', values as readonly (readonly number[] | null | undefined)[]);
    case 'map': return maps(values as readonly (Readonly<Record<string, string>> | null | undefined)[]);
    case 'long': return scalars(kind, values.map((value) => (value === null || value === undefined ? null : BigInt(value as number))));
    default: return scalars(kind, values);
  }
}

/** The value at the end of a path into nested objects; null when one of them is. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? null;
}

function scalars(kind: ColumnKind, values: readonly unknown[]): Data {
  const builder = makeBuilder<DataType, null | undefined>({ type: arrowType(kind), nullValues: [null, undefined] });
  for (const value of values) builder.append(value);
  return builder.finish().flush() as Data;
}

function lists(kind: 'texts' | 'ints', item: ColumnKind, values: readonly (readonly unknown[] | null | undefined)[]): Data<List> {
  return makeData({
    type: arrowType(kind) as List, length: values.length, ...nulls(values),
    valueOffsets: offsets(values, (list) => list.length), child: scalars(item, values.flatMap((list) => list ?? [])),
  });
}

function maps(values: readonly (Readonly<Record<string, string>> | null | undefined)[]): Data<Map_> {
  const type = arrowType('map') as Map_;
  const entries = values.map((map) => (map === null || map === undefined ? null : Object.entries(map)));
  const flat = entries.flatMap((pairs) => pairs ?? []);
  const child = makeData({
    type: type.children[0].type, length: flat.length, nullCount: 0,
    children: [scalars('text', flat.map(([key]) => key)), scalars('text', flat.map(([, value]) => value))],
  });
  return makeData({ type, length: values.length, ...nulls(values), valueOffsets: offsets(entries, (pairs) => pairs.length), child });
}

function offsets<T>(values: readonly (T | null | undefined)[], lengthOf: (value: T) => number): Int32Array {
  const ends = new Int32Array(values.length + 1);
  values.forEach((value, row) => {
    ends[row + 1] = ends[row] + (value === null || value === undefined ? 0 : lengthOf(value));
  });
  return ends;
}

function nulls(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array | undefined } {
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  values.forEach((value, row) => {
    if (value === null || value === undefined) nullCount += 1;
    else nullBitmap[row >> 3] |= 1 << (row & 7);
  });
  return { nullCount, nullBitmap: nullCount === 0 ? undefined : nullBitmap };
}
