import type { TwinConfig } from '../config.ts';
import type { Triangulation } from '../geography/triangulation.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { neighboursOf } from './neighbours.ts';
import { Environment, Rat, type Cell } from './types.ts';

export const SECTORS = 3;
/** eNB and gNB ids of site 0: 20 bit (TS 23.003 19.6) and, of the 22 to 32 bit allowed, 24 bit (TS 38.413 9.3.1.6). */
const FIRST_ENB_ID = 100_000;
const FIRST_GNB_ID = 5_000_000;
const ENB_CELLS = 256;
const GNB_CELLS = 4_096;
/** PCI = 3 × group + sector, so that the sectors of a site differ modulo 3 (primary synchronisation signal): 168 groups LTE, 336 NR. */
const LTE_PCI_GROUPS = 168;
const NR_PCI_GROUPS = 336;
const MAX_TRACKING_AREA = 50;
const FIRST_NR_TAC = 0x01_0000;

/** A carrier an operator deploys. Capacity is bandwidth × mean spectral efficiency (bit/s/Hz: LTE 1.6–2.0, NR TDD massive MIMO 4.5). */
interface Layer {
  readonly rat: Rat;
  readonly frequencyMhz: number;
  readonly bandwidthMhz: number;
  readonly capacityMbps: number;
  /** Local cell ids are this plus the sector, from 1, as operators number them. */
  readonly localId: number;
}

const LTE_800: Layer = { rat: Rat.LTE, frequencyMhz: 800, bandwidthMhz: 10, capacityMbps: 16, localId: 1 };
const LTE_1800: Layer = { rat: Rat.LTE, frequencyMhz: 1800, bandwidthMhz: 20, capacityMbps: 36, localId: 11 };
const LTE_2600: Layer = { rat: Rat.LTE, frequencyMhz: 2600, bandwidthMhz: 20, capacityMbps: 40, localId: 21 };
const NR_3500: Layer = { rat: Rat.NR, frequencyMhz: 3500, bandwidthMhz: 80, capacityMbps: 360, localId: 1 };

/** Share of suburban sites with NR 3500 and of rural sites with LTE 1800. */
const SUBURBAN_NR = 0.5;
const RURAL_1800 = 0.7;

/** Tracking area of each site: k-d splits at the median of the longer side until at most 50 sites are left (so 26 to 50 each). */
export function trackingAreas(sites: Triangulation): Uint16Array {
  const areas = new Uint16Array(sites.size);
  let next = 1;
  const split = (members: number[]): void => {
    if (members.length <= MAX_TRACKING_AREA) {
      for (const site of members) areas[site] = next;
      next++;
      return;
    }
    const axis = extent(members, sites.x) >= extent(members, sites.y) ? sites.x : sites.y;
    members.sort((a, b) => axis[a] - axis[b] || a - b);
    const middle = members.length >> 1;
    split(members.slice(0, middle));
    split(members.slice(middle));
  };
  split(Array.from({ length: sites.size }, (_, site) => site));
  return areas;
}

/** NR tracking area codes are 24 bit and share the LTE area's number, offset so that the two never look alike. */
export function nrTacOf(lteTac: number): number {
  return FIRST_NR_TAC + lteTac;
}

/** Cells of all sites, by site, sector, layer, with identifiers, PCIs and neighbours. */
export function planCells(config: TwinConfig, sites: Triangulation, environment: Uint8Array, tac: Uint16Array): Cell[] {
  const draw = new Draw(config.seed);
  const ltePci = pciGroups(config, sites, LTE_PCI_GROUPS, 2);
  const nrPci = pciGroups(config, sites, NR_PCI_GROUPS, 3);
  const plans: Omit<Cell, 'neighbours'>[] = [];
  const firstCell = new Uint32Array(sites.size + 1);
  for (let site = 0; site < sites.size; site++) {
    draw.at(Purpose.siteTraits, site);
    const rotation = draw.below(120);
    const layers = layersOf(environment[site] as Environment, draw.unit());
    for (let sector = 0; sector < SECTORS; sector++) {
      for (const layer of layers) {
        const lte = layer.rat === Rat.LTE;
        plans.push({
          index: plans.length,
          cellId: lte
            ? (FIRST_ENB_ID + site) * ENB_CELLS + layer.localId + sector
            : (FIRST_GNB_ID + site) * GNB_CELLS + layer.localId + sector,
          site, sector,
          azimuth: rotation + 120 * sector,
          rat: layer.rat, frequencyMhz: layer.frequencyMhz, bandwidthMhz: layer.bandwidthMhz, capacityMbps: layer.capacityMbps,
          pci: 3 * (lte ? ltePci[site] : nrPci[site]) + sector,
          tac: lte ? tac[site] : nrTacOf(tac[site]),
        });
      }
    }
    firstCell[site + 1] = plans.length;
  }
  return plans.map((plan) => ({ ...plan, neighbours: neighboursOf(plan.index, plan.site, sites, (site) => firstCell[site]) }));
}

function layersOf(environment: Environment, u: number): readonly Layer[] {
  switch (environment) {
    case Environment.DENSE_URBAN:
      return [LTE_800, LTE_1800, LTE_2600, NR_3500];
    case Environment.URBAN:
      return [LTE_800, LTE_1800, NR_3500];
    case Environment.SUBURBAN:
      return u < SUBURBAN_NR ? [LTE_800, LTE_1800, NR_3500] : [LTE_800, LTE_1800];
    case Environment.RURAL:
      return u < RURAL_1800 ? [LTE_800, LTE_1800] : [LTE_800];
  }
}

/**
 * PCI group of each site, greedily: the first group from a keyed start that neither a neighbour nor a neighbour's neighbour has (no
 * collision, no confusion; 3GPP TR 36.902 4.2). A site has about 18 such, so a free group exists; if not, the keyed start stands.
 */
function pciGroups(config: TwinConfig, sites: Triangulation, groups: number, stream: number): Uint16Array {
  const draw = new Draw(config.seed);
  const unset = 0xffff;
  const group = new Uint16Array(sites.size).fill(unset);
  const takenBy = new Int32Array(groups).fill(-1);
  for (let site = 0; site < sites.size; site++) {
    forEachWithinTwoHops(sites, site, (other) => {
      const taken = group[other];
      if (taken !== unset) takenBy[taken] = site;
    });
    const start = draw.at(Purpose.siteTraits, site, stream).below(groups);
    let chosen = start;
    for (let step = 0; step < groups && takenBy[chosen] === site; step++) chosen = (start + step + 1) % groups;
    group[site] = chosen;
  }
  return group;
}

function forEachWithinTwoHops(sites: Triangulation, site: number, visit: (other: number) => void): void {
  for (let k = sites.neighbourStart[site]; k < sites.neighbourStart[site + 1]; k++) {
    const near = sites.neighbours[k];
    visit(near);
    for (let m = sites.neighbourStart[near]; m < sites.neighbourStart[near + 1]; m++) visit(sites.neighbours[m]);
  }
}

function extent(members: readonly number[], axis: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const site of members) {
    low = Math.min(low, axis[site]);
    high = Math.max(high, axis[site]);
  }
  return high - low;
}
