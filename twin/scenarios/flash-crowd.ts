import { HOUR, MINUTE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { IntentKind, type IntentSink } from '../intents/intent.ts';
import type { Membership } from '../intents/membership.ts';
import { MAX_SESSIONS } from '../intents/session-plan.ts';
import { type DayPlan, MAX_STAYS, PlaceCode, travelTime } from '../mobility/day-plan.ts';
import { Places } from '../mobility/places.ts';
import type { World } from '../world.ts';
import type { ScenarioEffect, ScenarioKind } from './kind.ts';
import { parameter, resolveIds } from './resolve-ids.ts';
import { scenarioHash } from './scenario-hash.ts';
import { ScenarioError, type ResolvedScenario } from './types.ts';

const PARAMETERS: ScenarioKind['parameters'] = [
  { name: 'attendance', description: 'people who come, at intensity 1', unit: 'subscribers', minimum: 1, maximum: 200_000, default: 500 },
  { name: 'radius', description: 'how far people come from', unit: 'km', minimum: 1, maximum: 200, default: 40 },
  { name: 'load', description: 'load added to each cell of the venue at intensity 1', unit: 'cell capacities', minimum: 0, maximum: 3, default: 0.7 },
];
/** People set out within this time of the beginning. */
const DEPARTURES = 40 * MINUTE;
/** People leave within this time of the end. */
const LEAVING = 25 * MINUTE;
/** Nobody turns round at the gate. */
const SHORTEST_VISIT = 10 * MINUTE;
/** Data sessions an attendee begins per hour at the venue beyond their own. */
const SESSIONS_PER_HOUR = 2.5;
/** A crowd that forms later than this into the local day (04:00 + 17 h = 21:00) would not be home before the day ends. */
const LATEST_START = 17 * HOUR;

/** A crowd gathers at a venue: a match, a concert, a demonstration. */
export const flashCrowd: ScenarioKind = {
  kind: 'flash_crowd',
  title: 'Flash crowd',
  description:
    'People travel to a site, stay there using their phones more than usual, and go home when it is over. The venue’s cells congest: set-ups fail and throughput falls for everybody there.',
  targets: ['SITE'],
  parameters: PARAMETERS,
  tailMs: 24 * HOUR,
  defaultDurationMs: 3 * HOUR,
  resolve: (event, world, appliedFrom) => {
    const { sites, cells } = world.network;
    const wanted = resolveIds('target.ids', event.target.ids, 'site', (id) => sites.findIndex((site) => site.siteId === id));
    if (wanted.length !== 1) throw new ScenarioError('target.ids', `a flash crowd gathers at one site; ${wanted.length} were named`);
    const { localTime } = world;
    const day = localTime.dayOf(appliedFrom);
    if (appliedFrom - localTime.dayStart(day) > LATEST_START) {
      throw new ScenarioError('effective_at', 'a flash crowd must begin between 04:00 and 21:00 local time, so that people get home before the day ends');
    }
    return { cells: cells.filter((cell) => cell.site === wanted[0]).map((cell) => cell.index), subscribers: [], onBegin: [], onEnd: [] };
  },
  effect: (phase, world, run) => new FlashCrowdEffect(phase, world, run.at(-1) === phase),
};

class FlashCrowdEffect implements ScenarioEffect {
  readonly scenario: ResolvedScenario;
  readonly from: number;
  readonly until: number;
  readonly #isLast: boolean;
  readonly #world: World;
  readonly #draw: Draw;
  /** Apart from the other: days are planned between two of its numbers. */
  readonly #sessionDraw: Draw;
  readonly #places: Places;
  readonly #cells: ReadonlySet<number>;
  readonly #x: number;
  readonly #y: number;
  readonly #radius: number;
  readonly #share: number;
  readonly #load: number;

  /** @param isLast whether no later phase goes on with the crowd */
  constructor(scenario: ResolvedScenario, world: World, isLast: boolean) {
    this.#isLast = isLast;
    this.scenario = scenario;
    this.from = scenario.appliedFrom;
    this.until = scenario.appliedUntil ?? Infinity;
    this.#world = world;
    this.#draw = new Draw(world.config.seed ^ scenarioHash(scenario.scenarioId));
    this.#sessionDraw = new Draw(world.config.seed ^ scenarioHash(scenario.scenarioId));
    this.#places = new Places(world);
    this.#cells = new Set(scenario.cells);
    const { network } = world;
    const venue = network.cellSite[scenario.cells[0]];
    this.#x = network.siteX[venue]!;
    this.#y = network.siteY[venue]!;
    this.#radius = parameter(PARAMETERS, scenario.parameters, 'radius');
    this.#load = parameter(PARAMETERS, scenario.parameters, 'load') * scenario.intensity;
    let within = 0;
    network.sites.forEach((site) => {
      if (network.distanceToSite(site.index, this.#x, this.#y) <= this.#radius) within += site.expectedResidents;
    });
    this.#share = Math.min(1, (parameter(PARAMETERS, scenario.parameters, 'attendance') * scenario.intensity) / Math.max(1, within));
  }

  extraLoad(cell: number): number {
    return this.#cells.has(cell) ? this.#load : 0;
  }

  /**
   * Nothing here depends on the end except what happens after it, so that a STOP changes only what follows it: who would have set out after it stays
   * where they are, and does not go to another crowd instead, which may have begun before it.
   */
  redirectDay(plan: DayPlan, by: ScenarioEffect | null): boolean {
    const i = plan.subscriber;
    if (this.from < plan.start || this.from >= plan.end || !this.#invited(i)) return false;
    if (by !== null && by.scenario.scenarioId !== this.scenario.scenarioId) return false;
    const draw = this.#draw.at(Purpose.scenarioSubject, i, 1);
    const leave = this.from + draw.below(DEPARTURES);
    const linger = draw.below(LEAVING);
    if (by !== null && isAtVenue(plan)) return this.#keep(plan, by, linger);
    const k = plan.stayAt(leave);
    if (leave >= plan.depart[k] || k + 3 > MAX_STAYS) return false;
    this.#places.resolve(plan, k);
    const arrive = leave + travelTime(distance(plan.x[k], plan.y[k], this.#x, this.#y));
    if (arrive + SHORTEST_VISIT > this.#latest(plan)) return false;
    if (leave >= this.until) return true;
    plan.stays = k + 1;
    plan.depart[k] = leave;
    plan.redirectedFrom = leave;
    plan.stay(PlaceCode.VENUE, 0, arrive);
    this.#places.resolveAt(plan, k + 1, this.#x + 0.15 * (draw.unit() - 0.5), this.#y + 0.15 * (draw.unit() - 0.5));
    plan.depart[k + 1] = this.#departure(plan, arrive, linger);
    plan.stay(PlaceCode.HOME, 0, plan.depart[k + 1] + this.#homeward(i));
    return true;
  }

  /** An UPDATE changes when those leave who are at the venue already, or on their way. */
  #keep(plan: DayPlan, { scenario }: ScenarioEffect, linger: number): boolean {
    if (!this.#cells.has(scenario.cells[0])) return false;
    const venue = plan.stays - 2;
    plan.depart[venue] = this.#departure(plan, plan.arrive[venue], linger);
    plan.arrive[venue + 1] = plan.depart[venue] + this.#homeward(plan.subscriber);
    return true;
  }

  /** When somebody leaves the venue who came at `arrive` and stays on for `linger` (ms) after the end. */
  #departure(plan: DayPlan, arrive: number, linger: number): number {
    return Math.min(this.#latest(plan), Math.max(this.until + linger, arrive + SHORTEST_VISIT));
  }

  /** Latest departure from the venue that gets home before the day ends. */
  #latest(plan: DayPlan): number {
    return plan.end - 20 * MINUTE - this.#homeward(plan.subscriber);
  }

  #homeward(subscriber: number): number {
    const { directory } = this.#world;
    return travelTime(distance(this.#x, this.#y, directory.homeX(subscriber), directory.homeY(subscriber)));
  }

  addIntents(hourStart: number, members: Membership, sink: IntentSink, dayOf: (subscriber: number, time: number) => DayPlan | null): void {
    const { directory } = this.#world;
    const hour = hourStart / HOUR;
    for (const i of members.subscribers) {
      if (!directory.isActive(i) || !this.#invited(i)) continue;
      const plan = dayOf(i, this.from);
      if (plan === null || !isAtVenue(plan)) continue;
      const venue = plan.stays - 2;
      // A later phase adds what comes after this one, by the same draws.
      const begin = Math.max(this.from, plan.arrive[venue]);
      const end = this.#isLast ? plan.depart[venue] : Math.min(this.until, plan.depart[venue]);
      const draw = this.#sessionDraw.at(Purpose.scenarioEvent, i, hour);
      const n = Math.min(31 - MAX_SESSIONS, draw.poisson(SESSIONS_PER_HOUR * this.scenario.intensity));
      for (let k = 0; k < n; k++) {
        const start = hourStart + draw.below(HOUR);
        if (start >= begin && start < end) sink.add(IntentKind.SESSION, i, start, MAX_SESSIONS + k, -1);
      }
    }
  }

  #invited(subscriber: number): boolean {
    const { directory } = this.#world;
    if (this.#draw.at(Purpose.scenarioSubject, subscriber, 0).unit() >= this.#share) return false;
    return distance(directory.homeX(subscriber), directory.homeY(subscriber), this.#x, this.#y) <= this.#radius;
  }
}

/** The day leads to a venue and from there home. */
function isAtVenue(plan: DayPlan): boolean {
  return plan.stays >= 2 && plan.place[plan.stays - 2] === PlaceCode.VENUE;
}

function distance(ax: number, ay: number, bx: number, by: number): number {
  return Math.sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by));
}
