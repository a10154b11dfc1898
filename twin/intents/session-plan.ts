import { HOUR } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { DATA, hourMass, placeWithinHour } from '../time/profiles.ts';
import type { World } from '../world.ts';
import { applications, pickApplication } from './applications.ts';
import { HourlyCounts } from './hourly-counts.ts';

/** Longest data session, ms. Bounds the look-back. */
export const LONGEST_SESSION = HOUR;
/** Most sessions a subscriber begins in an hour of their own accord; scenarios add theirs with ordinals from here up to 31. */
export const MAX_SESSIONS = 16;
const LARGEST_SESSION = 4e9;
const LN10 = 2.302585092994046;

/** Data sessions that subscribers set out to have. A cursor over pure functions of (seed, directory, subscriber, hour, ordinal). */
export class SessionPlan {
  application = 0;
  /** Planned duration, ms, and volume, bytes, if the network were no obstacle. */
  duration = 0;
  uplinkBytes = 0;
  downlinkBytes = 0;

  readonly #world: World;
  readonly #counts = new HourlyCounts();
  readonly #count: Draw;
  readonly #draw: Draw;
  #hour = NaN;
  #hourOfWeek = 0;

  constructor(world: World) {
    this.#world = world;
    this.#count = new Draw(world.config.seed);
    this.#draw = new Draw(world.config.seed);
  }

  /**
   * Number of sessions the subscriber begins in the hour; then call `nextStart` once for each, in order.
   * @param rate code of the subscriber's sessions a day, where the caller has it at hand
   */
  begin(subscriber: number, hour: number, rate = this.#world.directory.sessionRate(subscriber)): number {
    if (hour !== this.#hour) this.#beginHour(hour);
    return Math.min(MAX_SESSIONS, this.#counts.draw(rate, this.#count.at(Purpose.dataSessions, subscriber, hour)));
  }

  #beginHour(hour: number): void {
    this.#hour = hour;
    this.#hourOfWeek = this.#world.localTime.hourOfWeek(hour * HOUR);
    const mass = hourMass(DATA, this.#hourOfWeek);
    this.#counts.begin((perDay) => (perDay * mass) / 24);
  }

  nextStart(): number {
    return this.#hour * HOUR + Math.floor(HOUR * placeWithinHour(DATA, this.#hourOfWeek, this.#count.unit()));
  }

  /** Sets the public fields to what session `ordinal` of the hour is. */
  describe(subscriber: number, hour: number, ordinal: number): void {
    const draw = this.#draw.at(Purpose.dataSession, subscriber, hour * 32 + ordinal);
    this.application = pickApplication(draw.unit());
    const application = applications[this.application];
    const z = draw.normal();
    const bytes = Math.min(LARGEST_SESSION, Math.exp(LN10 * (application.log10Bytes + application.sigma * z)));
    // Longer sessions carry more: the correlation of log volume and log duration is about 0.5 (same study).
    const zd = 0.5 * z + 0.8660254037844386 * draw.normal();
    const seconds = application.seconds * Math.exp(application.spread * zd);
    this.duration = Math.round(Math.min(LONGEST_SESSION, Math.max(2_000, seconds * 1000)));
    this.uplinkBytes = Math.round(bytes * application.uplink) + 120;
    this.downlinkBytes = Math.round(bytes * (1 - application.uplink)) + 120;
  }
}
