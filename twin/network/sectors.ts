import type { Triangulation } from '../geography/triangulation.ts';

const RADIANS = 0.017453292519943295;

/**
 * Which of a site's three 120° sectors faces a point, by the signs of cross products with the rays that bound them, so that walks and
 * look-ups agree to the last bit. Ray k of a site bounds sector k on its anticlockwise side: it lies 60° before azimuth k.
 */
export class SectorGeometry {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Unit vectors of the rays, three a site. East and north components. */
  readonly rayX: Float64Array;
  readonly rayY: Float64Array;

  constructor(sites: Triangulation, sectorStart: Uint32Array, cellAzimuth: Uint16Array) {
    this.#x = sites.x;
    this.#y = sites.y;
    this.rayX = new Float64Array(3 * sites.size);
    this.rayY = new Float64Array(3 * sites.size);
    for (let slot = 0; slot < 3 * sites.size; slot++) {
      const bearing = (cellAzimuth[sectorStart[slot]] - 60) * RADIANS;
      this.rayX[slot] = Math.sin(bearing);
      this.rayY[slot] = Math.cos(bearing);
    }
  }

  /** Sector of the site that faces (x, y); 0 at the mast itself. */
  at(site: number, x: number, y: number): number {
    return this.ofDirection(site, x - this.#x[site], y - this.#y[site]);
  }

  /** Sector that looks towards (dx, dy) from the site. Sector k lies clockwise of ray k and anticlockwise of ray k + 1. */
  ofDirection(site: number, dx: number, dy: number): number {
    const o = 3 * site;
    const c0 = this.rayX[o] * dy - this.rayY[o] * dx;
    const c1 = this.rayX[o + 1] * dy - this.rayY[o + 1] * dx;
    if (c0 <= 0 && c1 > 0) return 0;
    const c2 = this.rayX[o + 2] * dy - this.rayY[o + 2] * dx;
    if (c1 <= 0 && c2 > 0) return 1;
    if (c2 <= 0 && c0 > 0) return 2;
    return 0;
  }
}
