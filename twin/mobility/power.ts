import { HOUR, MINUTE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { World } from '../world.ts';

/** Chance a day that a phone is without power for a while. An assumption; no published figure was found. */
const EMPTY_BATTERY = 0.012;

/**
 * When phones are switched off. Each day of a subscriber has at most one such interval: overnight for those who have the
 * habit, else now and then an empty battery in the afternoon. An interval belongs to the day it begins in and may end in the next.
 */
export class Power {
  readonly #world: World;
  readonly #draw: Draw;
  /** Last interval found: [off, on), event time in ms. */
  off = 0;
  on = 0;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
  }

  /** Sets `off` and `on` to the interval that begins in the given local day; false when there is none. */
  intervalOf(subscriber: number, day: number): boolean {
    const { directory, localTime } = this.#world;
    const draw = this.#draw.at(Purpose.powerOff, subscriber, day);
    if (directory.nightOff(subscriber)) {
      this.off = localTime.dayStart(day) + 18.5 * HOUR + draw.below(90 * MINUTE);
      this.on = localTime.dayStart(day + 1) + 2 * HOUR + draw.below(2 * HOUR);
      return true;
    }
    if (!draw.chance(EMPTY_BATTERY)) return false;
    this.off = localTime.dayStart(day) + 11 * HOUR + draw.below(5 * HOUR);
    this.on = this.off + 20 * MINUTE + draw.below(130 * MINUTE);
    return true;
  }

  /** True when the phone is switched off at a time in (from, to); `off` then holds it. The stretch is shorter than a day. */
  goesOff(subscriber: number, from: number, to: number): boolean {
    if (this.#world.stays.covers(subscriber, from, to)) return false;
    return this.intervalOf(subscriber, this.#world.localTime.dayOf(to)) && this.off > from && this.off < to;
  }

  /** True when the phone is off at some time in [time, time + hold]; `off` and `on` then hold the interval. */
  isOff(subscriber: number, time: number, hold = 0): boolean {
    const day = this.#world.localTime.dayOf(time);
    if (this.intervalOf(subscriber, day) && time + hold >= this.off && time < this.on) return true;
    return (
      this.#world.directory.nightOff(subscriber) &&
      this.intervalOf(subscriber, day - 1) && time + hold >= this.off && time < this.on
    );
  }
}
