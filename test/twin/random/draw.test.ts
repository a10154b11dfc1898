import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw } from '../../../twin/random/draw.ts';
import { Purpose, type PurposeId } from '../../../twin/random/purpose.ts';

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry-2x32 as the paper states it (Salmon et al., SC 2011, section 4.2), in arbitrary-precision arithmetic. */
function threefry(rounds: number, counter: readonly [number, number], key: readonly [number, number]): [number, number] {
  const wrap = (n: bigint): bigint => BigInt.asUintN(32, n);
  const [k0, k1] = key.map((k) => wrap(BigInt(k)));
  const keys = [k0, k1, 0x1bd11bdan ^ k0 ^ k1];
  let [x, y] = counter.map((c, i) => wrap(BigInt(c) + keys[i]));
  for (let round = 0; round < rounds; round++) {
    const r = BigInt(ROTATIONS[round % 8]);
    x = wrap(x + y);
    y = (wrap(y << r) | (y >> (32n - r))) ^ x;
    if (round % 4 === 3) {
      const n = (round + 1) / 4;
      x = wrap(x + keys[n % 3]);
      y = wrap(y + keys[(n + 1) % 3] + BigInt(n));
    }
  }
  return [Number(x), Number(y)];
}

/** A seed under which the first word of the key of `purpose` is `word`. */
function seedFor(purpose: PurposeId, word: number): number {
  return word ^ Math.imul(purpose, 0x9e3779b1);
}

describe('Threefry-2x32, 13 rounds', () => {
  /** From the Random123 distribution, kat_vectors. */
  it.each([
    [[0, 0], [0, 0], [0x9d1c5ec6, 0x8bd50731]],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0xfd36d048, 0x2d17272c]],
    [[0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], [0xba3e4725, 0xf27d669e]],
  ] as const)('reference implementation answers known vector %#', (counter, key, expected) => {
    expect(threefry(13, counter, key)).toEqual(expected);
  });

  it('is what a Draw reads, block after block', () => {
    const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    fc.assert(fc.property(word, word, word, fc.constantFrom(...Object.values(Purpose)), (key0, key1, index, purpose) => {
      const draw = new Draw(seedFor(purpose, key0)).at(purpose, key1, index);
      for (let block = 0; block < 3; block++) {
        expect([draw.bits(), draw.bits()]).toEqual(threefry(13, [index, block], [key0, key1]));
      }
    }), { seed: 1, numRuns: 200 });
  });
});

describe('Draw', () => {
  const N = 40_000;
  const sample = (next: (draw: Draw, k: number) => number): number[] => {
    const draw = new Draw(11);
    return Array.from({ length: N }, (_, k) => next(draw, k));
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const correlation = (a: readonly number[], b: readonly number[]): number => {
    const [ma, mb] = [mean(a), mean(b)];
    const product = mean(a.map((v, k) => (v - ma) * (b[k] - mb)));
    return product / Math.sqrt(mean(a.map((v) => (v - ma) ** 2)) * mean(b.map((v) => (v - mb) ** 2)));
  };

  it('does not depend on what was read before', () => {
    const draw = new Draw(5);
    const alone = draw.at(Purpose.call, 3, 9).bits();
    draw.at(Purpose.home, 1).bits();
    expect(draw.at(Purpose.call, 3, 9).bits()).toBe(alone);
  });

  it('is uniform over entities: chi-square of 64 bins below the 0.1 % point', () => {
    const bins = new Float64Array(64);
    for (const u of sample((draw, k) => draw.at(Purpose.dayPlan, k, 20_000).unit())) bins[Math.floor(u * 64)]++;
    const expected = N / 64;
    expect(bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(103.4);
  });

  it.each([
    ['seeds', (k: number) => new Draw(12).at(Purpose.dayPlan, k, 7).unit()],
    ['purposes', (k: number) => new Draw(11).at(Purpose.place, k, 7).unit()],
    ['indices', (k: number) => new Draw(11).at(Purpose.dayPlan, k, 8).unit()],
    ['entities', (k: number) => new Draw(11).at(Purpose.dayPlan, k + 1, 7).unit()],
    ['ordinals', (k: number) => { const draw = new Draw(11).at(Purpose.dayPlan, k, 7); draw.unit(); return draw.unit(); }],
  ] as const)('is uncorrelated between neighbouring %s', (_, other) => {
    const a = sample((draw, k) => draw.at(Purpose.dayPlan, k, 7).unit());
    expect(Math.abs(correlation(a, a.map((_value, k) => other(k))))).toBeLessThan(4 / Math.sqrt(N));
  });

  it('has the moments of its distributions', () => {
    const exponential = sample((draw, k) => draw.at(Purpose.call, k).exponential());
    const normal = sample((draw, k) => draw.at(Purpose.call, k).normal());
    const poisson = sample((draw, k) => draw.at(Purpose.call, k).poisson(2.5));
    expect(mean(exponential)).toBeCloseTo(1, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((v) => v * v))).toBeCloseTo(1, 1);
    expect(mean(poisson)).toBeCloseTo(2.5, 1);
    expect(mean(poisson.map((v) => (v - 2.5) ** 2))).toBeCloseTo(2.5, 0);
  });
});

describe('elementary functions', () => {
  /** FNV-1a over the bits of f on a fixed set of arguments. */
  function fingerprint(f: (x: number) => number, argument: (u: number) => number): string {
    const draw = new Draw(1).at(Purpose.home, 0);
    const value = new DataView(new ArrayBuffer(8));
    let h = 0x811c9dc5;
    for (let k = 0; k < 4_000; k++) {
      value.setFloat64(0, f(argument(draw.unit())));
      for (let b = 0; b < 8; b++) h = Math.imul(h ^ value.getUint8(b), 0x01000193);
    }
    return (h >>> 0).toString(16);
  }

  /** A runtime that answers with other bits would make another twin of the same seed. */
  it.each([
    ['exp', Math.exp, (u: number) => 60 * u - 30, '14710c4a'],
    ['log', Math.log, (u: number) => 1e-9 + 1e6 * u, '926ea00'],
    ['sin', Math.sin, (u: number) => 6.283185307179586 * u, 'f76782a9'],
    ['cos', Math.cos, (u: number) => 6.283185307179586 * u, '4522a466'],
    ['sqrt', Math.sqrt, (u: number) => 1e9 * u, 'fae8128f'],
  ] as const)('%s gives the bits it always gave', (_, f, argument, expected) => {
    expect(fingerprint(f, argument)).toBe(expected);
  });
});
