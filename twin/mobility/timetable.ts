import { MINUTE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { World } from '../world.ts';
import { MAX_STAYS, PlaceCode, travelTime, type DayPlan } from './day-plan.ts';

const HABIT = 0x7fffffff;
/** Regular places beside home and work, and the Zipf exponent of their visits (Song et al., Nature Phys. 6:818, 2010: ζ = 1.2). */
const FAVOURITES = 8;
const VISIT_CDF = zipf(FAVOURITES, 1.2);
/** Share of outings that go somewhere new (Cuttone, Lehmann, González, EPJ DS 2018: 20–25 % of transitions). */
const EXPLORATION = 0.22;
/** Jump lengths: P(r) ∝ (r + Δr0)^-β up to the map's size (González, Hidalgo, Barabási, Nature 453:779, 2008). km. */
const JUMP_OFFSET = 1.5;
const JUMP_EXPONENT = 1.75;
const JUMP_CUTOFF = 80;
const JUMP_TAIL = 1 - JUMP_EXPONENT;
/** Share of the law's mass below the cutoff. */
const JUMP_KEPT = 1 - Math.exp(JUMP_TAIL * Math.log((JUMP_CUTOFF + JUMP_OFFSET) / JUMP_OFFSET));
const LATEST_RETURN = 22.5 * 60 * MINUTE;

/** Plans when a subscriber is where, in outline: times and kinds of places. A pure function of (seed, subscriber, day). */
export class Timetable {
  readonly #world: World;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
  }

  /** Fills `plan` with the day that contains `time`. */
  plan(plan: DayPlan, subscriber: number, day: number): void {
    const { localTime, directory } = this.#world;
    const start = localTime.dayStart(day);
    plan.begin(subscriber, day, start, localTime.dayStart(day + 1));
    plan.stay(PlaceCode.HOME, 0, start);
    const weekday = localTime.weekdayOf(day);
    const draw = this.#draw.at(Purpose.dayPlan, subscriber, day);
    if (weekday < 5 && directory.hasWork(subscriber) && draw.chance(0.9)) this.#workday(plan, draw);
    else this.#freeDay(plan, draw);
  }

  #workday(plan: DayPlan, draw: Draw): void {
    const i = plan.subscriber;
    const { directory } = this.#world;
    const dx = directory.workX(i) - directory.homeX(i);
    const dy = directory.workY(i) - directory.homeY(i);
    const commute = Math.sqrt(dx * dx + dy * dy);
    const leaveNoise = draw.unit() - 0.5;
    const stayNoise = draw.unit() - 0.5;
    const errand = draw.chance(0.35);
    const errandSeed = draw.unit();
    const errandLength = draw.unit();
    const evening = draw.chance(0.15);
    const eveningSeed = draw.unit();
    const eveningLength = draw.unit();
    const habit = draw.at(Purpose.dayPlan, i, HABIT);
    const habitualLeave = (150 + 150 * 0.5 * (habit.unit() + habit.unit())) * MINUTE;
    const habitualStay = (420 + 150 * habit.unit()) * MINUTE;

    const leave = plan.start + habitualLeave + leaveNoise * 40 * MINUTE;
    const atWork = leave + travelTime(commute);
    this.#leaveFor(plan, PlaceCode.WORK, commute, leave, atWork);
    let free = atWork + habitualStay + stayNoise * 90 * MINUTE;
    if (errand) {
      const place = this.#pickPlace(plan, errandSeed, 0);
      const reach = this.#reach(i, place);
      const arrive = free + travelTime(commute + reach);
      this.#leaveFor(plan, place, reach, free, arrive);
      free = arrive + (15 + 75 * errandLength) * MINUTE;
      const home = free + travelTime(reach);
      this.#leaveFor(plan, PlaceCode.HOME, 0, free, home);
      free = home;
    } else {
      const home = free + travelTime(commute);
      this.#leaveFor(plan, PlaceCode.HOME, 0, free, home);
      free = home;
    }
    if (evening) this.#outing(plan, free + 45 * MINUTE, eveningSeed, 45 + 120 * eveningLength, 1);
  }

  #freeDay(plan: DayPlan, draw: Draw): void {
    const u = draw.unit();
    const outings = u < 0.22 ? 0 : u < 0.62 ? 1 : u < 0.9 ? 2 : 3;
    let free = plan.start + (300 + 200 * draw.unit()) * MINUTE;
    for (let n = 0; n < outings; n++) {
      const seed = draw.unit();
      const length = 18 * Math.exp(2.2 * draw.unit());
      free = this.#outing(plan, free, seed, length, n) + (20 + 160 * draw.unit()) * MINUTE;
    }
  }

  /** Home → place → home; returns when the subscriber is back. Outings that would end too late are not begun. */
  #outing(plan: DayPlan, leave: number, seed: number, minutes: number, ordinal: number): number {
    const place = this.#pickPlace(plan, seed, ordinal);
    const reach = this.#reach(plan.subscriber, place);
    const journey = travelTime(reach);
    const back = leave + journey + minutes * MINUTE;
    const home = back + journey;
    if (home > plan.start + LATEST_RETURN || plan.stays + 2 > MAX_STAYS) return leave;
    this.#leaveFor(plan, place, reach, leave, leave + journey);
    this.#leaveFor(plan, PlaceCode.HOME, 0, back, home);
    return home;
  }

  #leaveFor(plan: DayPlan, place: number, reach: number, depart: number, arrive: number): void {
    plan.depart[plan.stays - 1] = depart;
    plan.stay(place, reach, arrive);
  }

  #pickPlace(plan: DayPlan, u: number, ordinal: number): number {
    if (u < EXPLORATION) return PlaceCode.NEW + plan.day * 4 + ordinal;
    const v = (u - EXPLORATION) / (1 - EXPLORATION);
    let k = 0;
    while (v >= VISIT_CDF[k]) k++;
    return PlaceCode.FAVOURITE + k;
  }

  /** Planned distance of a place from home, km. */
  #reach(subscriber: number, place: number): number {
    const u = this.#draw.at(Purpose.favourite, subscriber, place).unit();
    return jumpLength(u);
  }
}

/** Inverse of the truncated jump-length law. u in [0, 1) → km. */
export function jumpLength(u: number): number {
  return JUMP_OFFSET * (Math.exp(Math.log(1 - u * JUMP_KEPT) / JUMP_TAIL) - 1);
}

function zipf(n: number, exponent: number): Float64Array {
  const cdf = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k++) cdf[k] = sum += Math.exp(-exponent * Math.log(k + 1));
  for (let k = 0; k < n; k++) cdf[k] = k === n - 1 ? 1 : cdf[k] / sum;
  return cdf;
}
