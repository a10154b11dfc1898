import type { PurposeId } from './purpose.ts';

const PARITY = 0x1bd11bda;
const TO_UNIT = 1 / 4294967296;

/**
 * Counter-based random numbers: Threefry-2x32 with 13 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3", SC 2011, table 2: 13 rounds pass BigCrush). A draw is a pure function of (seed, purpose, entity, index,
 * ordinal), so any instance computes any entity's numbers at any time, in any order.
 *
 * A `Draw` is a cursor: `at` names the stream, `unit`/`below`/... read it in order. It allocates nothing and is meant to be
 * kept and re-aimed by its owner; never share one across an `await`.
 */
export class Draw {
  readonly #seed: number;
  #key0 = 0;
  #key1 = 0;
  #counter = 0;
  #ordinal = 0;
  /** Second half of the last block, as a signed integer: unsigned ones would live on the heap. */
  #spare = 0;
  #hasSpare = false;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Aims the cursor at the first number of the stream (purpose, entity, index). `entity` and `index` are 32-bit integers. */
  at(purpose: PurposeId, entity: number, index = 0): this {
    this.#key0 = this.#seed ^ Math.imul(purpose, 0x9e3779b1);
    this.#key1 = entity | 0;
    this.#counter = index | 0;
    this.#ordinal = 0;
    this.#hasSpare = false;
    return this;
  }

  /** Next 32 random bits, as an unsigned integer. */
  bits(): number {
    return this.#next() >>> 0;
  }

  #next(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    const k0 = this.#key0;
    const k1 = this.#key1;
    const k2 = PARITY ^ k0 ^ k1;
    let x = (this.#counter + k0) | 0;
    let y = (this.#ordinal++ + k1) | 0;
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0; y = (y + k2 + 1) | 0;
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0; y = (y + k0 + 2) | 0;
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0; y = (y + k1 + 3) | 0;
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x;
    this.#spare = y;
    this.#hasSpare = true;
    return x;
  }

  /** Uniform on [0, 1), 32 bits of resolution. */
  unit(): number {
    return (this.#next() >>> 0) * TO_UNIT;
  }

  /** Uniform integer on [0, n), n ≤ 2^32. Bias ≤ n / 2^32. */
  below(n: number): number {
    return Math.floor((this.#next() >>> 0) * TO_UNIT * n);
  }

  /** True with probability p. */
  chance(p: number): boolean {
    return (this.#next() >>> 0) * TO_UNIT < p;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.unit());
  }

  /** Standard normal, by Box and Muller's transform (Ann. Math. Stat. 29:610, 1958); uses two numbers. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(6.283185307179586 * this.unit());
  }

  /** Log-normal with the given parameters of the underlying normal. */
  logNormal(mu: number, sigma: number): number {
    return Math.exp(mu + sigma * this.normal());
  }

  /**
   * Poisson count with mean `lambda` ≤ about 30, by inversion of one uniform.
   * @param none probability of no event, where the caller has it at hand
   */
  poisson(lambda: number, none = Math.exp(-lambda)): number {
    let u = this.unit();
    let p = none;
    let n = 0;
    while (u >= p && n < 256) {
      u -= p;
      n++;
      p *= lambda / n;
    }
    return n;
  }
}
