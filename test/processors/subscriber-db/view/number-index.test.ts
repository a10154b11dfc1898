import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberIndex } from '../../../../processors/subscriber-db/view/number-index.ts';

const CAPACITY = 40;

describe('NumberIndex', () => {
  it('finds who has a number after any changes, like a plain list', () => {
    const change = fc.record({ index: fc.nat(CAPACITY - 1), number: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }).map((n) => n * 2 ** 32)) });
    fc.assert(fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const index = new NumberIndex(CAPACITY);
      const numbers = new Array<number>(CAPACITY).fill(0);
      for (const { index: subscriber, number } of changes) {
        // Nobody takes a number that another has: the twin never gives one twice.
        if (number !== 0 && numbers.includes(number)) continue;
        index.set(subscriber, number);
        numbers[subscriber] = number;
      }
      for (let n = 0; n <= 60; n++) for (const number of [n, n * 2 ** 32]) expect(index.find(number)).toBe(number === 0 ? -1 : numbers.indexOf(number));
      for (let i = 0; i < CAPACITY; i++) expect(index.numberOf(i)).toBe(numbers[i]);
    }));
  });

  it('knows nobody by what is no number', () => {
    expect([0, -1, NaN].map((number) => new NumberIndex(4).find(number))).toEqual([-1, -1, -1]);
  });
});
