import { describe, expect, it } from 'vitest';
import { loadPlaces } from '../../../processors/places/index.ts';
import { buildNetwork } from '../../../twin/network/build.ts';
import { WORKING_SHARE } from '../../../twin/network/demand.ts';
import { siteCount } from '../../../twin/network/deployment.ts';
import { Environment, Rat } from '../../../twin/network/types.ts';
import { configOf } from '../fixture.ts';

const { places } = loadPlaces('IE');
const config = configOf(200_000);
const { sites, cells } = buildNetwork(config, places);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('buildNetwork', () => {
  it('is a pure function of its arguments', () => {
    expect(buildNetwork(config, places)).toEqual({ sites, cells });
  });

  it('differs by seed', () => {
    const other = buildNetwork({ ...config, seed: 43 }, places);
    expect(other.sites[0].latitude).not.toBe(sites[0].latitude);
  });

  it('sizes the network by subscribers', () => {
    expect([1, 5_000, 200_000, 1_000_000, 50_000_000].map(siteCount)).toEqual([150, 413, 900, 2_900, 20_000]);
    expect(sites).toHaveLength(900);
  });

  it('numbers sites and cells densely, by site, sector, layer', () => {
    sites.forEach((site, i) => expect(site.index).toBe(i));
    cells.forEach((cell, i) => {
      expect(cell.index).toBe(i);
      if (i > 0) {
        const before = cells[i - 1];
        const rank = (c: typeof cell): number => c.site * 1e6 + c.sector * 1e5 + c.frequencyMhz;
        expect(rank(cell)).toBeGreaterThan(rank(before));
      }
    });
  });

  it('gives every site three sectors with a coverage layer, 120° apart', () => {
    const coverage = cells.filter((cell) => cell.frequencyMhz === 800);
    expect(coverage).toHaveLength(3 * sites.length);
    for (const cell of coverage) expect(cell.azimuth % 120).toBe(coverage[3 * cell.site].azimuth);
  });

  it('uses valid, unique identifiers', () => {
    expect(new Set(cells.map((cell) => cell.cellId)).size).toBe(cells.length);
    for (const cell of cells) {
      if (cell.rat === Rat.LTE) {
        expect(cell.cellId).toBeLessThan(2 ** 28);
        expect(cell.tac).toBeLessThan(0xfffe);
        expect(cell.pci).toBeLessThanOrEqual(503);
        expect(cell.tac).toBe(sites[cell.site].lteTac);
      } else {
        expect(cell.cellId).toBeGreaterThanOrEqual(2 ** 28);
        expect(cell.cellId).toBeLessThan(2 ** 36);
        expect(cell.tac).toBeLessThan(0xfffffe);
        expect(cell.pci).toBeLessThanOrEqual(1007);
        expect(cell.tac).toBe(sites[cell.site].nrTac);
      }
      expect(cell.pci % 3).toBe(cell.sector);
      expect(cell.tac).toBeGreaterThan(0);
    }
  });

  it('keeps tracking areas of 25 to 50 sites', () => {
    const sizes = new Map<number, number>();
    for (const site of sites) sizes.set(site.lteTac, (sizes.get(site.lteTac) ?? 0) + 1);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(25);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(50);
  });

  it('has symmetric neighbours, ascending and without the cell itself', () => {
    const sets = cells.map((cell) => new Set(cell.neighbours));
    const faults = cells.filter(({ index, neighbours }) =>
      sets[index].has(index) ||
      neighbours.some((neighbour, k) => (k > 0 && neighbour <= neighbours[k - 1]) || !sets[neighbour].has(index)));
    expect(faults).toEqual([]);
  });

  it('lets no two neighbours on one carrier share a PCI, nor two neighbours of one cell', () => {
    for (const cell of cells) {
      const seen = new Set([`${cell.frequencyMhz}/${cell.pci}`]);
      for (const neighbour of cell.neighbours) {
        const key = `${cells[neighbour].frequencyMhz}/${cells[neighbour].pci}`;
        if (seen.has(key)) expect.fail(`cell ${cell.index}: two cells with ${key} around`);
        seen.add(key);
      }
    }
  });

  it('expects as many residents as subscribers, and a share of them at work', () => {
    expect(sum(sites.map((site) => site.expectedResidents))).toBeCloseTo(config.subscribers, 3);
    expect(sum(sites.map((site) => site.expectedWorkers))).toBeCloseTo(config.subscribers * WORKING_SHARE, 3);
    for (const site of sites) expect(site.expectedResidents).toBeGreaterThan(0);
  });

  it('puts NR in all dense and urban sites, in about half of suburban ones and in no rural one', () => {
    const nr = new Set(cells.filter((cell) => cell.rat === Rat.NR).map((cell) => cell.site));
    const share = (environment: Environment): number => {
      const members = sites.filter((site) => site.environment === environment);
      return members.filter((site) => nr.has(site.index)).length / members.length;
    };
    expect(share(Environment.DENSE_URBAN)).toBe(1);
    expect(share(Environment.URBAN)).toBe(1);
    expect(share(Environment.SUBURBAN)).toBeGreaterThan(0.35);
    expect(share(Environment.SUBURBAN)).toBeLessThan(0.65);
    expect(share(Environment.RURAL)).toBe(0);
  });

  it('has every environment even in a tiny twin, and works for a city state, an archipelago and a single place', () => {
    expect(new Set(buildNetwork(configOf(1_000), places).sites.map((site) => site.environment)).size).toBe(4);
    for (const region of ['SG', 'FJ', 'VA']) {
      const small = { ...configOf(1_000), region };
      expect(buildNetwork(small, loadPlaces(region).places).sites).toHaveLength(siteCount(1_000));
    }
  });

  it('refuses a region without places', () => {
    expect(() => buildNetwork(config, [])).toThrow(/at least one populated place/);
  });
});
