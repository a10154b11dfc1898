import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Trace, Tracer } from '../mobility/trace.ts';
import type { Whereabouts } from '../mobility/whereabouts.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { ScenarioEffect } from '../scenarios/kind.ts';
import type { World } from '../world.ts';

/**
 * What an idle phone tells the network as it moves, or as the network changes around it.
 * `UPDATE`: it reports from a cell of another tracking area, or from the cell that replaced a lost one. `LOST`: coverage ends;
 * `cell` is the last one. `FOUND`: coverage begins again. Coverage ends and begins only at steps of a trace, so every `LOST` is
 * followed by a `FOUND` before the phone is served again. `from` is the cell that served before, -1 if none did.
 */
export type Move = (kind: 'UPDATE' | 'LOST' | 'FOUND', time: number, cell: number, x: number, y: number, from: number) => void;

/** The signalling of phones in idle mode. Integers of event time, ms. */
export class Moves {
  readonly #world: World;
  readonly #whereabouts: Whereabouts;
  readonly #tracer: Tracer;
  readonly #trace = new Trace();
  readonly #draw: Draw;

  constructor(world: World, whereabouts: Whereabouts) {
    this.#world = world;
    this.#whereabouts = whereabouts;
    this.#tracer = new Tracer(world, whereabouts);
    this.#draw = new Draw(world.config.seed);
  }

  /** The trip that leaves stay `stay` at `depart`, up to and including arrival; left out when it was over before `since`. */
  followTrip(subscriber: number, depart: number, stay: number, since: number, causes: Causes, move: Move): void {
    const where = this.#whereabouts;
    const plan = where.dayOf(subscriber, depart, causes);
    const arrive = plan.arrive[stay + 1];
    if (arrive >= since) this.#follow(subscriber, depart, arrive + 1, causes, move);
  }

  /** The moment an outage begins or ends, `time`: a phone that was or will be on one of its cells finds another, or none. */
  atOutageEdge(subscriber: number, time: number, effect: ScenarioEffect, causes: Causes, move: Move): void {
    const where = this.#whereabouts;
    if (where.power.isOff(subscriber, time) || causes.isDispossessed(subscriber, time)) return;
    where.locate(subscriber, time - 1, causes);
    const before = where.cell;
    where.locate(subscriber, time, causes);
    const { cell, x, y } = where;
    if (cell === before) return;
    const beginning = time === effect.from;
    if (beginning && (before < 0 || !effect.isDown!(before))) return;
    if (!beginning && !(cell >= 0 && effect.isDown!(cell))) return;
    if (this.#movedByAnother(time, before, cell, effect, causes)) return;
    // A journey's own trace tells where its coverage ends and begins.
    if (where.place < 0 && (before < 0 || cell < 0)) return;
    const settle = 1_000 + this.#draw.at(Purpose.release, subscriber, Math.floor(time / 1000)).below(20_000);
    if (before < 0) move('FOUND', time, cell, x, y, before);
    else if (cell < 0) move('LOST', time, before, x, y, before);
    else if (where.isReachable(subscriber, time + settle, causes) && where.cell === cell) move('UPDATE', time + settle, cell, x, y, before);
  }

  /** True when an earlier listed outage with an edge at the same moment moves the phone, too: it moves once. */
  #movedByAnother(time: number, before: number, cell: number, effect: ScenarioEffect, causes: Causes): boolean {
    for (const [k, other] of causes.effects.entries()) {
      if (other === effect) return false;
      if (other.isDown === undefined) continue;
      const lost = other.from === time && before >= 0 && other.isDown(before);
      const back = other.until === time && cell >= 0 && other.isDown(cell);
      if (!lost && !back) continue;
      causes.mark(k);
      return true;
    }
    return false;
  }

  #follow(subscriber: number, from: number, to: number, causes: Causes, move: Move): void {
    const { network } = this.#world;
    const { power } = this.#whereabouts;
    const trace = this.#trace;
    this.#tracer.follow(subscriber, from, to, causes, trace);
    let serving = trace.cell[0];
    for (let k = 1; k < trace.length; k++) {
      const cell = trace.cell[k];
      const time = Math.floor(trace.time[k]);
      const before = serving;
      serving = cell;
      const newArea = before >= 0 && cell >= 0 && network.cellTac[before] !== network.cellTac[cell];
      if (!newArea && before >= 0 && cell >= 0) continue;
      if (power.isOff(subscriber, time) || causes.isDispossessed(subscriber, time)) continue;
      if (cell < 0) move('LOST', time, before, trace.x[k], trace.y[k], before);
      else move(before < 0 ? 'FOUND' : 'UPDATE', time, cell, trace.x[k], trace.y[k], before);
    }
  }
}
