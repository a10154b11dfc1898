import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Households, householdOf } from '../../../twin/population/household.ts';
import { Seeding, isActiveAtSeeding } from '../../../twin/population/seeding.ts';
import { configOf } from '../fixture.ts';

describe('seeding', () => {
  it('makes exactly the configured number active, whatever the capacity', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 3_000 }), fc.integer(), (subscribers, spare, seed) => {
      const config = { ...configOf(subscribers, seed), capacity: subscribers + spare };
      const seeding = new Seeding(config);
      let active = 0;
      for (let index = 0; index < config.capacity; index++) if (seeding.isActive(index)) active++;
      expect(active).toBe(subscribers);
    }));
  });

  it('spreads them evenly: every run of 320 indices holds its share, give or take two blocks', () => {
    const config = configOf(10_000);
    const seeding = new Seeding(config);
    for (let from = 0; from + 320 <= config.capacity; from += 320) {
      let active = 0;
      for (let index = from; index < from + 320; index++) if (seeding.isActive(index)) active++;
      expect(Math.abs(active - 256)).toBeLessThanOrEqual(2);
    }
  });

  it('answers the same in any order', () => {
    const config = configOf(500);
    const seeding = new Seeding(config);
    const forward = Array.from({ length: config.capacity }, (_, index) => seeding.isActive(index));
    const backward = Array.from({ length: config.capacity }, (_, i) => isActiveAtSeeding(config, config.capacity - 1 - i)).reverse();
    expect(backward).toEqual(forward);
    expect(seeding.isActive(config.capacity)).toBe(false);
    expect(seeding.isActive(-1)).toBe(false);
  });

  it('refuses more subscribers than capacity', () => {
    expect(() => new Seeding({ ...configOf(100), capacity: 99 })).toThrow(/subscribers ≤ capacity/);
  });
});

describe('households', () => {
  it('partition the index space into runs of one to four within a block', () => {
    const households = new Households(7);
    for (let index = 0; index < 20_000; ) {
      const { first, size } = { ...householdOf(7, index) };
      expect(first).toBe(index);
      expect(Math.floor((first + size - 1) / 4)).toBe(Math.floor(first / 4));
      for (let member = first; member < first + size; member++) {
        const found = households.of(member);
        if (found.first !== first || found.size !== size) expect.fail(`member ${member} of ${first}`);
      }
      index += size;
    }
  });

  it('come in all sizes', () => {
    const sizes = new Map<number, number>();
    for (let index = 0; index < 20_000; index++) {
      const { size } = householdOf(7, index);
      sizes.set(size, (sizes.get(size) ?? 0) + 1 / 20_000);
    }
    for (const size of [1, 2, 3, 4]) expect(sizes.get(size)).toBeGreaterThan(0.1);
  });
});
