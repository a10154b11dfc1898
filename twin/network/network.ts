import type { Plane } from '../geography/plane.ts';
import type { Triangulation } from '../geography/triangulation.ts';
import { LoadField } from './load.ts';
import { neighboursOf } from './neighbours.ts';
import { SectorGeometry } from './sectors.ts';
import { sitePlane } from './site-plane.ts';
import { Rat, type Cell, type Site } from './types.ts';

/** Reach of a carrier as a multiple of the site's radius; beyond it devices fall back to lower bands. */
const REACH_1800 = 1.5;
const REACH_2600 = 1.15;
const REACH_3500 = 1.0;
/** Share of the mean distance to the nearest sites that a site itself covers (hexagons: 1/√3). */
const RADIUS_PER_SPACING = 0.577;
const MAX_RADIUS_KM = 15;
/** Distance from the mast, in radii of the site, at which devices on the move choose a carrier. */
const PASSING = 0.5;

/**
 * The network as the hot path sees it: columns by site and by cell, geometry, and expected load. Built from sites and cells alone, so
 * that one read back from `network_state` equals the one that was written. Positions are km on `plane`. Nothing here allocates per call.
 */
export class Network {
  readonly sites: readonly Site[];
  readonly plane: Plane;
  /** Site positions and Delaunay adjacency. */
  readonly index: Triangulation;
  readonly siteX: Float64Array;
  readonly siteY: Float64Array;
  readonly siteLatitude: Float64Array;
  readonly siteLongitude: Float64Array;
  readonly siteEnvironment: Uint8Array;
  /** Typical distance from the site to the edge of its area, km. */
  readonly siteRadius: Float32Array;
  readonly siteResidents: Float64Array;
  readonly siteWorkers: Float64Array;
  /** Sum of `siteResidents` before each site; length sites + 1. Lays out the subscriber index space. */
  readonly residentsBefore: Float64Array;
  /** Delaunay neighbours of site i: `adjacentSites[adjacencyStart[i] .. adjacencyStart[i + 1])`, ascending. */
  readonly adjacencyStart: Uint32Array;
  readonly adjacentSites: Uint32Array;
  /** Cells of (site, sector), lowest band first: indices `sectorStart[3·site + sector] .. sectorStart[3·site + sector + 1])`. */
  readonly sectorStart: Uint32Array;
  readonly cellId: Float64Array;
  readonly cellSite: Uint32Array;
  readonly cellSector: Uint8Array;
  readonly cellRat: Uint8Array;
  readonly cellFrequency: Uint16Array;
  readonly cellBandwidth: Uint16Array;
  readonly cellCapacity: Float32Array;
  readonly cellPci: Uint16Array;
  readonly cellTac: Uint32Array;
  readonly cellAzimuth: Uint16Array;
  /** Expected load of cells by hour of week. */
  readonly field: LoadField;
  readonly #sectors: SectorGeometry;
  /** Weights up to and including each cell within its sector at {@link PASSING}, for devices without and with NR. */
  readonly #passing: Float64Array;
  readonly #passingNr: Float64Array;
  /** Scratch of `cellAt`: cumulative weights of a sector's cells. */
  readonly #cumulative: Float64Array;
  readonly #byCellId: Map<number, number>;
  #cells: readonly Cell[] | null = null;

  /** Takes sites and cells in any order; their `index` fields must be dense from 0. Throws RangeError naming the first gap or bad reference. */
  constructor(sites: readonly Site[], cells: readonly Cell[]) {
    this.sites = dense('site', sites);
    const byIndex = dense('cell', cells);
    const { plane, index } = sitePlane(this.sites);
    this.plane = plane;
    this.index = index;
    this.siteX = index.x;
    this.siteY = index.y;
    this.adjacencyStart = index.neighbourStart;
    this.adjacentSites = index.neighbours;
    this.siteLatitude = Float64Array.from(this.sites, (site) => site.latitude);
    this.siteLongitude = Float64Array.from(this.sites, (site) => site.longitude);
    this.siteEnvironment = Uint8Array.from(this.sites, (site) => site.environment);
    this.siteRadius = Float32Array.from(this.sites, (_, i) => Math.min(MAX_RADIUS_KM, RADIUS_PER_SPACING * index.spacing(i, 4)));
    this.siteResidents = Float64Array.from(this.sites, (site) => site.expectedResidents);
    this.siteWorkers = Float64Array.from(this.sites, (site) => site.expectedWorkers);
    this.residentsBefore = new Float64Array(this.sites.length + 1);
    this.siteResidents.forEach((residents, i) => (this.residentsBefore[i + 1] = this.residentsBefore[i] + residents));

    this.cellId = Float64Array.from(byIndex, (cell) => cell.cellId);
    this.cellSite = Uint32Array.from(byIndex, (cell) => cell.site);
    this.cellSector = Uint8Array.from(byIndex, (cell) => cell.sector);
    this.cellRat = Uint8Array.from(byIndex, (cell) => cell.rat);
    this.cellFrequency = Uint16Array.from(byIndex, (cell) => cell.frequencyMhz);
    this.cellBandwidth = Uint16Array.from(byIndex, (cell) => cell.bandwidthMhz);
    this.cellCapacity = Float32Array.from(byIndex, (cell) => cell.capacityMbps);
    this.cellPci = Uint16Array.from(byIndex, (cell) => cell.pci);
    this.cellTac = Uint32Array.from(byIndex, (cell) => cell.tac);
    this.cellAzimuth = Uint16Array.from(byIndex, (cell) => cell.azimuth);
    this.sectorStart = sectorOffsets(this.sites.length, byIndex);
    this.#cumulative = new Float64Array(widestSector(this.sectorStart));
    this.#byCellId = new Map(byIndex.map((cell) => [cell.cellId, cell.index]));
    this.#sectors = new SectorGeometry(index, this.sectorStart, this.cellAzimuth);
    this.field = new LoadField(this);
    this.#passing = this.#passingWeights(false);
    this.#passingNr = this.#passingWeights(true);
  }

  /** All cells as objects, made when first asked for: with their neighbours they take 600 B each, which hot processes do without. */
  get cells(): readonly Cell[] {
    return (this.#cells ??= Array.from(this.cellId, (cellId, index): Cell => ({
      index, cellId, site: this.cellSite[index], sector: this.cellSector[index], azimuth: this.cellAzimuth[index], rat: this.cellRat[index] as Rat,
      frequencyMhz: this.cellFrequency[index], bandwidthMhz: this.cellBandwidth[index], pci: this.cellPci[index],
      capacityMbps: this.cellCapacity[index], tac: this.cellTac[index], neighbours: this.neighbours(index),
    })));
  }

  /** Indices of a cell's configured neighbours, ascending. */
  neighbours(cell: number): number[] {
    return neighboursOf(cell, this.cellSite[cell], this.index, (site) => this.sectorStart[3 * site]);
  }

  /** Index of the cell with this ECI or NCI, or -1. */
  cellIndexOf(cellId: number): number {
    return this.#byCellId.get(cellId) ?? -1;
  }

  /** Site nearest to a point of the plane. */
  nearestSite(x: number, y: number): number {
    return this.index.nearest(x, y);
  }

  /** Sector of `site` that faces (x, y): 0, 1 or 2. */
  sectorAt(site: number, x: number, y: number): number {
    return this.#sectors.at(site, x, y);
  }

  /** Sector boundary geometry, for walks along segments. */
  get sectors(): SectorGeometry {
    return this.#sectors;
  }

  distanceToSite(site: number, x: number, y: number): number {
    const dx = x - this.siteX[site];
    const dy = y - this.siteY[site];
    return Math.sqrt(dx * dx + dy * dy);
  }

  /** The first cell (lowest band) of a sector. */
  coverageCell(site: number, sector: number): number {
    return this.sectorStart[3 * site + sector];
  }

  /**
   * The cell that serves a device at `distance` km from the site in that sector. Carriers are weighted by bandwidth and by their reach, so
   * that capacity layers serve near the mast and the coverage layer serves the edge; the keyed uniform `u` picks one.
   */
  cellAt(site: number, sector: number, distance: number, nr: boolean, u: number): number {
    const slot = 3 * site + sector;
    const first = this.sectorStart[slot];
    const end = this.sectorStart[slot + 1];
    const relative = distance / this.siteRadius[site];
    const upTo = this.#cumulative;
    let total = 0;
    for (let cell = first; cell < end; cell++) {
      total += this.#weight(cell, relative, nr);
      upTo[cell - first] = total;
    }
    const target = u * total;
    let chosen = first;
    while (chosen < end - 1 && upTo[chosen - first] <= target) chosen++;
    return chosen;
  }

  /** The cell that serves a device on the move in a sector: `cellAt` at a fixed part of the site's radius, one carrier whatever the path. */
  cellInPassing(site: number, sector: number, nr: boolean, u: number): number {
    const slot = 3 * site + sector;
    const last = this.sectorStart[slot + 1] - 1;
    const upTo = nr ? this.#passingNr : this.#passing;
    const target = u * upTo[last];
    let chosen = this.sectorStart[slot];
    while (chosen < last && upTo[chosen] <= target) chosen++;
    return chosen;
  }

  #passingWeights(nr: boolean): Float64Array {
    const upTo = new Float64Array(this.cellId.length);
    for (let slot = 0; slot + 1 < this.sectorStart.length; slot++) {
      let total = 0;
      for (let cell = this.sectorStart[slot]; cell < this.sectorStart[slot + 1]; cell++) upTo[cell] = total += this.#weight(cell, PASSING, nr);
    }
    return upTo;
  }

  /** True when `b` is a configured neighbour of `a`: another cell of the same site or a cell of an adjacent site. */
  isNeighbour(a: number, b: number): boolean {
    const siteA = this.cellSite[a];
    const siteB = this.cellSite[b];
    return siteA === siteB ? a !== b : this.index.adjacent(siteA, siteB);
  }

  /**
   * Where a device at (x, y) goes when `cell` is out of service: another carrier of the sector, else another sector of the site,
   * else the facing sector of the nearest adjacent site that has one in service; -1 when all are down (no coverage).
   * @param isDown tells which cells are out of service; keep one function per caller, nothing is allocated here.
   */
  fallback(cell: number, x: number, y: number, nr: boolean, isDown: (cell: number) => boolean): number {
    const site = this.cellSite[cell];
    const sector = this.cellSector[cell];
    for (let turn = 0; turn < 3; turn++) {
      const found = this.#inService(site, (sector + turn) % 3, nr, isDown);
      if (found >= 0) return found;
    }
    let best = -1;
    let bestSquare = Infinity;
    for (let k = this.adjacencyStart[site]; k < this.adjacencyStart[site + 1]; k++) {
      const other = this.adjacentSites[k];
      const dx = this.siteX[other] - x;
      const dy = this.siteY[other] - y;
      const square = dx * dx + dy * dy;
      if (square >= bestSquare) continue;
      const found = this.#inService(other, this.#sectors.at(other, x, y), nr, isDown);
      if (found < 0) continue;
      best = found;
      bestSquare = square;
    }
    return best;
  }

  /** Expected load of a cell, 0 to about 1.2 of its capacity, at a local hour of the week (0 = Monday 00:00). */
  load(cell: number, hourOfWeek: number): number {
    return this.field.load(cell, hourOfWeek);
  }

  #inService(site: number, sector: number, nr: boolean, isDown: (cell: number) => boolean): number {
    const slot = 3 * site + sector;
    for (let cell = this.sectorStart[slot]; cell < this.sectorStart[slot + 1]; cell++) {
      if ((nr || this.cellRat[cell] === Rat.LTE) && !isDown(cell)) return cell;
    }
    return -1;
  }

  #weight(cell: number, relative: number, nr: boolean): number {
    const frequency = this.cellFrequency[cell];
    const bandwidth = this.cellBandwidth[cell];
    if (frequency < 1000) return bandwidth;
    if (this.cellRat[cell] === Rat.NR && !nr) return 0;
    const reach = relative / (frequency < 2000 ? REACH_1800 : frequency < 3000 ? REACH_2600 : REACH_3500);
    return bandwidth * Math.exp(-reach * reach);
  }
}

function dense<T extends { readonly index: number }>(what: string, records: readonly T[]): readonly T[] {
  const sorted = [...records].sort((a, b) => a.index - b.index);
  sorted.forEach((record, i) => {
    if (record.index !== i) throw new RangeError(`${what} indices must run from 0 without gaps: expected ${i}, got ${record.index}; is network_state complete?`);
  });
  return sorted;
}

function sectorOffsets(siteCount: number, cells: readonly Cell[]): Uint32Array {
  const start = new Uint32Array(3 * siteCount + 1);
  let before = -1;
  for (const cell of cells) {
    const slot = 3 * cell.site + cell.sector;
    if (slot < before || cell.site >= siteCount) throw new RangeError(`cell ${cell.index} (${cell.cellId}) is out of order: site ${cell.site}, sector ${cell.sector}`);
    before = slot;
    start[slot + 1]++;
  }
  for (let slot = 0; slot < 3 * siteCount; slot++) {
    if (start[slot + 1] === 0) throw new RangeError(`site ${Math.floor(slot / 3)} has no cell in sector ${slot % 3}`);
    start[slot + 1] += start[slot];
  }
  return start;
}

function widestSector(sectorStart: Uint32Array): number {
  let widest = 0;
  for (let slot = 1; slot < sectorStart.length; slot++) widest = Math.max(widest, sectorStart[slot] - sectorStart[slot - 1]);
  return widest;
}
