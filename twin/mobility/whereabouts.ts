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
  /** Code of the place the subscriber stays at, or -1 on the move. */
  place = -1;

  readonly #world: World;
  readonly #timetable: Timetable;
  readonly #draw: Draw;
  #plannedUnder: Causes | null = null;
  readonly #isDown = (cell: number): boolean => this.#causes!.isDown(cell, this.#time);
  #causes: Causes | null = null;
  #time = 0;
  #seekFraction = 0;
  /** Uniform that picks carriers on the trip last asked for. */
  #carrier = 0;
  #trip = 0;
  #traveller = -1;
  readonly #visit = (site: number, sector: number, fraction: number): boolean => {
    if (fraction > this.#seekFraction) return false;
    this.site = site;
    this.sector = sector;
    return true;
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
    if (time >= plan.redirectedFrom) causes.mark(plan.redirectedBy);
    return plan;
  }

  /** Where the phone is, whether or not it is switched on. False when no cell serves it there. */
  locate(subscriber: number, time: number, causes: Causes): boolean {
    if (this.#recall(subscriber, time, time, causes)) return this.cell >= 0;
    const plan = this.dayOf(subscriber, time, causes);
    const k = plan.stayAt(time);
    this.places.resolve(plan, k);
    const base = time < plan.depart[k] || k === plan.stays - 1 ? this.#stay(plan, k) : this.#move(plan, k, time);
    this.cell = this.effectiveCell(subscriber, base, this.x, this.y, time, causes);
    if (this.place >= 0 && plan.redirectedBy < 0) this.#remember(plan, k, time, base);
    return this.cell >= 0;
  }

  /** True when the phone is on (and stays on for `hold` ms), with its owner, and in coverage at `time`; the fields then say where. */
  isReachable(subscriber: number, time: number, causes: Causes, hold = 0): boolean {
    if (causes.isDispossessed(subscriber, time)) return false;
    if (this.#recall(subscriber, time, time + hold, causes)) return this.cell >= 0;
    return !this.power.isOff(subscriber, time, hold) && this.locate(subscriber, time, causes);
  }

  /** True when the subscriber is known to stay at one place, phone on, over [from, to]; the fields then say where. */
  #recall(subscriber: number, from: number, to: number, causes: Causes): boolean {
    const { stays, network } = this.#world;
    if (causes.anyRedirect || !stays.covers(subscriber, from, to)) return false;
    const base = stays.cell(subscriber);
    this.x = stays.x(subscriber);
    this.y = stays.y(subscriber);
    this.site = network.cellSite[base];
    this.sector = network.cellSector[base];
    this.place = stays.place(subscriber);
    this.cell = this.effectiveCell(subscriber, base, this.x, this.y, from, causes);
    return true;
  }

  /** Keeps the part of the stay around `time` in which the phone is on. */
  #remember(plan: DayPlan, k: number, time: number, base: number): void {
    const { subscriber, day } = plan;
    let from = plan.arrive[k];
    let to = plan.depart[k];
    for (let began = day - 1; began <= day; began++) {
      if (!this.power.intervalOf(subscriber, began)) continue;
      if (time >= this.power.off && time < this.power.on) return;
      if (this.power.on <= time) from = Math.max(from, this.power.on);
      else to = Math.min(to, this.power.off);
    }
    this.#world.stays.set(subscriber, from, to, this.x, this.y, base, plan.place[k]);
  }

  #stay(plan: DayPlan, k: number): number {
    this.x = plan.x[k];
    this.y = plan.y[k];
    this.site = plan.site[k];
    this.sector = plan.sector[k];
    this.place = plan.place[k];
    return this.stayCell(plan, k);
  }

  #move(plan: DayPlan, k: number, time: number): number {
    this.places.resolve(plan, k + 1);
    const depart = plan.depart[k];
    const fraction = (time - depart) / (plan.arrive[k + 1] - depart);
    const x0 = plan.x[k];
    const y0 = plan.y[k];
    const x1 = plan.x[k + 1];
    const y1 = plan.y[k + 1];
    this.x = x0 + (x1 - x0) * fraction;
    this.y = y0 + (y1 - y0) * fraction;
    this.site = plan.site[k];
    this.sector = plan.sector[k];
    this.place = -1;
    this.#seekFraction = fraction;
    walk(this.#world.network, x0, y0, x1, y1, this.#visit);
    return this.tripCell(plan, k, this.site, this.sector);
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
    const { subscriber } = plan;
    const trip = -1 - (plan.day * 16 + k);
    if (trip !== this.#trip || subscriber !== this.#traveller) {
      this.#trip = trip;
      this.#traveller = subscriber;
      this.#carrier = this.#draw.at(Purpose.layer, subscriber, trip).unit();
    }
    return this.#world.network.cellInPassing(site, sector, this.#speaksNr(subscriber), this.#carrier);
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
