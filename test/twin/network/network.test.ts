import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPlaces } from '../../../processors/places/index.ts';
import { buildNetwork } from '../../../twin/network/build.ts';
import { Network } from '../../../twin/network/network.ts';
import { Rat } from '../../../twin/network/types.ts';
import { configOf, networkOf } from '../fixture.ts';

const network = networkOf(configOf(40_000));
const anyCell = fc.integer({ min: 0, max: network.cells.length - 1 });
const unit = fc.double({ min: 0, max: 0.999999, noNaN: true });
const nothingDown = (): boolean => false;

describe('Network', () => {
  it('is the same when built from shuffled records that went through JSON', () => {
    const copy = JSON.parse(JSON.stringify({ sites: network.sites, cells: network.cells })) as Pick<Network, 'sites' | 'cells'>;
    const rebuilt = new Network([...copy.sites].reverse(), [...copy.cells].reverse());
    expect(rebuilt.adjacentSites).toEqual(network.adjacentSites);
    expect(rebuilt.siteX).toEqual(network.siteX);
    expect(rebuilt.cellId).toEqual(network.cellId);
    expect(rebuilt.load(17, 20)).toBe(network.load(17, 20));
  });

  it('gives back the cells it was built from', () => {
    const config = configOf(10_000);
    const { sites, cells } = buildNetwork(config, loadPlaces(config.region).places);
    expect(new Network(sites, cells).cells).toEqual(cells);
  });

  it('names what is missing when records are incomplete', () => {
    expect(() => new Network(network.sites.slice(1), network.cells)).toThrow(/site indices must run from 0 without gaps: expected 0, got 1/);
    expect(() => new Network(network.sites, network.cells.filter((cell) => cell.index !== 5))).toThrow(/expected 5, got 6/);
  });

  it('agrees with the configured neighbours of every cell', () => {
    const wrong: string[] = [];
    for (let a = 0; a < network.cells.length; a += 7) {
      const neighbours = new Set(network.cells[a].neighbours);
      for (let b = 0; b < network.cells.length; b++) if (network.isNeighbour(a, b) !== neighbours.has(b)) wrong.push(`${a}/${b}`);
    }
    expect(wrong).toEqual([]);
  });

  it('finds cells by ECI or NCI', () => {
    for (const cell of network.cells) if (network.cellIndexOf(cell.cellId) !== cell.index) expect.fail(String(cell.cellId));
    expect(network.cellIndexOf(1)).toBe(-1);
  });

  it('faces each sector along its azimuth', () => {
    for (const { site, sector, azimuth } of network.cells) {
      for (const turn of [-59, 0, 59]) {
        const bearing = ((azimuth + turn) * Math.PI) / 180;
        const x = network.siteX[site] + 2 * Math.sin(bearing);
        const y = network.siteY[site] + 2 * Math.cos(bearing);
        if (network.sectorAt(site, x, y) !== sector) expect.fail(`site ${site}, sector ${sector}, bearing ${azimuth + turn}`);
      }
    }
  });

  it('serves a device from the asked sector, and with NR only if it can', () => {
    fc.assert(fc.property(anyCell, fc.double({ min: 0, max: 40, noNaN: true }), fc.boolean(), unit, (any, distance, nr, u) => {
      const { site, sector } = network.cells[any];
      const cell = network.cells[network.cellAt(site, sector, distance, nr, u)];
      expect([cell.site, cell.sector]).toEqual([site, sector]);
      if (!nr) expect(cell.rat).toBe(Rat.LTE);
    }));
  });

  it('prefers capacity layers near the mast and the coverage layer at the edge', () => {
    const site = network.sites.find(({ index }) => network.sectorStart[3 * index + 1] - network.sectorStart[3 * index] === 4)!.index;
    const share = (distance: number, frequency: number): number => {
      let hits = 0;
      for (let i = 0; i < 1_000; i++) if (network.cellFrequency[network.cellAt(site, 0, distance, true, i / 1_000)] === frequency) hits++;
      return hits / 1_000;
    };
    const radius = network.siteRadius[site];
    expect(share(0.2 * radius, 3500)).toBeGreaterThan(0.5);
    expect(share(0.2 * radius, 800)).toBeLessThan(0.15);
    expect(share(3 * radius, 800)).toBeGreaterThan(0.9);
  });

  it('falls back to the sector, then the site, then the nearest adjacent site that faces the device', () => {
    fc.assert(fc.property(anyCell, fc.boolean(), (cell, nr) => {
      const { site, sector } = network.cells[cell];
      const x = network.siteX[site] + 0.3;
      const y = network.siteY[site] - 0.2;
      const inSector = (c: number): boolean => network.cellSite[c] === site && network.cellSector[c] === sector;
      const inSite = (c: number): boolean => network.cellSite[c] === site;
      const first = network.fallback(cell, x, y, nr, (c) => c === cell);
      expect(network.cellSite[first]).toBe(site);
      const second = network.fallback(cell, x, y, nr, inSector);
      expect(network.cellSite[second]).toBe(site);
      expect(network.cellSector[second]).not.toBe(sector);
      const third = network.fallback(cell, x, y, nr, inSite);
      expect(network.isNeighbour(cell, third)).toBe(true);
      expect(network.cellSite[third]).not.toBe(site);
      expect(network.cellSector[third]).toBe(network.sectorAt(network.cellSite[third], x, y));
      if (!nr) for (const found of [first, second, third]) expect(network.cellRat[found]).toBe(Rat.LTE);
      expect(network.fallback(cell, x, y, nr, () => true)).toBe(-1);
      expect(network.fallback(cell, x, y, nr, nothingDown)).toBe(network.coverageCell(site, sector));
    }));
  });
});

describe('cell load', () => {
  const hours = Array.from({ length: 168 }, (_, hour) => hour);
  const mean = (hour: number): number => network.cells.reduce((sum, cell) => sum + network.load(cell.index, hour), 0) / network.cells.length;

  it('stays in 0..1.2 and follows the day', () => {
    for (const cell of network.cells) for (const hour of [3, 12, 20]) expect(network.load(cell.index, hour)).toBeGreaterThan(0);
    for (const cell of network.cells) expect(network.load(cell.index, 44)).toBeLessThan(1.2);
    const means = hours.map(mean);
    expect(mean(4) / Math.max(...means)).toBeLessThan(0.4);
    expect(means.indexOf(Math.max(...means)) % 24).toBeGreaterThanOrEqual(16);
  });

  it('is spread over cells like real ones: ln-sd of offered load 0.9–1.5 (Zanella et al., IMC 2023: 1.20)', () => {
    const logs = network.cells.map((cell) => Math.log(network.field.offered(cell.index, 20)));
    const average = logs.reduce((a, b) => a + b, 0) / logs.length;
    const sd = Math.sqrt(logs.reduce((sum, value) => sum + (value - average) * (value - average), 0) / logs.length);
    expect(sd).toBeGreaterThan(0.9);
    expect(sd).toBeLessThan(1.5);
  });
});
