import { lengthAfter, lengthened } from '../column.ts';
import { walk } from '../network/walk.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';
import type { DayPlan } from './day-plan.ts';
import type { Whereabouts } from './whereabouts.ts';

export const Step = {
  /** The cell at the beginning. */
  BEGIN: 0,
  /** A change to a configured neighbour of a working cell. */
  HANDOVER: 1,
  /** A change to a cell that is no neighbour: the link is lost and re-established there (TS 36.331 5.3.7, TS 38.331 5.3.7). */
  REESTABLISHMENT: 2,
  /** The serving cell went down under the connection; `cell` is where the phone camps next, or -1. */
  CELL_DOWN: 3,
} as const;

/**
 * The cells that serve a phone over an interval, in order. Step 0 is at the beginning; every later step is a change.
 * Reused by its owner; grows as needed.
 */
export class Trace {
  length = 0;
  time = new Float64Array(64);
  cell = new Int32Array(64);
  step = new Uint8Array(64);
  /** Position at the change, km on the plane. */
  x = new Float64Array(64);
  y = new Float64Array(64);

  push(step: number, time: number, cell: number, x: number, y: number): void {
    if (this.length === this.time.length) this.#grow();
    const k = this.length++;
    this.step[k] = step;
    this.time[k] = time;
    this.cell[k] = cell;
    this.x[k] = x;
    this.y[k] = y;
  }

  /** Serving cell at `time`, which must not lie before the beginning. */
  cellAt(time: number): number {
    let k = this.length - 1;
    while (k > 0 && this.time[k] > time) k--;
    return this.cell[k];
  }

  /** The cell that served last before `end`; the first one if none did then. */
  cellBefore(end: number): number {
    const last = this.cellAt(end - 1);
    return last < 0 ? this.cell[0] : last;
  }

  #grow(): void {
    const size = lengthAfter(this.time.length);
    this.time = lengthened(this.time, size);
    this.cell = lengthened(this.cell, size);
    this.step = lengthened(this.step, size);
    this.x = lengthened(this.x, size);
    this.y = lengthened(this.y, size);
  }
}

/** Follows a phone through its stays and trips. */
export class Tracer {
  readonly #world: World;
  readonly #whereabouts: Whereabouts;
  readonly #base = new Trace();
  #plan!: DayPlan;
  #subscriber = -1;
  #trip = 0;
  #from = 0;
  #to = 0;
  readonly #visit = (site: number, sector: number, fraction: number): boolean => {
    const plan = this.#plan;
    const k = this.#trip;
    const depart = plan.depart[k];
    const duration = plan.arrive[k + 1] - depart;
    const time = Math.ceil(depart + fraction * duration);
    if (time >= this.#to) return false;
    // What was entered before the interval serves at its beginning, wherever the phone is by then.
    const at = time < this.#from ? Math.min(1, (this.#from - depart) / duration) : fraction;
    const x = plan.x[k] + at * (plan.x[k + 1] - plan.x[k]);
    const y = plan.y[k] + at * (plan.y[k + 1] - plan.y[k]);
    this.#change(time, this.#whereabouts.tripCell(plan, k, site, sector), x, y);
    return true;
  };

  constructor(world: World, whereabouts: Whereabouts) {
    this.#world = world;
    this.#whereabouts = whereabouts;
  }

  /** Fills `trace` with the cells that serve the subscriber's phone over [from, to). */
  follow(subscriber: number, from: number, to: number, causes: Causes, trace: Trace): void {
    this.#base.length = 0;
    this.#from = from;
    this.#to = to;
    this.#subscriber = subscriber;
    const { stays } = this.#world;
    let time = from;
    if (!causes.anyRedirect && stays.covers(subscriber, from, to)) {
      this.#base.push(Step.BEGIN, from, stays.cell(subscriber), stays.x(subscriber), stays.y(subscriber));
      time = to;
    }
    while (time < to) {
      const plan = this.#whereabouts.dayOf(subscriber, time, causes);
      const last = Math.min(to, plan.end);
      if (last > plan.redirectedFrom) causes.mark(plan.redirectedBy);
      this.#followDay(plan, time, last);
      time = last;
    }
    if (causes.anyOutage) this.#withOutages(causes, trace);
    else this.#copy(trace);
  }

  #followDay(plan: DayPlan, from: number, to: number): void {
    this.#plan = plan;
    const { places } = this.#whereabouts;
    for (let k = plan.stayAt(from); k < plan.stays; k++) {
      const arrive = plan.arrive[k];
      if (arrive >= to) return;
      places.resolve(plan, k);
      this.#change(Math.max(Math.ceil(arrive), this.#from), this.#whereabouts.stayCell(plan, k), plan.x[k], plan.y[k]);
      const depart = plan.depart[k];
      if (k + 1 === plan.stays || depart >= to) return;
      places.resolve(plan, k + 1);
      if (plan.arrive[k + 1] <= from) continue;
      this.#trip = k;
      walk(this.#world.network, plan.x[k], plan.y[k], plan.x[k + 1], plan.y[k + 1], this.#visit);
    }
  }

  /** Records the cell that would serve from `time` on if all cells worked. Changes before the interval set its first cell. */
  #change(time: number, cell: number, x: number, y: number): void {
    const base = this.#base;
    if (time <= this.#from) {
      base.length = 0;
      base.push(Step.BEGIN, this.#from, cell, x, y);
    } else if (base.cell[base.length - 1] !== cell) {
      base.push(Step.HANDOVER, time, cell, x, y);
    }
  }

  #copy(trace: Trace): void {
    const base = this.#base;
    const { network } = this.#world;
    trace.length = 0;
    for (let k = 0; k < base.length; k++) {
      const cell = base.cell[k];
      const step = k === 0 ? Step.BEGIN
        : network.isNeighbour(base.cell[k - 1], cell) ? Step.HANDOVER : Step.REESTABLISHMENT;
      trace.push(step, base.time[k], cell, base.x[k], base.y[k]);
    }
  }

  #withOutages(causes: Causes, trace: Trace): void {
    const base = this.#base;
    trace.length = 0;
    let serving = this.#whereabouts.effectiveCell(this.#subscriber, base.cell[0], base.x[0], base.y[0], this.#from, causes);
    trace.push(Step.BEGIN, this.#from, serving, base.x[0], base.y[0]);
    for (let k = 0; k < base.length; k++) {
      const end = k + 1 < base.length ? base.time[k + 1] : this.#to;
      if (k > 0) serving = this.#serveFrom(base.time[k], k, serving, causes, trace);
      let edge = causes.nextOutageEdge(base.time[k], end);
      while (edge < end) {
        serving = this.#serveFrom(edge, k, serving, causes, trace);
        edge = causes.nextOutageEdge(edge, end);
      }
    }
  }

  #serveFrom(time: number, k: number, serving: number, causes: Causes, trace: Trace): number {
    const base = this.#base;
    const next = this.#whereabouts.effectiveCell(this.#subscriber, base.cell[k], base.x[k], base.y[k], time, causes);
    if (next === serving) return serving;
    const step =
      serving < 0 || causes.isDown(serving, time) ? Step.CELL_DOWN
      : next >= 0 && this.#world.network.isNeighbour(serving, next) ? Step.HANDOVER
      : Step.REESTABLISHMENT;
    trace.push(step, time, next, base.x[k], base.y[k]);
    return next;
  }
}
