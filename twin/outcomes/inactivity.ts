import { Trace, Tracer } from '../mobility/trace.ts';
import type { Whereabouts } from '../mobility/whereabouts.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';

/** Inactivity after which the network releases an idle connection, ms (a common default of LTE and NR networks). */
export const INACTIVITY = 10_000;

/** Why a connection without traffic ended. */
export type ReleaseReason = 'INACTIVE' | 'DETACHED' | 'LOST';

/**
 * Earliest time in (after, before] at which a connection to a cell breaks because the cell goes down or the network detaches the
 * subscriber's SIM; Infinity when neither happens.
 */
export function linkBreak(subscriber: number, cell: number, after: number, before: number, causes: Causes): number {
  return Math.min(causes.nextDown(cell, after, before), causes.nextDispossession(subscriber, after, before));
}

/** What becomes of the connection that a data session leaves behind. A cursor; causal. */
export class Inactivity {
  /** Event time of the release, ms. */
  released = 0;
  reason: ReleaseReason = 'INACTIVE';

  readonly #whereabouts: Whereabouts;
  readonly #tracer: Tracer;
  readonly #trace = new Trace();

  constructor(world: World, whereabouts: Whereabouts) {
    this.#whereabouts = whereabouts;
    this.#tracer = new Tracer(world, whereabouts);
  }

  /** Follows the connection to `cell`, whose traffic ended at `end`, to its release: by the timer, or by what ends it before. */
  follow(subscriber: number, cell: number, end: number, causes: Causes): void {
    const idle = end + INACTIVITY;
    this.#release(idle, 'INACTIVE');
    const { power } = this.#whereabouts;
    if (power.goesOff(subscriber, end - 1, idle)) this.#release(power.off, 'DETACHED');
    this.#release(causes.nextDispossession(subscriber, end - 1, this.released), 'DETACHED');
    if (!causes.anyOutage) return;
    this.#release(causes.isDown(cell, end) ? end : causes.nextDown(cell, end, this.released), 'LOST');
    const trace = this.#trace;
    this.#tracer.follow(subscriber, end, this.released, causes, trace);
    for (let k = 1; k < trace.length; k++) {
      if (trace.cell[k] < 0) this.#release(trace.time[k], 'LOST');
    }
  }

  #release(time: number, reason: ReleaseReason): void {
    if (time > this.released && reason !== 'INACTIVE') return;
    this.released = time;
    this.reason = reason;
  }
}
