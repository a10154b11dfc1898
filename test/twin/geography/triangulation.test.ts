import { describe, expect, it } from 'vitest';
import { Land } from '../../../twin/geography/land.ts';
import { HILBERT_SIDE, hilbertIndex } from '../../../twin/geography/hilbert.ts';
import { PointHash } from '../../../twin/geography/point-hash.ts';
import { Triangulation } from '../../../twin/geography/triangulation.ts';
import { Draw } from '../../../twin/random/draw.ts';
import { Purpose } from '../../../twin/random/purpose.ts';

/** Points that crowd around the origin like a city, so that grid cells hold very different numbers of them. */
function clustered(count: number, seed: number): { x: Float64Array; y: Float64Array } {
  const draw = new Draw(seed).at(Purpose.siteLocation, 0);
  const point = (): number => 40 * draw.normal() * draw.unit() * draw.unit();
  return { x: Float64Array.from({ length: count }, point), y: Float64Array.from({ length: count }, point) };
}

function bruteNearest(x: Float64Array, y: Float64Array, px: number, py: number): number {
  let best = Infinity;
  for (let i = 0; i < x.length; i++) best = Math.min(best, Math.hypot(x[i] - px, y[i] - py));
  return best;
}

describe('triangulation', () => {
  it.each([1, 2, 3, 7, 400])('finds the nearest of %i points, inside and far outside their box', (count) => {
    const { x, y } = clustered(count, count);
    const index = new Triangulation(x, y);
    const draw = new Draw(7).at(Purpose.place, count);
    for (let k = 0; k < 2_000; k++) {
      const [px, py] = [80 * draw.normal(), 80 * draw.normal()];
      const found = index.nearest(px, py);
      expect(Math.hypot(x[found] - px, y[found] - py)).toBeCloseTo(bruteNearest(x, y, px, py), 9);
    }
  });

  it('handles points on a line', () => {
    const index = new Triangulation(Float64Array.of(0, 1, 2, 3, 10), Float64Array.of(0, 1, 2, 3, 10));
    expect(index.nearest(2.2, 2.2)).toBe(2);
    expect(index.nearest(100, 100)).toBe(4);
    expect(index.adjacent(3, 4)).toBe(true);
  });

  it('has symmetric adjacency', () => {
    const { x, y } = clustered(300, 5);
    const index = new Triangulation(x, y);
    const oneWay: string[] = [];
    for (let a = 0; a < 300; a++) {
      for (let b = a; b < 300; b++) if (a === b ? index.adjacent(a, a) : index.adjacent(a, b) !== index.adjacent(b, a)) oneWay.push(`${a}-${b}`);
    }
    expect(oneWay).toEqual([]);
  });
});

describe('hilbert curve', () => {
  it('visits neighbouring cells one after the other', () => {
    const side = 64;
    const scale = HILBERT_SIDE / side;
    const order = Array.from({ length: side * side }, (_, i) => ({ column: i % side, row: Math.floor(i / side) }))
      .sort((a, b) => hilbertIndex(a.column * scale, a.row * scale) - hilbertIndex(b.column * scale, b.row * scale));
    for (let i = 1; i < order.length; i++) {
      expect(Math.abs(order[i].column - order[i - 1].column) + Math.abs(order[i].row - order[i - 1].row)).toBe(1);
    }
  });
});

describe('point hash', () => {
  it('reports exactly the points within a radius', () => {
    const { x, y } = clustered(500, 9);
    const hash = new PointHash(1.5);
    x.forEach((px, i) => hash.add(px, y[i]));
    for (const radius of [0.1, 1, 7]) {
      const found: number[] = [];
      hash.forEachWithin(0.3, -0.2, radius, (index) => found.push(index));
      const expected = Array.from(x.keys()).filter((i) => Math.hypot(x[i] - 0.3, y[i] + 0.2) < radius);
      expect(found.sort((a, b) => a - b)).toEqual(expected);
      expect(hash.hasWithin(0.3, -0.2, radius)).toBe(expected.length > 0);
    }
  });
});

describe('land', () => {
  it('covers the ground between places and not the sea beyond them', () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => (i % 10) * 8);
    const y = Float64Array.from({ length: 100 }, (_, i) => Math.floor(i / 10) * 8 + (i % 3));
    const land = new Land(new Triangulation(x, y));
    expect(land.area).toBeGreaterThan(4_500);
    expect(land.contains(35, 35, 0)).toBe(true);
    expect(land.contains(-12, 35, 2)).toBe(false);
    const draw = new Draw(1).at(Purpose.siteLocation, 1);
    for (let i = 0; i < 500; i++) {
      const point = land.pointAt(draw.unit(), draw.unit(), draw.unit());
      expect(land.contains(point.x, point.y, 0)).toBe(true);
    }
  });
});
