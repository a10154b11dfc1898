import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { World } from '../world.ts';
import { PlaceCode, type DayPlan } from './day-plan.ts';

const TAU = 6.283185307179586;
/** How much farther than planned a place may lie after it was moved to inhabited ground, km. */
const SLACK = 2;
/** Where that is too far, people stay within this distance of home, km. */
const VICINITY = 2.5;

/** Turns kinds of places into points on the map, each near a mast, so that nobody strolls in the sea. */
export class Places {
  readonly #world: World;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
  }

  /** Fills position, site and sector of stay `k`. A pure function of (seed, subscriber, place). */
  resolve(plan: DayPlan, k: number): void {
    if (plan.resolved[k] === 1) return;
    const { directory, network } = this.#world;
    const i = plan.subscriber;
    const place = plan.place[k];
    if (place === PlaceCode.HOME) this.#set(plan, k, directory.homeX(i), directory.homeY(i), directory.homeSite(i));
    else if (place === PlaceCode.WORK) this.#set(plan, k, directory.workX(i), directory.workY(i), directory.workSite(i));
    else {
      const draw = this.#draw.at(Purpose.place, i, place);
      const bearing = TAU * draw.unit();
      const reach = plan.reach[k];
      const homeX = directory.homeX(i);
      const homeY = directory.homeY(i);
      const aim = network.nearestSite(homeX + reach * Math.cos(bearing), homeY + reach * Math.sin(bearing));
      const offset = network.siteRadius[aim] * 0.6 * Math.sqrt(draw.unit());
      const around = TAU * draw.unit();
      const x = network.siteX[aim] + offset * Math.cos(around);
      const y = network.siteY[aim] + offset * Math.sin(around);
      const dx = x - homeX;
      const dy = y - homeY;
      const limit = reach + SLACK;
      if (dx * dx + dy * dy <= limit * limit) this.#set(plan, k, x, y, -1);
      else {
        const near = Math.min(reach, VICINITY) * Math.sqrt(0.01 + 0.99 * draw.unit());
        this.#set(plan, k, homeX + near * Math.cos(bearing), homeY + near * Math.sin(bearing), -1);
      }
    }
  }

  /** Places a stay at a point given by a scenario. */
  resolveAt(plan: DayPlan, k: number, x: number, y: number): void {
    this.#set(plan, k, x, y, -1);
  }

  #set(plan: DayPlan, k: number, x: number, y: number, site: number): void {
    const { network } = this.#world;
    const serving = site >= 0 ? site : network.nearestSite(Math.fround(x), Math.fround(y));
    // Single precision, so that a remembered stay equals a computed one.
    plan.x[k] = Math.fround(x);
    plan.y[k] = Math.fround(y);
    plan.site[k] = serving;
    plan.sector[k] = network.sectorAt(serving, plan.x[k], plan.y[k]);
    plan.resolved[k] = 1;
  }
}
