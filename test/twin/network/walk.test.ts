import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walk } from '../../../twin/network/walk.ts';
import { configOf, networkOf } from '../fixture.ts';

const network = networkOf(configOf(40_000));

interface Step {
  readonly site: number;
  readonly sector: number;
  readonly fraction: number;
}

function steps(fromX: number, fromY: number, toX: number, toY: number): Step[] {
  const list: Step[] = [];
  walk(network, fromX, fromY, toX, toY, (site, sector, fraction) => list.push({ site, sector, fraction }) > 0);
  return list;
}

const anySite = fc.integer({ min: 0, max: network.sites.length - 1 });
const offset = fc.double({ min: -30, max: 30, noNaN: true });
const segment = fc.tuple(anySite, offset, offset, anySite, offset, offset).map(([a, ax, ay, b, bx, by]) => [
  network.siteX[a] + ax, network.siteY[a] + ay, network.siteX[b] + bx, network.siteY[b] + by,
] as const);

describe('walk', () => {
  it('steps only between Delaunay neighbours, or between sectors of one site, at rising fractions from 0', () => {
    fc.assert(fc.property(segment, ([fromX, fromY, toX, toY]) => {
      const list = steps(fromX, fromY, toX, toY);
      expect(list[0].fraction).toBe(0);
      for (let i = 1; i < list.length; i++) {
        const [before, here] = [list[i - 1], list[i]];
        if (before.site === here.site) expect(here.sector).not.toBe(before.sector);
        else expect(network.index.adjacent(before.site, here.site)).toBe(true);
        expect(here.fraction).toBeGreaterThanOrEqual(before.fraction);
        expect(here.fraction).toBeLessThan(1);
      }
    }));
  });

  it('names the nearest site and its facing sector at every point of the path', () => {
    fc.assert(fc.property(segment, ([fromX, fromY, toX, toY]) => {
      const list = steps(fromX, fromY, toX, toY);
      const km = Math.hypot(toX - fromX, toY - fromY);
      for (let i = 0; i < list.length; i++) {
        const end = i + 1 < list.length ? list[i + 1].fraction : 1;
        // In less than a millimetre, rounding decides on which side of a border a point lies.
        if ((end - list[i].fraction) * km < 1e-6) continue;
        for (const share of [0.001, 0.5, 0.999]) {
          const t = list[i].fraction + share * (end - list[i].fraction);
          const x = fromX + t * (toX - fromX);
          const y = fromY + t * (toY - fromY);
          const nearest = network.nearestSite(x, y);
          expect(network.distanceToSite(list[i].site, x, y)).toBeCloseTo(network.distanceToSite(nearest, x, y), 6);
          expect(network.sectorAt(list[i].site, x, y)).toBe(list[i].sector);
        }
      }
    }), { numRuns: 60 });
  });

  it('changes sectors at the mast on a path straight through it', () => {
    const turn = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true, maxExcluded: true });
    fc.assert(fc.property(anySite, turn, (site, angle) => {
      const [x, y, dx, dy] = [network.siteX[site], network.siteY[site], 0.05 * Math.cos(angle), 0.05 * Math.sin(angle)];
      const list = steps(x - dx, y - dy, x + dx, y + dy);
      for (const t of [0.49, 0.51]) {
        const here = list.findLast(({ fraction }) => fraction <= t)!;
        expect([here.site, here.sector]).toEqual([site, network.sectorAt(site, x + (2 * t - 1) * dx, y + (2 * t - 1) * dy)]);
      }
    }));
  });

  it('ends where the last point is, also for a path of length zero', () => {
    fc.assert(fc.property(segment, ([fromX, fromY, toX, toY]) => {
      const last = steps(fromX, fromY, toX, toY).at(-1)!;
      const nearest = network.nearestSite(toX, toY);
      expect(network.distanceToSite(last.site, toX, toY)).toBeCloseTo(network.distanceToSite(nearest, toX, toY), 6);
    }));
    expect(steps(1, 2, 1, 2)).toEqual([{ site: network.nearestSite(1, 2), sector: network.sectorAt(network.nearestSite(1, 2), 1, 2), fraction: 0 }]);
  });

  it('survives ties: from mast to mast, and along the bisector of two masts', () => {
    for (let a = 0; a < 60; a++) {
      const b = network.adjacentSites[network.adjacencyStart[a]];
      const [ax, ay, bx, by] = [network.siteX[a], network.siteY[a], network.siteX[b], network.siteY[b]];
      const direct = steps(ax, ay, bx, by);
      expect(direct[0].site).toBe(a);
      expect(direct.at(-1)!.site).toBe(b);
      const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
      const along = steps(mx, my, mx + 5 * (by - ay), my - 5 * (bx - ax));
      for (let i = 1; i < along.length; i++) {
        expect(along[i].site === along[i - 1].site || network.index.adjacent(along[i - 1].site, along[i].site)).toBe(true);
      }
    }
  });
});
