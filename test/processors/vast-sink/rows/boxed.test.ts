import { tableFromIPC, tableToIPC, Table, type MapRow, type Vector } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoxedRows } from '../../../../processors/vast-sink/rows/boxed.ts';
import type { Column, ColumnKind } from '../../../../processors/vast-sink/tables/columns.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const long = fc.maxSafeInteger();
const int = fc.integer();
const values: Readonly<Record<ColumnKind, fc.Arbitrary<unknown>>> = {
  text, enum: text, int, long, timestamp: fc.integer({ min: -8.64e12, max: 8.64e12 }), float: fc.float({ noNaN: true }), double: fc.double({ noNaN: true }),
  boolean: fc.boolean(), texts: fc.array(text, { maxLength: 4 }), ints: fc.array(int, { maxLength: 4 }),
  map: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
};
const kinds = Object.keys(values) as ColumnKind[];
const columns: Column[] = kinds.map((kind) => ({ name: kind, kind, path: ['nested', kind], symbols: null }));
const record = fc.record({
  nested: fc.option(fc.record(Object.fromEntries(kinds.map((kind) => [kind, fc.option(values[kind])])))),
});

/** What a reader on the other side of the wire sees. */
function seen(rows: BoxedRows, chosen: Int32Array | null): Record<string, unknown>[] {
  const table = tableFromIPC(tableToIPC(new Table([rows.batch(chosen)])));
  return Array.from({ length: table.numRows }, (_, row) => Object.fromEntries(kinds.map((kind) => [kind, plain(kind, table.getChild(kind)!.get(row))])));
}

function plain(kind: ColumnKind, value: unknown): unknown {
  if (value === null) return null;
  if (kind === 'long') return Number(value);
  if (kind === 'texts' || kind === 'ints') return [...(value as Vector)];
  return kind === 'map' ? Object.fromEntries([...(value as MapRow)]) : value;
}

describe('rows from values one by one', () => {
  it('come out as they went in, all of them or some in any order', () => {
    fc.assert(fc.property(fc.array(record, { maxLength: 70 }).chain((records) => fc.tuple(
      fc.constant(records), records.length === 0 ? fc.constant([]) : fc.array(fc.nat(records.length - 1), { maxLength: 80 }),
    )), ([records, chosen]) => {
      const rows = new BoxedRows(columns);
      records.forEach((value, k) => expect(rows.append(value)).toBe(k));
      const expected = records.map(({ nested }) => Object.fromEntries(kinds.map((kind) => [kind, nested?.[kind] ?? null])));
      expect(seen(rows, Int32Array.from(chosen))).toEqual(chosen.map((row) => expected[row]));
      expect(seen(rows, null)).toEqual(expected);
    }), { seed: 8, numRuns: 150 });
  });

  it('take the values of the last columns from beside the record', () => {
    const rows = new BoxedRows([
      { name: 'id', kind: 'text', path: ['id'], symbols: null }, { name: 'part', kind: 'int', path: [], symbols: null }, { name: 'at', kind: 'long', path: [], symbols: null },
    ]);
    rows.append({ id: 'a' }, 3, 70);
    rows.append({ id: null }, 4, 2 ** 40);
    expect(rows.batch(null).toArray().map((row: object) => ({ ...row }))).toEqual([{ id: 'a', part: 3, at: 70n }, { id: null, part: 4, at: 2n ** 40n }]);
  });
});
