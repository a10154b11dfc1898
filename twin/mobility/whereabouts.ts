import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Capability } from '../population/types.ts';
import { walk } from '../network/walk.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';
import { DayPlan } from './day-plan.ts';
import { Places } from './places.ts';
import { Power } from './power.ts';
import { Timetable } from './timetable.ts';

/** Distance from the mast that decides the carrier during a trip, in radii of the site: one carrier a sector, whatever the path. */
const TRIP_DISTANCE = 0.5;

/**
 * Where a subscriber is at a time, and which cell serves them there. A cursor: `locate` fills the public fields. Answers
 * are pure functions of (seed, directory, causes, subscriber, time).
 */
export class Whereabouts {
  readonly plan = new DayPlan();
  readonly power: Power;
  readonly places: Places;
  /** Position on the network's plane, km. */
  x = 0;
  y = 0;
  site = -1;
  sector = 0;
  /** Serving cell, or -1 where there is no coverage. */
  cell = -1;
  /** The stay the subscriber is at, or has last left. */
  stay = 0;
  moving = false;

  readonly #world: World;
  readonly #timetable: Timetable;
  readonly #draw: Draw;
  #plannedUnder: Causes | null = null;
  readonly #isDown = (cell: number): boolean => this.#causes!.isDown(cell, this.#time);
  #causes: Causes | null = null;
  #time = 0;
  #seekFraction = 0;
  readonly #visit = (site: number, sector: number, fraction: number): void => {
    if (fraction <= this.#seekFraction) {
      this.site = site;
      this.sector = sector;
    }
  };

  constructor(world: World) {
    this.#world = world;
    this.#timetable = new Timetable(world);
    this.#draw = new Draw(world.config.seed);
    this.power = new Power(world);
    this.places = new Places(world);
  }

  /** The plan of the local day that contains `time`, as the causes have rewritten it. Valid until the next call. */
  dayOf(subscriber: number, time: number, causes: Causes): DayPlan {
    const { plan } = this;
    const { localTime } = this.#world;
    const known =
      plan.subscriber === subscriber && time >= plan.start && time < plan.end && this.#plannedUnder === causes;
    if (!known) {
      this.#timetable.plan(plan, subscriber, localTime.dayOf(time));
      causes.redirectDay(plan);
      this.#plannedUnder = causes;
    }
    if (time >= plan.redirectedFrom) causes.taint |= plan.redirectedBy;
    return plan;
  }

  /** Where the phone is, whether or not it is switched on. False when no cell serves it there. */
  locate(subscriber: number, time: number, causes: Causes): boolean {
    const plan = this.dayOf(subscriber, time, causes);
    const k = plan.stayAt(time);
    this.stay = k;
    this.places.resolve(plan, k);
    const depart = plan.depart[k];
    let base: number;
    if (time < depart || k === plan.stays - 1) {
      this.moving = false;
      this.x = plan.x[k]!;
      this.y = plan.y[k]!;
      this.site = plan.site[k]!;
      this.sector = plan.sector[k]!;
      base = this.stayCell(plan, k);
    } else {
      this.moving = true;
      this.places.resolve(plan, k + 1);
      const fraction = (time - depart) / (plan.arrive[k + 1] - depart);
      const x0 = plan.x[k];
      const y0 = plan.y[k];
      const x1 = plan.x[k + 1];
      const y1 = plan.y[k + 1];
      this.x = x0 + (x1 - x0) * fraction;
      this.y = y0 + (y1 - y0) * fraction;
      this.site = plan.site[k]!;
      this.sector = plan.sector[k]!;
      this.#seekFraction = fraction;
      walk(this.#world.network, x0, y0, x1, y1, this.#visit);
      base = this.tripCell(plan, k, this.site, this.sector);
    }
    this.cell = this.effectiveCell(subscriber, base, this.x, this.y, time, causes);
    return this.cell >= 0;
  }

  /** True when the phone is on (and stays on for `hold` ms), with its owner, and in coverage at `time`; the fields then say where. */
  isReachable(subscriber: number, time: number, causes: Causes, hold = 0): boolean {
    return (
      !this.power.isOff(subscriber, time, hold) &&
      !causes.isDispossessed(subscriber, time) &&
      this.locate(subscriber, time, causes)
    );
  }

  /** Cell that serves stay `k` while all cells work: the same at every visit to the place. The stay must be resolved. */
  stayCell(plan: DayPlan, k: number): number {
    const u = this.#draw.at(Purpose.layer, plan.subscriber, plan.place[k]).unit();
    const { network } = this.#world;
    const site = plan.site[k];
    const distance = network.distanceToSite(site, plan.x[k], plan.y[k]);
    return network.cellAt(site, plan.sector[k], distance, this.#speaksNr(plan.subscriber), u);
  }

  /** Cell that serves a sector during the trip that leaves stay `k`, while all cells work. */
  tripCell(plan: DayPlan, k: number, site: number, sector: number): number {
    const u = this.#draw.at(Purpose.layer, plan.subscriber, -1 - (plan.day * 16 + k)).unit();
    const { network } = this.#world;
    return network.cellAt(site, sector, TRIP_DISTANCE * network.siteRadius[site], this.#speaksNr(plan.subscriber), u);
  }

  /** The cell itself, or the one that takes the subscriber at (x, y) while it is down; -1 when none does. */
  effectiveCell(subscriber: number, cell: number, x: number, y: number, time: number, causes: Causes): number {
    if (!causes.anyOutage || !causes.isDown(cell, time)) return cell;
    this.#causes = causes;
    this.#time = time;
    return this.#world.network.fallback(cell, x, y, this.#speaksNr(subscriber), this.#isDown);
  }

  #speaksNr(subscriber: number): boolean {
    return (this.#world.directory.capabilities(subscriber) & Capability.NR) !== 0;
  }
}
