import fc from 'fast-check';
import { Int64, makeVector, Utf8, vectorFromArray, type Data } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { gather, picks, type Picks } from '../../../../../vast/local/store/arrow/gather.ts';

type Value = string | null;

const columns = fc.array(fc.option(fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 60 })), { minLength: 1, maxLength: 40 })), { minLength: 1, maxLength: 4 });

/** Long and short pieces of the columns, single rows, and rows from nowhere. */
function pieces(lengths: readonly number[]): fc.Arbitrary<{ rows: number[]; sources: number[] }> {
  const piece = fc.tuple(fc.nat(lengths.length - 1), fc.nat(1_000), fc.integer({ min: 1, max: 30 }), fc.boolean()).map(([source, start, n, isNull]) => {
    const length = lengths[source];
    const first = start % length;
    return Array.from({ length: isNull ? n : Math.min(n, length - first) }, (_, i) => ({ source, row: isNull ? -1 : first + i }));
  });
  return fc.array(piece, { maxLength: 12 }).map((all) => ({ rows: all.flat().map(({ row }) => row), sources: all.flat().map(({ source }) => source) }));
}

const cases = columns.chain((values) => fc.tuple(fc.constant(values), pieces(values.map((column) => column?.length ?? 20))));

function check(
  which: Picks, values: readonly (readonly Value[] | null)[], type: Utf8 | Int64, column: (of: readonly Value[]) => Data, asValue: (value: Value) => unknown,
): void {
  const [rows, sources] = [[...which.rows], which.sources!];
  const gathered = gather(type, values.map((of) => (of === null ? undefined : column(of))), which);
  expect(valuesOf(gathered)).toEqual(rows.map((row, i) => (row < 0 ? null : asValue(values[sources[i]]?.[row] ?? null))));
  expect(gathered.nullCount).toBe(rows.filter((row, i) => row < 0 || (values[sources[i]]?.[row] ?? null) === null).length);
}

function valuesOf(data: Data): unknown[] {
  const vector = makeVector(data);
  return Array.from({ length: data.length }, (_, row) => vector.get(row) as unknown);
}

describe('gathering rows', () => {
  test('copies long pieces and single rows alike', () => {
    fc.assert(fc.property(cases, ([values, { rows, sources }]) => {
      const text = (of: readonly Value[]): Data => vectorFromArray(of, new Utf8()).data[0];
      const number = (of: readonly Value[]): Data => vectorFromArray(of.map((value) => (value === null ? null : BigInt(value.length))), new Int64()).data[0];
      const single = { rows: Int32Array.from(rows), sources: Uint32Array.from(sources) };
      for (const which of [single, picks(single.rows, single.sources)]) {
        check(which, values, new Utf8(), text, (value) => value);
        check(which, values, new Int64(), number, (value) => (value === null ? null : BigInt(value.length)));
      }
    }), { numRuns: 300 });
  });
});
