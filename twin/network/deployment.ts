import type { TwinConfig } from '../config.ts';
import { HILBERT_SIDE, hilbertIndex } from '../geography/hilbert.ts';
import { PointHash } from '../geography/point-hash.ts';
import { Triangulation } from '../geography/triangulation.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { Settlement } from './settlement.ts';
import { Environment } from './types.ts';

const MAX_SITES = 20_000;
/** Share of sites that exist for coverage between places rather than for the people in one. */
const RURAL_SHARE = 0.36;
/** Sites of a place ~ population^0.82: sublinear in demand (Chiaraviglio et al. 2016). Small operators go to the cities first: up to 1.07. */
const SITES_BY_POPULATION = 0.82;
const SMALL_OPERATOR_FOCUS = 0.25;
/** Networks below this many sites count as small. */
const FULL_NETWORK = 1_500;
/** Radius of what counts as around a site when its environment is judged, km, and that disc's area. */
const AROUND_KM = 3;
const AROUND_KM2 = 28.3;
/** No two sites are nearer than this, km. */
const MIN_SPACING_KM = 0.3;
/** Least distance of a candidate from placed sites, as a share of the local mean spacing: rural plans repel, urban ones hardly. */
const URBAN_REPULSION = 0.55;
const RURAL_REPULSION = 0.85;
/** After so many candidates in vain the least distance is relaxed. */
const PATIENCE = 8;

/** Sites on the plane, in Hilbert order of their positions. */
export interface Deployment {
  readonly index: Triangulation;
  readonly environment: Uint8Array;
}

/** Number of sites for a twin: 400 plus one per 400 subscribers, at most 20,000; twins under 5,000 subscribers get 150 to 412. */
export function siteCount(subscribers: number): number {
  const count = subscribers < 5_000 ? 150 + (262 * subscribers) / 5_000 : 400 + subscribers / 400;
  return Math.min(MAX_SITES, Math.round(count));
}

/** Places the sites: clustered in places by sublinear population, repulsive in the countryside (Chiaraviglio et al., IEEE Access 4:1434, 2016). */
export function deploySites(config: TwinConfig, settlement: Settlement): Deployment {
  const total = siteCount(config.subscribers);
  const rural = ruralBudget(total, settlement);
  const placed = new PointHash(1);
  placeUrban(config, settlement, total - rural, placed);
  placeRural(config, settlement, total - placed.size, placed);
  const order = hilbertOrder(placed);
  const index = new Triangulation(Float64Array.from(order, (i) => placed.x[i]), Float64Array.from(order, (i) => placed.y[i]));
  return { index, environment: classify(settlement, index) };
}

/** City states have no countryside: rural sites never get closer than 1.5 km on average. */
function ruralBudget(total: number, settlement: Settlement): number {
  if (!settlement.hasRoads && settlement.land.area === 0) return 0;
  return Math.round(Math.min(RURAL_SHARE * total, settlement.land.area / 2.25));
}

function placeUrban(config: TwinConfig, settlement: Settlement, budget: number, placed: PointHash): void {
  const exponent = SITES_BY_POPULATION + SMALL_OPERATOR_FOCUS * Math.max(0, 1 - siteCount(config.subscribers) / FULL_NETWORK);
  const quotas = apportion(Float64Array.from(settlement.places, ({ population }) => Math.exp(exponent * Math.log(population))), budget);
  const draw = new Draw(config.seed);
  quotas.forEach((quota, p) => {
    if (quota === 0) return;
    draw.at(Purpose.siteLocation, p);
    const scale = settlement.scale[p];
    // Operators with few sites keep them in the core, where a few sites still make a dense network.
    const stretch = Math.min(1.3, Math.max(0.4, Math.sqrt(quota / (6.283185307179586 * scale * scale * 2.2))));
    let relax = 1;
    for (let done = 0, tries = 0; done < quota; tries++) {
      if (tries > 0 && tries % PATIENCE === 0) relax *= 0.9;
      const { x, y } = settlement.pointInPlace(draw, p, stretch * Math.max(1, 1 / relax));
      const dx = x - settlement.index.x[p];
      const dy = y - settlement.index.y[p];
      const width = scale * stretch;
      const density = (quota / (6.283185307179586 * width * width)) * Math.exp(-Math.sqrt(dx * dx + dy * dy) / width);
      const least = Math.min(4, URBAN_REPULSION / Math.sqrt(density)) * relax;
      if (placed.hasWithin(x, y, Math.max(MIN_SPACING_KM * Math.min(1, 2 * relax), least))) continue;
      placed.add(x, y);
      done++;
      tries = 0;
    }
  });
}

function placeRural(config: TwinConfig, settlement: Settlement, budget: number, placed: PointHash): void {
  if (budget <= 0) return;
  const draw = new Draw(config.seed).at(Purpose.siteLocation, -1);
  // A coarse copy: repulsion reaches 10 km, for which 1 km buckets would be slow.
  const coarse = new PointHash(5);
  placed.x.forEach((x, i) => coarse.add(x, placed.y[i]));
  const area = Math.max(settlement.land.area, budget * 2);
  let least = Math.min(9, RURAL_REPULSION * Math.sqrt(area / budget));
  for (let done = 0, failed = 0; done < budget; ) {
    const { x, y } = settlement.ruralPoint(draw);
    if (!settlement.contains(x, y, 1.5) || coarse.hasWithin(x, y, least)) {
      if (++failed > PATIENCE * 4) {
        failed = 0;
        least *= 0.97;
      }
      continue;
    }
    coarse.add(x, y);
    placed.add(x, y);
    done++;
    failed = 0;
  }
}

/** Integer shares of `budget` by the largest remainders; ties go to the lower index. */
function apportion(weights: Float64Array, budget: number): Uint32Array {
  let total = 0;
  for (const weight of weights) total += weight;
  const shares = Uint32Array.from(weights, (weight) => Math.floor((weight * budget) / total));
  let left = budget;
  for (const share of shares) left -= share;
  const remainder = Float64Array.from(weights, (weight, i) => (weight * budget) / total - shares[i]);
  const order = Array.from(remainder.keys()).sort((a, b) => remainder[b] - remainder[a] || a - b);
  for (let k = 0; k < left; k++) shares[order[k]]++;
  return shares;
}

function hilbertOrder(placed: PointHash): number[] {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  placed.x.forEach((x, i) => {
    const y = placed.y[i];
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  });
  const perKm = (HILBERT_SIDE - 1) / Math.max(maxX - minX, maxY - minY, 1e-6);
  const keys = placed.x.map((x, i) => hilbertIndex(Math.floor((x - minX) * perKm), Math.floor((placed.y[i] - minY) * perKm)));
  return Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
}

/**
 * Environment by the people within 3 km and by the spacing that the plan achieved (targets: 0.3–0.7, 1–2 and 3–10 km; wider by up to half in
 * networks with few sites).
 */
function classify(settlement: Settlement, index: Triangulation): Uint8Array {
  const people = new Float64Array(index.size);
  const sites = new PointHash(2);
  for (let i = 0; i < index.size; i++) sites.add(index.x[i], index.y[i]);
  settlement.places.forEach(({ population }, p) => {
    sites.forEachWithin(settlement.index.x[p], settlement.index.y[p], Math.max(AROUND_KM, 6 * settlement.scale[p]), (site, r) => {
      people[site] += Math.min(population, AROUND_KM2 * settlement.density(p, Math.max(0, r - AROUND_KM / 2)));
    });
  });
  const wider = Math.min(1.5, Math.max(1, Math.sqrt(FULL_NETWORK / index.size)));
  return Uint8Array.from({ length: index.size }, (_, site) => {
    const around = people[site];
    const spacing = index.spacing(site) / wider;
    if (around > 50_000 && spacing < 0.9) return Environment.DENSE_URBAN;
    if (around > 9_000 && spacing < 1.5) return Environment.URBAN;
    if (around > 1_500 && spacing < 3.2) return Environment.SUBURBAN;
    return Environment.RURAL;
  });
}
