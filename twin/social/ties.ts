import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { householdOf } from '../population/household.ts';

/** Members of a circle of acquaintances. A power of two, so that members pair up by exclusive or. */
const CIRCLE = 8;

/**
 * Circles a subscriber belongs to, from nearest to farthest: log2 of the stretch of the index space that a circle is drawn
 * from (neighbouring indices live near each other), and the share of ties kept in it. Decreasing shares over geometrically
 * growing stretches give a link probability that falls with distance (Lambiotte et al., Physica A 387:5317, 2008).
 */
const CIRCLES = [
  { log2Stretch: 6, share: 0.36 },
  { log2Stretch: 10, share: 0.24 },
  { log2Stretch: 14, share: 0.1 },
  { log2Stretch: 24, share: 0.06 },
] as const;
const HOUSEHOLD_SHARE = 0.24;

/** Share of contacts with the m-th favourite of a circle (Zipf, exponent 1). */
const FAVOURITE_CDF = cumulative([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 7]);

/**
 * Who knows whom, without storing it: every stretch of the index space is shuffled by a keyed bijection and cut into circles
 * of eight; the m-th favourite of the member at position p is at p xor m, so favourites are mutual. Symmetric, clustered,
 * decaying with distance, and a pure function of (seed, index).
 */
export class Ties {
  readonly #draw: Draw;
  readonly #seed: number;
  readonly #capacity: number;
  /** The whole index space, as a power of two: no stretch need be longer. */
  readonly #log2Capacity: number;

  constructor(seed: number, capacity: number) {
    this.#seed = seed;
    this.#capacity = capacity;
    this.#log2Capacity = Math.max(CIRCLES[0].log2Stretch, 32 - Math.clz32(capacity - 1));
    this.#draw = new Draw(seed);
  }

  /** An acquaintance of `subscriber`, picked by two uniforms; -1 when the circle's place is vacant. */
  pick(subscriber: number, circle: number, favourite: number): number {
    let u = circle;
    if (u < HOUSEHOLD_SHARE) {
      const household = householdOf(this.#seed, subscriber);
      if (household.size > 1) {
        const offset = 1 + Math.floor(favourite * (household.size - 1));
        return household.first + ((subscriber - household.first + offset) % household.size);
      }
      u = HOUSEHOLD_SHARE + (u / HOUSEHOLD_SHARE) * CIRCLES[0].share;
    }
    u -= HOUSEHOLD_SHARE;
    let level = 0;
    while (level < CIRCLES.length - 1 && u >= CIRCLES[level].share) u -= CIRCLES[level++].share;
    let m = 0;
    while (favourite >= FAVOURITE_CDF[m]) m++;
    const other = this.#companion(subscriber, level, m + 1);
    return other < this.#capacity ? other : -1;
  }

  #companion(subscriber: number, level: number, rank: number): number {
    const bits = Math.min(CIRCLES[level].log2Stretch, this.#log2Capacity);
    const mask = (1 << bits) - 1;
    const base = subscriber & ~mask;
    const draw = this.#draw.at(Purpose.groupShuffle, base, level);
    const multiplier = draw.bits() | 1;
    const offset = draw.bits();
    const second = draw.bits() | 1;
    const half = (bits + 1) >> 1;
    // position = ((x · multiplier + offset) xor-shifted) · second, all modulo the stretch: every step is invertible.
    let p = (Math.imul(subscriber & mask, multiplier) + offset) & mask;
    p ^= p >>> half;
    p = Math.imul(p, second) & mask;
    p ^= rank & (CIRCLE - 1);
    p = Math.imul(p, inverse(second)) & mask;
    p ^= p >>> half;
    p = Math.imul(p - offset, inverse(multiplier)) & mask;
    return base + p;
  }
}

/** Inverse of an odd number modulo 2^32, by Newton's iteration (each step doubles the correct bits). */
function inverse(odd: number): number {
  let x = odd;
  for (let k = 0; k < 4; k++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

function cumulative(weights: readonly number[]): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  const cdf = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((w, k) => (cdf[k] = sum += w / total));
  cdf[weights.length - 1] = 1;
  return cdf;
}
