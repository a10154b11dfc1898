import { HOURS_PER_WEEK } from '../time/local-time.ts';
import { DATA, hourMass } from '../time/profiles.ts';
import type { Network } from './network.ts';

/** Mean load, weighted by nothing, over all cells in the network's busiest hour; operators plan for about a third. */
const BUSY_HOUR_MEAN_LOAD = 0.3;
/** Load saturates here: schedulers can't carry more, queues grow instead. */
const MAX_LOAD = 1.2;
/** Share of a site's residents near home and of its workers at work, by hour; the rest is spread like both together. */
const AT_HOME_WEEKDAY = [95, 96, 96, 96, 96, 93, 85, 68, 48, 40, 37, 36, 36, 36, 37, 40, 48, 58, 68, 75, 79, 84, 90, 94];
const AT_HOME_WEEKEND = [92, 94, 95, 96, 96, 95, 94, 91, 85, 76, 66, 60, 58, 57, 57, 58, 60, 63, 66, 70, 74, 79, 84, 89];
const AT_WORK_WEEKDAY = [3, 3, 3, 3, 3, 5, 12, 32, 62, 74, 77, 76, 70, 72, 76, 73, 62, 38, 20, 12, 9, 7, 5, 4];
const AT_WORK_WEEKEND = [3, 3, 3, 3, 3, 3, 5, 8, 13, 17, 19, 20, 20, 20, 19, 18, 16, 13, 10, 8, 6, 5, 4, 3];

/**
 * Cell load as a mean field (design section 5): expected people around × activity / capacity, the same for every instance and independent of what
 * happened. It is scale-free: a twin of N subscribers stands for a sample of the operator's base, so the network is taken to be planned
 * for them, and the mean busy-hour load is fixed rather than the traffic of one subscriber.
 */
export class LoadField {
  readonly #network: Network;
  readonly #home = new Float64Array(HOURS_PER_WEEK);
  readonly #work = new Float64Array(HOURS_PER_WEEK);
  readonly #elsewhere = new Float64Array(HOURS_PER_WEEK);
  /** Site demand to cell load: share of the site's traffic / capacity, normalised. */
  readonly #gain: Float32Array;

  constructor(network: Network) {
    this.#network = network;
    for (let hour = 0; hour < HOURS_PER_WEEK; hour++) {
      const weekday = hour < 120;
      const activity = hourMass(DATA, hour);
      const home = (weekday ? AT_HOME_WEEKDAY : AT_HOME_WEEKEND)[hour % 24] / 100;
      const work = (weekday ? AT_WORK_WEEKDAY : AT_WORK_WEEKEND)[hour % 24] / 100;
      this.#home[hour] = activity * home;
      this.#work[hour] = activity * work;
      this.#elsewhere[hour] = activity * Math.max(0, 1 - home - work) * 0.5;
    }
    this.#gain = this.#normalisedGain();
  }

  /** Expected active people around a site at an hour of the week, relative units; residents, workers and passers-by. */
  demand(site: number, hour: number): number {
    const residents = this.#network.siteResidents[site];
    const workers = this.#network.siteWorkers[site];
    return residents * (this.#home[hour] + this.#elsewhere[hour]) + workers * (this.#work[hour] + this.#elsewhere[hour]);
  }

  /** Expected load of a cell, 0 to 1.2 (`MAX_LOAD`), saturating smoothly. */
  load(cell: number, hour: number): number {
    const offered = this.offered(cell, hour);
    return MAX_LOAD * (1 - Math.exp(-offered / MAX_LOAD));
  }

  /** Offered load before saturation: traffic that wants service over capacity. Scenarios multiply this. */
  offered(cell: number, hour: number): number {
    return this.demand(this.#network.cellSite[cell], hour) * this.#gain[cell];
  }

  /** A third of a site's demand goes to each sector, and within it to carriers by the square root of capacity: wide ones run emptier. */
  #normalisedGain(): Float32Array {
    const { cellCapacity, cellSite, cellSector, sectorStart } = this.#network;
    const gain = new Float32Array(cellSite.length);
    for (let cell = 0; cell < gain.length; cell++) {
      const slot = 3 * cellSite[cell] + cellSector[cell];
      let roots = 0;
      for (let other = sectorStart[slot]; other < sectorStart[slot + 1]; other++) roots += Math.sqrt(cellCapacity[other]);
      gain[cell] = 1 / (3 * roots * Math.sqrt(cellCapacity[cell]));
    }
    let busiest = 0;
    for (let hour = 0; hour < HOURS_PER_WEEK; hour++) busiest = Math.max(busiest, this.#totalLoad(gain, hour));
    const mean = busiest / gain.length;
    for (let cell = 0; cell < gain.length; cell++) gain[cell] *= BUSY_HOUR_MEAN_LOAD / mean;
    return gain;
  }

  #totalLoad(gain: Float32Array, hour: number): number {
    const { cellSite } = this.#network;
    let sum = 0;
    for (let cell = 0; cell < gain.length; cell++) sum += this.demand(cellSite[cell], hour) * gain[cell];
    return sum;
  }
}
