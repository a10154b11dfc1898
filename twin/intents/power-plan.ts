import { HOUR } from '../config.ts';
import { Power } from '../mobility/power.ts';
import type { World } from '../world.ts';
import { DueHours } from './due-hours.ts';
import { IntentKind } from './intent.ts';
import type { IntentTable } from './intent-table.ts';
import type { Membership } from './membership.ts';

/** When the phones of one partition are switched off and on. Hours planned one after another skip whoever does neither in them. */
export class PowerPlan {
  readonly #world: World;
  readonly #members: Membership;
  readonly #power: Power;
  readonly #due: DueHours;

  constructor(world: World, members: Membership) {
    this.#world = world;
    this.#members = members;
    this.#power = new Power(world);
    this.#due = new DueHours(members.subscribers.length);
  }

  /** Adds what is switched in the hour (hours since the epoch). */
  plan(table: IntentTable, hour: number): void {
    const { subscribers } = this.#members;
    const to = (hour + 1) * HOUR;
    const due = this.#due;
    due.begin(hour);
    for (let m = 0; m < subscribers.length; m++) {
      if (due.isDue(m)) due.postpone(m, this.#planOne(table, subscribers[m], hour * HOUR, to));
    }
  }

  /** Returns the first hour from `to` on in which something may be switched. */
  #planOne(table: IntentTable, i: number, from: number, to: number): number {
    const { directory, localTime } = this.#world;
    if (!directory.isActive(i)) return Infinity;
    const power = this.#power;
    const last = localTime.dayOf(to - 1);
    // What began today may end tomorrow, so what follows the next day's beginning is planned then.
    let next = localTime.dayStart(last + 1);
    for (let day = localTime.dayOf(from) - (directory.nightOff(i) ? 1 : 0); day <= last; day++) {
      if (!power.intervalOf(i, day)) continue;
      const { off, on } = power;
      if (off >= from && off < to) table.add(IntentKind.POWER, i, off, 0, -1);
      if (on >= from && on < to) table.add(IntentKind.POWER, i, on, 1, -1);
      if (off >= to) next = Math.min(next, off);
      if (on >= to) next = Math.min(next, on);
    }
    return Math.floor(next / HOUR);
  }
}
