import type { TwinConfig } from '../config.ts';
import type { Triangulation } from '../geography/triangulation.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { Settlement } from './settlement.ts';

/** Share of subscribers with a fixed workplace or school; `population/build.ts` draws to it. */
export const WORKING_SHARE = 0.66;

const POINTS_PER_SITE = 60;
const MIN_POINTS = 60_000;
/** Share of people (of jobs) outside the listed places of 1,000 and more. */
const RURAL_RESIDENTS = 0.16;
const RURAL_WORKERS = 0.07;
/** Jobs gather in the core, and in large places more than people do. */
const RESIDENT_STRETCH = 1.25;
const WORKER_STRETCH = 0.75;
const WORKERS_BY_POPULATION = 1.08;
/** Sampling points that a site has at least, so that none is without people. */
const FLOOR = 0.4;
/** Spread (ln) of what the kernels don't know: towers, estates, campuses, malls. */
const RESIDENT_SIGMA = 0.8;
const WORKER_SIGMA = 1.1;

export interface Demand {
  /** Expected subscribers with home at each site; sums to `config.subscribers`. */
  readonly residents: Float64Array;
  /** Expected subscribers with work or school at each site; sums to `config.subscribers` × `WORKING_SHARE`. */
  readonly workers: Float64Array;
}

/** Integrates the settlement's density over the sites' Voronoi cells by keyed sampling. */
export function expectDemand(config: TwinConfig, settlement: Settlement, sites: Triangulation): Demand {
  const points = Math.max(MIN_POINTS, POINTS_PER_SITE * sites.size);
  const residents = sample(config, settlement, sites, points, 1, RESIDENT_STRETCH, RURAL_RESIDENTS, -2);
  const workers = sample(config, settlement, sites, points / 2, WORKERS_BY_POPULATION, WORKER_STRETCH, RURAL_WORKERS, -3);
  const draw = new Draw(config.seed);
  for (let site = 0; site < sites.size; site++) {
    draw.at(Purpose.siteTraits, site, 1);
    residents[site] *= draw.logNormal(0, RESIDENT_SIGMA);
    workers[site] *= draw.logNormal(0, WORKER_SIGMA);
  }
  scaleTo(residents, config.subscribers);
  scaleTo(workers, config.subscribers * WORKING_SHARE);
  return { residents, workers };
}

function sample(
  config: TwinConfig, settlement: Settlement, sites: Triangulation, points: number,
  exponent: number, stretch: number, ruralShare: number, stream: number,
): Float64Array {
  const counts = new Float64Array(sites.size).fill(FLOOR);
  const draw = new Draw(config.seed).at(Purpose.siteLocation, stream);
  const rural = settlement.hasRoads || settlement.land.area > 0 ? points * ruralShare : 0;
  const weights = Float64Array.from(settlement.places, ({ population }) => Math.exp(exponent * Math.log(population)));
  let total = 0;
  for (const weight of weights) total += weight;
  let due = 0;
  let drawn = 0;
  weights.forEach((weight, p) => {
    due += ((points - rural) * weight) / total;
    for (; drawn < due; drawn++) {
      const { x, y } = settlement.pointInPlace(draw, p, stretch);
      counts[sites.nearest(x, y)]++;
    }
  });
  for (let i = 0; i < rural; i++) {
    const { x, y } = settlement.ruralPoint(draw);
    counts[sites.nearest(x, y)]++;
  }
  return counts;
}

function scaleTo(values: Float64Array, sum: number): void {
  let total = 0;
  for (const value of values) total += value;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] * sum) / total;
}
