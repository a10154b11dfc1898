import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Rat } from '../network/types.ts';
import type { World } from '../world.ts';

/** Degrees of latitude per km (mean meridian, WGS 84). */
const DEGREES_PER_KM = 1 / 111.195;
const RADIANS = 0.017453292519943295;

/**
 * The network's estimate of a phone's position by enhanced cell identity (TS 36.305 8.3): the serving cell and timing
 * advance bound the distance from the mast, so the error grows with it. Never the true position. A cursor.
 */
export class Fix {
  latitude = 0;
  longitude = 0;
  /** Radius that holds the true position with 68 % confidence, m. */
  accuracy = 0;
  timingAdvance = 0;

  readonly #world: World;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
  }

  /** @param key tells apart the fixes of a subscriber */
  estimate(subscriber: number, cell: number, x: number, y: number, key: number): void {
    const { network } = this.#world;
    const site = network.cellSite[cell];
    const dx = x - network.siteX[site];
    const dy = y - network.siteY[site];
    const distance = Math.sqrt(dx * dx + dy * dy);
    const draw = this.#draw.at(Purpose.fix, subscriber, key);
    const nr = network.cellRat[cell] === Rat.NR;
    const spread = (nr ? 45 : 80) + 140 * distance;
    const error = (spread / 1000) * 0.66;
    const ex = x + error * draw.normal();
    const ey = y + error * draw.normal();
    this.latitude = round(network.siteLatitude[site] + (ey - network.siteY[site]) * DEGREES_PER_KM);
    this.longitude = round(
      network.siteLongitude[site] + ((ex - network.siteX[site]) * DEGREES_PER_KM) / Math.cos(network.siteLatitude[site] * RADIANS),
    );
    this.accuracy = Math.round(spread);
    this.timingAdvance = Math.round((Math.max(0.03, distance) * 1000) / (nr ? 39.03 : 78.07));
  }
}

/** Five decimals: about a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}
