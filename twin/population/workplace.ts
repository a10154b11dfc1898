import type { Network } from '../network/network.ts';
import type { Draw } from '../random/draw.ts';

const TAU = 6.283185307179586;
/** Gravity with offset: density of links ~ (d + 1.5 km)^-2, up to 80 km (González, Hidalgo, Barabási, Nature 453:779, 2008; Lambiotte et al. 2008). */
const OFFSET_KM = 1.5;
const LN_RANGE = Math.log((80 + OFFSET_KM) / OFFSET_KM);
/** Candidates compared by their jobs. More weigh jobs more exactly; six reproduce the gravity law's distances within a few per cent. */
const CANDIDATES = 6;

/**
 * Chooses workplaces by gravity: distances from home follow d^-2 a unit of area, i.e. log-uniform in d + Δ0, and among candidate sites so found
 * one is taken in proportion to its density of jobs (importance resampling; Rubin 1988), which makes the result proportional to jobs × d^-2.
 */
export class Workplaces {
  readonly #network: Network;
  readonly #jobsPerArea: Float64Array;
  readonly #sites = new Uint32Array(CANDIDATES);
  readonly #weights = new Float64Array(CANDIDATES);

  constructor(network: Network) {
    this.#network = network;
    this.#jobsPerArea = Float64Array.from(network.siteWorkers, (workers, site) => workers / (network.siteRadius[site] * network.siteRadius[site]));
  }

  /** Site of work for someone who lives at (x, y). Uses 2 × 6 + 1 numbers of `draw`. */
  choose(x: number, y: number, draw: Draw): number {
    let total = 0;
    for (let i = 0; i < CANDIDATES; i++) {
      const reach = OFFSET_KM * (Math.exp(LN_RANGE * draw.unit()) - 1);
      const bearing = TAU * draw.unit();
      const site = this.#network.nearestSite(x + reach * Math.cos(bearing), y + reach * Math.sin(bearing));
      this.#sites[i] = site;
      total += this.#jobsPerArea[site];
      this.#weights[i] = total;
    }
    const target = draw.unit() * total;
    let chosen = 0;
    while (chosen < CANDIDATES - 1 && this.#weights[chosen] <= target) chosen++;
    return this.#sites[chosen];
  }
}
