import fc from 'fast-check';
import { Int64, Uint64, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { zoneOf } from '../../../../../vast/local/store/predicate/zones.ts';

describe('the range of a column of 64-bit integers', () => {
  const cases = [
    ['signed', new Int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    ['unsigned', new Uint64(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  ] as const;

  test.each(cases)('%s: least and greatest of the values that are there', (_, type, value) => {
    // Values near each other differ in their lower halves only.
    const near = fc.tuple(value, fc.array(fc.bigInt({ min: -3n, max: 3n }), { minLength: 1, maxLength: 20 })).map(([centre, steps]) => steps.map((step) => {
      const [least, most] = type instanceof Int64 ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
      const moved = centre + step;
      return moved < least ? least : moved > most ? most : moved;
    }));
    fc.assert(fc.property(fc.oneof(near, fc.array(value, { minLength: 1, maxLength: 20 })), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (values, nulls) => {
      const column = values.map((v, i) => (nulls[i] ? null : v));
      const there = column.filter((v) => v !== null).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const range = there.length === 0 ? {} : { min: there[0], max: there.at(-1) };
      expect(zoneOf(vectorFromArray(column, type).data[0])).toEqual({ nulls: column.length - there.length, ...range });
    }), { numRuns: 300 });
  });
});
