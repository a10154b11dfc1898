import type { TwinConfig } from '../config.ts';
import { DAY } from '../config.ts';
import type { Network } from '../network/network.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { AGE_BANDS, ageBandOf, drawActivity, hasWorkplace, languageOf, segmentOf, type Activity } from './demography.ts';
import { chooseDevice } from './devices.ts';
import { HOUSEHOLD_BLOCK, Households } from './household.ts';
import { HOME_PLMN, NumberPlan, handsetImei, imsiOf, subscriberIdOf } from './identity.ts';
import { choosePlan } from './plans.ts';
import { quantiseRate } from './rates.ts';
import { Scatter } from './scatter.ts';
import { Seeding } from './seeding.ts';
import { Segment, SubscriberStatus, type SubscriberProfile } from './types.ts';
import { Workplaces } from './workplace.ts';

/** Everyone seeded joined before this, 2020-01-01T00:00:00Z, so that any start of a run finds them subscribed. */
export const SEEDED_BEFORE = 1_577_836_800_000;
const JOINED_WITHIN = 12 * 365 * DAY;
/** Contracts of seeded subscribers end within four years of this, 2026-01-01T00:00:00Z; about half are thus out of their minimum term by 2028. */
const CONTRACTS_FROM = 1_767_225_600_000;
const CONTRACTS_WITHIN = 4 * 365 * DAY;
const COORDINATE_STEPS = 1e6;
/** Offices stand nearer to the mast (the centre of its cell) than homes do. */
const WORK_CONCENTRATION = 0.7;
const NIGHT_OFF = 0.045;
const NIGHT_OFF_SENIOR = 0.16;

/**
 * Seeds subscribers: `build(index)` is a pure function of (config, network, index). Keeps cursors and tables, so that building all of a twin's
 * subscribers in order costs a few µs each.
 */
export class Population {
  readonly #config: TwinConfig;
  readonly #network: Network;
  readonly #draw: Draw;
  readonly #households: Households;
  readonly #seeding: Seeding;
  readonly #numbers: NumberPlan;
  readonly #scatter: Scatter;
  readonly #workplaces: Workplaces;
  readonly #blocks: number;
  readonly #activity: Activity = { callsPerDay: 0, textsPerDay: 0, sessionsPerDay: 0 };

  constructor(config: TwinConfig, network: Network) {
    this.#config = config;
    this.#network = network;
    this.#draw = new Draw(config.seed);
    this.#households = new Households(config.seed);
    this.#seeding = new Seeding(config);
    this.#numbers = new NumberPlan(config.seed);
    this.#scatter = new Scatter(network);
    this.#workplaces = new Workplaces(network);
    this.#blocks = Math.ceil(config.capacity / HOUSEHOLD_BLOCK);
  }

  /** True for the `config.subscribers` indices that exist from the start. */
  isActiveAtSeeding(index: number): boolean {
    return this.#seeding.isActive(index);
  }

  /** Site at which the household block of an index lives: blocks are dealt to sites in index (Hilbert) order in proportion to residents. */
  homeSiteOf(index: number): number {
    const before = this.#network.residentsBefore;
    const total = before[before.length - 1];
    const target = ((Math.floor(index / HOUSEHOLD_BLOCK) + 0.5) / this.#blocks) * total;
    let low = 0;
    let high = before.length - 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before[middle + 1] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Version 1 of a subscriber; INACTIVE for an index that is not among those active at seeding. @throws RangeError outside the index space */
  build(index: number): SubscriberProfile {
    if (!(Number.isInteger(index) && index >= 0 && index < this.#config.capacity)) {
      throw new RangeError(`index must be an integer in [0, ${this.#config.capacity}), got ${index}`);
    }
    const { first, size } = this.#households.of(index);
    const draw = this.#draw.at(Purpose.persona, first);
    const sharedAge = draw.unit();
    const language = languageOf(this.#config.region, draw.unit());
    draw.at(Purpose.segment, index);
    const ageBand = ageBandOf(index - first, size, sharedAge, draw.unit());
    const segment = segmentOf(ageBand, draw.unit());
    const plan = choosePlan(segment, draw.unit());
    const device = chooseDevice(segment, draw.at(Purpose.device, index).unit());

    this.#scatter.place(this.homeSiteOf(index), draw.at(Purpose.home, first));
    const { x: homeX, y: homeY } = this.#scatter;
    const homeLatitude = rounded(this.#network.plane.latitude(homeY));
    const homeLongitude = rounded(this.#network.plane.longitude(homeX));
    draw.at(Purpose.work, index);
    let workLatitude: number | null = null;
    let workLongitude: number | null = null;
    if (hasWorkplace(ageBand, draw.unit())) {
      this.#scatter.place(this.#workplaces.choose(homeX, homeY, draw), draw, WORK_CONCENTRATION);
      workLatitude = rounded(this.#network.plane.latitude(this.#scatter.y));
      workLongitude = rounded(this.#network.plane.longitude(this.#scatter.x));
    }

    const activity = this.#activity;
    drawActivity(segment, device.tier > 0, draw.at(Purpose.activity, index), activity);
    const nightOff = draw.chance(segment === Segment.SENIOR ? NIGHT_OFF_SENIOR : NIGHT_OFF);
    draw.at(Purpose.account, first);
    const billCycleDay = 1 + draw.below(28);
    draw.at(Purpose.account, index, 2);
    const activatedAt = SEEDED_BEFORE - Math.floor(JOINED_WITHIN * draw.unit());
    const contractEnd = plan.prepaid ? null : CONTRACTS_FROM + DAY * Math.floor((CONTRACTS_WITHIN * draw.unit()) / DAY);
    return {
      index,
      subscriberId: subscriberIdOf(index),
      imsi: imsiOf(index, 0),
      msisdn: this.#numbers.msisdnOf(index),
      imei: handsetImei(device.number, index, 0),
      segment,
      plan: plan.name,
      status: this.#seeding.isActive(index) ? SubscriberStatus.ACTIVE : SubscriberStatus.INACTIVE,
      accountId: accountIdOf(first),
      billCycleDay, contractEnd,
      homePlmn: HOME_PLMN,
      activatedAt,
      deviceBrand: device.brand,
      deviceModel: device.model,
      capabilities: device.capabilities,
      homeLatitude, homeLongitude, workLatitude, workLongitude,
      language,
      ageBand: AGE_BANDS[ageBand],
      callsPerDay: quantiseRate(activity.callsPerDay),
      textsPerDay: quantiseRate(activity.textsPerDay),
      sessionsPerDay: quantiseRate(activity.sessionsPerDay),
      nightOff,
      effectiveAt: activatedAt,
      version: 1,
    };
  }
}

/** One subscriber; use a `Population` to build many. */
export function buildSubscriber(config: TwinConfig, network: Network, index: number): SubscriberProfile {
  return new Population(config, network).build(index);
}

/** Account of the household whose first index is given. */
export function accountIdOf(householdFirst: number): string {
  return `A${String(householdFirst).padStart(8, '0')}`;
}

function rounded(degrees: number): number {
  return Math.round(degrees * COORDINATE_STEPS) / COORDINATE_STEPS;
}
