import type { Network } from '../network/network.ts';
import { Environment } from '../network/types.ts';
import type { Draw } from '../random/draw.ts';

const TAU = 6.283185307179586;
/** Cells at the edge of the map are open; nobody lives farther out than this many radii. */
const MAX_RADII = 1.3;
/** Keeps points clear of the boundary, so that rounding to micro-degrees can't carry them into the next cell. */
const INSIDE = 0.995;

/** Scatters homes and workplaces over the Voronoi cells of sites. Read `x` and `y` (km plane) after a call; nothing is allocated. */
export class Scatter {
  x = 0;
  y = 0;
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
  }

  /**
   * A point of the site's cell: spread evenly in towns, drawn to the mast (that is, to the village it stands in) in the country. `concentration` < 1 draws it further in. Uses two numbers of `draw`.
   */
  place(site: number, draw: Draw, concentration = 1): void {
    const network = this.#network;
    const angle = TAU * draw.unit();
    const ux = Math.cos(angle);
    const uy = Math.sin(angle);
    const x0 = network.siteX[site];
    const y0 = network.siteY[site];
    let reach = MAX_RADII * network.siteRadius[site];
    for (let k = network.adjacencyStart[site]; k < network.adjacencyStart[site + 1]; k++) {
      const other = network.adjacentSites[k];
      const ex = network.siteX[other] - x0;
      const ey = network.siteY[other] - y0;
      const towards = ux * ex + uy * ey;
      if (towards <= 0) continue;
      const bisector = (ex * ex + ey * ey) / (2 * towards);
      if (bisector < reach) reach = bisector;
    }
    const u = draw.unit();
    const root = Math.sqrt(u);
    const environment = network.siteEnvironment[site];
    const share = environment === Environment.RURAL ? u : environment === Environment.SUBURBAN ? root * Math.sqrt(root) : root;
    const radius = INSIDE * concentration * reach * share;
    this.x = x0 + radius * ux;
    this.y = y0 + radius * uy;
  }
}
