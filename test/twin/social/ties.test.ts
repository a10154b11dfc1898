import { describe, expect, it } from 'vitest';
import { householdOf } from '../../../twin/population/household.ts';
import { Ties } from '../../../twin/social/ties.ts';

const CAPACITY = 40_000;
const SEED = 9;
const ties = new Ties(SEED, CAPACITY);
/** First uniforms in the middle of each circle's share of ties: household 0.24, then 0.36, 0.24, 0.1, 0.06. */
const CIRCLES = [0.24 + 0.18, 0.6 + 0.12, 0.84 + 0.05, 0.94 + 0.03];
const HARMONIC = [1, 2, 3, 4, 5, 6, 7].reduce((sum, m) => sum + 1 / m, 0);
/** A second uniform that picks the m-th favourite. */
function favourite(m: number): number {
  let below = 0;
  for (let k = 1; k < m; k++) below += 1 / k / HARMONIC;
  return below + 0.5 / m / HARMONIC;
}
const RANKS = [1, 2, 3, 4, 5, 6, 7];
const SOME = Array.from({ length: 1_000 }, (_, k) => k * 37);

describe('Ties', () => {
  it.each(CIRCLES)('the m-th favourite of the m-th favourite is oneself (circle at %f)', (circle) => {
    let known = 0;
    for (const i of SOME) {
      for (const m of RANKS) {
        const other = ties.pick(i, circle, favourite(m));
        expect(other).not.toBe(i);
        if (other < 0) continue;
        known++;
        expect(ties.pick(other, circle, favourite(m))).toBe(i);
      }
    }
    expect(known).toBeGreaterThan(500);
  });

  it.each(CIRCLES)('the m-th favourites of all are a bijection (circle at %f)', (circle) => {
    const chosen = new Set<number>();
    let present = 0;
    for (let i = 0; i < CAPACITY; i++) {
      const other = ties.pick(i, circle, favourite(3));
      if (other < 0) continue;
      present++;
      chosen.add(other);
    }
    expect(chosen.size).toBe(present);
  });

  it('a circle is a clique of eight: favourites of favourites are favourites', () => {
    for (const i of SOME.slice(0, 100)) {
      const circle = new Set([i, ...RANKS.map((m) => ties.pick(i, CIRCLES[0], favourite(m)))]);
      expect(circle.size).toBe(8);
      for (const member of circle) {
        if (member < 0) continue;
        for (const m of RANKS) expect(circle.has(ties.pick(member, CIRCLES[0], favourite(m)))).toBe(true);
      }
    }
  });

  it('household ties stay in the household, and single people spend theirs on friends', () => {
    let single = 0;
    for (const i of SOME) {
      const household = householdOf(SEED, i);
      for (const u of [0, 0.4, 0.99]) {
        const other = ties.pick(i, 0.1, u);
        expect(other).not.toBe(i);
        if (household.size > 1) expect(other >= household.first && other < household.first + household.size).toBe(true);
        else single++;
      }
    }
    expect(single).toBeGreaterThan(100);
  });

  it('more of one’s contacts live near than far', () => {
    let [near, far] = [0, 0];
    SOME.forEach((i, n) => {
      const other = ties.pick(i, ((n * 7919) % 1000) / 1000, ((n * 104_729) % 1000) / 1000);
      if (other < 0) return;
      if (Math.abs(other - i) < 64) near++;
      else if (Math.abs(other - i) >= 1024) far++;
    });
    expect(near).toBeGreaterThan(1.5 * far);
    expect(far).toBeGreaterThan(20);
  });

  it('names nobody beyond the capacity', () => {
    const small = new Ties(SEED, 1_000);
    let vacant = 0;
    for (let i = 0; i < 1_000; i++) {
      const other = small.pick(i, CIRCLES[3], favourite(1));
      if (other < 0) vacant++;
      else expect(other).toBeLessThan(1_000);
    }
    expect(vacant).toBeGreaterThan(0);
  });
});
