import { HOUR, MINUTE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { IntentKind, type IntentSink } from '../intents/intent.ts';
import type { Membership } from '../intents/membership.ts';
import { MAX_SESSIONS } from '../intents/session-plan.ts';
import { DayPlan, MAX_STAYS, PlaceCode, travelTime } from '../mobility/day-plan.ts';
import { Places } from '../mobility/places.ts';
import { Timetable } from '../mobility/timetable.ts';
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
  effect: (scenario, world) => new FlashCrowdEffect(scenario, world),
};

class FlashCrowdEffect implements ScenarioEffect {
  readonly scenario: ResolvedScenario;
  readonly from: number;
  readonly until: number;
  readonly #world: World;
  readonly #draw: Draw;
  /** Apart from the other: days are planned between two of its numbers. */
  readonly #sessionDraw: Draw;
  readonly #places: Places;
  readonly #timetable: Timetable;
  readonly #plan = new DayPlan();
  readonly #cells: ReadonlySet<number>;
  readonly #x: number;
  readonly #y: number;
  readonly #radius: number;
  readonly #share: number;
  readonly #load: number;

  constructor(scenario: ResolvedScenario, world: World) {
    this.scenario = scenario;
    this.from = scenario.appliedFrom;
    this.until = scenario.appliedUntil ?? Infinity;
    this.#world = world;
    this.#draw = new Draw(world.config.seed ^ scenarioHash(scenario.scenarioId));
    this.#sessionDraw = new Draw(world.config.seed ^ scenarioHash(scenario.scenarioId));
    this.#places = new Places(world);
    this.#timetable = new Timetable(world);
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

  /** Nothing here depends on the end except what happens after it, so that a STOP changes only what follows it. */
  redirectDay(plan: DayPlan): boolean {
    const i = plan.subscriber;
    if (plan.redirectedBy !== 0 || this.from < plan.start || this.from >= plan.end || !this.#invited(i)) return false;
    const draw = this.#draw.at(Purpose.scenarioSubject, i, 1);
    const leave = this.from + draw.below(DEPARTURES);
    const linger = draw.below(LEAVING);
    const k = plan.stayAt(leave);
    if (leave >= plan.depart[k] || k + 3 > MAX_STAYS) return false;
    this.#places.resolve(plan, k);
    const { directory } = this.#world;
    const arrive = leave + travelTime(distance(plan.x[k], plan.y[k], this.#x, this.#y));
    const homeward = travelTime(distance(this.#x, this.#y, directory.homeX(i), directory.homeY(i)));
    const latest = plan.end - 20 * MINUTE - homeward;
    if (arrive + 10 * MINUTE > latest) return false;
    const depart = Math.min(latest, Math.max(this.until + linger, arrive + 10 * MINUTE));
    plan.stays = k + 1;
    plan.depart[k] = leave;
    plan.redirectedFrom = leave;
    plan.stay(PlaceCode.VENUE, 0, arrive);
    this.#places.resolveAt(plan, k + 1, this.#x + 0.15 * (draw.unit() - 0.5), this.#y + 0.15 * (draw.unit() - 0.5));
    plan.depart[k + 1] = depart;
    plan.stay(PlaceCode.HOME, 0, depart + homeward);
    return true;
  }

  addIntents(hourStart: number, members: Membership, sink: IntentSink): void {
    const { localTime, directory } = this.#world;
    const day = localTime.dayOf(this.from);
    const hour = hourStart / HOUR;
    for (const i of members.subscribers) {
      if (!directory.isActive(i) || !this.#invited(i)) continue;
      this.#timetable.plan(this.#plan, i, day);
      if (!this.redirectDay(this.#plan)) continue;
      const arrive = this.#plan.arrive[this.#plan.stays - 2];
      const depart = this.#plan.depart[this.#plan.stays - 2];
      const draw = this.#sessionDraw.at(Purpose.scenarioEvent, i, hour);
      const n = Math.min(31 - MAX_SESSIONS, draw.poisson(SESSIONS_PER_HOUR * this.scenario.intensity));
      for (let k = 0; k < n; k++) {
        const start = hourStart + draw.below(HOUR);
        if (start >= arrive && start < depart) sink.add(IntentKind.SESSION, i, start, MAX_SESSIONS + k, -1);
      }
    }
  }

  #invited(subscriber: number): boolean {
    const { directory } = this.#world;
    if (this.#draw.at(Purpose.scenarioSubject, subscriber, 0).unit() >= this.#share) return false;
    return distance(directory.homeX(subscriber), directory.homeY(subscriber), this.#x, this.#y) <= this.#radius;
  }
}

function distance(ax: number, ay: number, bx: number, by: number): number {
  return Math.sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by));
}
