import { HOUR, MINUTE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { DayPlan } from '../mobility/day-plan.ts';
import { Whereabouts } from '../mobility/whereabouts.ts';
import { BaselineContacts, callsOfInclined, isInclined } from '../care/inclination.ts';
import { Injected, IntentKind } from './intent.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { ScenarioEffect } from '../scenarios/kind.ts';
import type { World } from '../world.ts';
import type { CallBook } from './call-book.ts';
import { alarmsBeginning } from './cell-alarms.ts';
import { DueHours } from './due-hours.ts';
import { absentBecauseOf, type IntentTable } from './intent-table.ts';
import type { Membership } from './membership.ts';
import type { MessageBook } from './message-book.ts';
import { rateColumn } from './hourly-counts.ts';
import { PowerPlan } from './power-plan.ts';
import { SessionPlan } from './session-plan.ts';

/** Which intents an observer has any record of. */
export interface Interests {
  readonly kinds: ReadonlySet<IntentKind>;
  /** True for an observer that only hears of experiences from people inclined to complain. */
  readonly onlyInclined: boolean;
}

/** What all tasks of a process share: the books of the whole population. */
export interface Books {
  readonly calls: CallBook;
  readonly messages: MessageBook;
}

/** Phones that report in each minute of every hour: those of minute m lie at [bounds[m], bounds[m + 1]). */
interface Phones {
  readonly subscriber: Int32Array;
  /** Millisecond of the minute. */
  readonly phase: Uint16Array;
  readonly bounds: Int32Array;
}

const NO_PHONES: Phones = { subscriber: new Int32Array(0), phase: new Uint16Array(0), bounds: new Int32Array(HOUR / MINUTE + 1) };

/** Plans the intents of one partition, an hour at a time. A pure function of (world, causes, hour). */
export class Planner {
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #interests: Interests;
  readonly #sessions: SessionPlan;
  readonly #whereabouts: Whereabouts;
  readonly #draw: Draw;
  /** Who may depart on a trip. */
  readonly #travellers: DueHours;
  readonly #phones: Phones;
  readonly #power: PowerPlan | null;
  /** By position in the membership: rate code of data sessions; made when the first hour is planned. */
  #sessionRates: Uint8Array | null = null;
  #tripsCauses: Causes | null = null;

  constructor(world: World, books: Books, members: Membership, interests: Interests) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#interests = interests;
    this.#sessions = new SessionPlan(world);
    this.#whereabouts = new Whereabouts(world);
    this.#draw = new Draw(world.config.seed);
    this.#phones = interests.kinds.has(IntentKind.PERIODIC_UPDATE) ? this.#byPhase() : NO_PHONES;
    this.#power = interests.kinds.has(IntentKind.POWER) ? new PowerPlan(world, members) : null;
    this.#travellers = new DueHours(interests.kinds.has(IntentKind.TRIP) ? members.subscribers.length : 0);
  }

  /** Fills `table` with the intents of the given kinds that begin in the hour (hours since the epoch). */
  plan(table: IntentTable, hour: number, causes: Causes, kinds: ReadonlySet<IntentKind>): void {
    table.clear(hour);
    if (kinds.has(IntentKind.CALL)) this.#calls(table, hour);
    if (kinds.has(IntentKind.MESSAGE)) this.#messages(table, hour);
    if (kinds.has(IntentKind.SESSION)) this.#dataSessions(table, hour);
    if (kinds.has(IntentKind.TRIP)) this.#trips(table, hour, causes);
    if (kinds.has(IntentKind.POWER)) this.#power?.plan(table, hour);
    if (kinds.has(IntentKind.CARE)) this.#care(table, hour);
    if (kinds.has(IntentKind.CELL)) this.#cells(table, hour);
    this.#injected(table, hour, causes, kinds);
    table.sort();
  }

  /**
   * Visits the subscribers whose phone reports in a minute (0–59) of every hour, and the millisecond of the hour. Every phone
   * reports once an hour: T3412 and T3512 default to 54 minutes, and an hour divides the day. These intents are the same
   * hour after hour, so they are not planned but listed.
   */
  forPeriodicUpdates(minute: number, visit: (subscriber: number, phase: number) => void): void {
    const phones = this.#phones;
    const end = phones.bounds[minute + 1];
    for (let k = phones.bounds[minute]; k < end; k++) visit(phones.subscriber[k], minute * MINUTE + phones.phase[k]);
  }

  /** Active members by the minute in which they report. */
  #byPhase(): Phones {
    const { directory } = this.#world;
    const active = this.#members.subscribers.filter((i) => directory.isActive(i));
    const phases = active.map((i) => this.#draw.at(Purpose.periodicUpdate, i).below(HOUR));
    const bounds = new Int32Array(HOUR / MINUTE + 1);
    for (const phase of phases) bounds[1 + Math.floor(phase / MINUTE)]++;
    for (let m = 1; m < bounds.length; m++) bounds[m] += bounds[m - 1];
    const next = bounds.slice();
    const subscriber = new Int32Array(active.length);
    const phase = new Uint16Array(active.length);
    for (let k = 0; k < active.length; k++) {
      const at = next[Math.floor(phases[k] / MINUTE)]++;
      subscriber[at] = active[k];
      phase[at] = phases[k] % MINUTE;
    }
    return { subscriber, phase, bounds };
  }

  #calls(table: IntentTable, hour: number): void {
    const calls = this.#interests.onlyInclined ? callsOfInclined(this.#books.calls, this.#draw, hour) : this.#books.calls.calls(hour);
    for (let j = 0; j < calls.length; j++) {
      const caller = calls.caller[j];
      const callee = calls.callee[j];
      const mine = (caller >= 0 && this.#watches(caller, hour)) || (callee >= 0 && this.#watches(callee, hour));
      if (mine) table.add(IntentKind.CALL, calls.owner(j), calls.start(j), j, -1);
    }
  }

  #messages(table: IntentTable, hour: number): void {
    const messages = this.#books.messages.messages(hour);
    for (let j = 0; j < messages.length; j++) {
      const sender = messages.sender[j];
      const recipient = messages.recipient[j];
      const mine = (sender >= 0 && this.#watches(sender, hour)) || (recipient >= 0 && this.#watches(recipient, hour));
      if (mine) table.add(IntentKind.MESSAGE, messages.owner(j), messages.start(j), j, -1);
    }
  }

  #watches(subscriber: number, hour: number): boolean {
    return (
      this.#members.isMember(subscriber) &&
      (!this.#interests.onlyInclined || isInclined(this.#draw, subscriber, hour))
    );
  }

  #dataSessions(table: IntentTable, hour: number): void {
    const { subscribers } = this.#members;
    const { directory } = this.#world;
    const rates = (this.#sessionRates ??= rateColumn(subscribers.length, (m) => (directory.isActive(subscribers[m]) ? directory.sessionRate(subscribers[m]) : 0)));
    for (let m = 0; m < subscribers.length; m++) {
      if (rates[m] === 0) continue;
      const i = subscribers[m];
      if (this.#interests.onlyInclined && !isInclined(this.#draw, i, hour)) continue;
      const n = this.#sessions.begin(i, hour, rates[m]);
      for (let k = 0; k < n; k++) table.add(IntentKind.SESSION, i, this.#sessions.nextStart(), k, -1);
    }
  }

  #trips(table: IntentTable, hour: number, causes: Causes): void {
    const { directory } = this.#world;
    const { subscribers } = this.#members;
    const from = hour * HOUR;
    const to = from + HOUR;
    const travellers = this.#travellers;
    travellers.begin(hour, causes !== this.#tripsCauses);
    this.#tripsCauses = causes;
    for (let m = 0; m < subscribers.length; m++) {
      if (!travellers.isDue(m)) continue;
      const i = subscribers[m];
      travellers.postpone(m, hour + 1);
      if (!directory.isActive(i)) continue;
      const { end } = this.#whereabouts.dayOf(i, from, causes);
      let asPlanned = this.#tripsOfDay(table, i, from, from, causes);
      if (end < to) asPlanned = this.#tripsOfDay(table, i, end, from, causes);
      if (asPlanned) travellers.postpone(m, Math.floor(this.#nextDeparture(to) / HOUR));
    }
  }

  /** First departure at or after `time` of the day last planned, which no scenario has rewritten; at the latest the day's end, after which another plan holds. */
  #nextDeparture(time: number): number {
    const { plan } = this.#whereabouts;
    for (let k = 0; k + 1 < plan.stays; k++) {
      if (plan.depart[k] >= time) return plan.depart[k];
    }
    return plan.end;
  }

  /**
   * Trips of the day that contains `time` and begin in the hour from `from`. Where a scenario has rewritten the day, its trips
   * carry the effect's position, and those of the day as it would have been are added as {@link absentBecauseOf} it.
   * @returns false for such a day: the day last planned is then the one that would have been
   */
  #tripsOfDay(table: IntentTable, subscriber: number, time: number, from: number, causes: Causes): boolean {
    const plan = this.#whereabouts.dayOf(subscriber, time, causes);
    const { redirectedBy, redirectedFrom } = plan;
    if (redirectedBy < 0) {
      this.#addTrips(table, subscriber, from, -Infinity, -1);
      return true;
    }
    this.#addTrips(table, subscriber, from, redirectedFrom, redirectedBy);
    this.#whereabouts.dayOf(subscriber, time, causes.without(causes.effects[redirectedBy].scenario.scenarioId));
    this.#addTrips(table, subscriber, from, redirectedFrom, absentBecauseOf(redirectedBy), redirectedFrom);
    return false;
  }

  #addTrips(table: IntentTable, subscriber: number, from: number, changedFrom: number, mark: number, notBefore = -Infinity): void {
    const { plan } = this.#whereabouts;
    for (let k = 0; k + 1 < plan.stays; k++) {
      const depart = plan.depart[k];
      if (depart < from || depart >= from + HOUR || depart < notBefore) continue;
      table.add(IntentKind.TRIP, subscriber, depart, k, depart >= changedFrom && changedFrom > -Infinity ? mark : -1);
    }
  }

  #care(table: IntentTable, hour: number): void {
    const { directory, localTime } = this.#world;
    const contacts = new BaselineContacts(this.#draw, hour, localTime.hourOfWeek(hour * HOUR));
    const add = (i: number, start: number, ordinal: number): void => { table.add(IntentKind.CARE, i, start, ordinal, -1); };
    for (const i of this.#members.subscribers) if (directory.isActive(i)) contacts.visit(i, add);
  }

  #cells(table: IntentTable, hour: number): void {
    for (const cell of this.#members.cells) {
      const start = alarmsBeginning(this.#draw, cell, hour);
      if (start >= 0) table.add(IntentKind.CELL, cell, start, 0, -1);
    }
  }

  #injected(table: IntentTable, hour: number, causes: Causes, kinds: ReadonlySet<IntentKind>): void {
    const { onlyInclined } = this.#interests;
    const from = hour * HOUR;
    causes.effects.forEach((effect, position) => {
      if (effect.addIntents === undefined || effect.from >= from + HOUR || effect.until + effect.scenario.tailMs < from) return;
      effect.addIntents(from, this.#members, {
        add: (kind, subscriber, start, detail) => {
          if (!kinds.has(kind) || start < from || start >= from + HOUR) return;
          if (onlyInclined && kind === IntentKind.SESSION && !isInclined(this.#draw, subscriber, hour)) return;
          table.add(kind, subscriber, start, detail, position);
        },
      }, (subscriber, time) => this.#dayRedirectedBy(effect, subscriber, time, causes));
    });
    if (kinds.has(IntentKind.CELL)) this.#outageAlarms(table, from, causes);
  }

  #dayRedirectedBy({ scenario }: ScenarioEffect, subscriber: number, time: number, causes: Causes): DayPlan | null {
    const plan = this.#whereabouts.dayOf(subscriber, time, causes);
    return plan.redirectedBy >= 0 && causes.effects[plan.redirectedBy].scenario.scenarioId === scenario.scenarioId ? plan : null;
  }

  /** The alarms that an outage raises on its cells, and clears: once, however often it is updated between. */
  #outageAlarms(table: IntentTable, from: number, causes: Causes): void {
    const within = (time: number): boolean => time >= from && time < from + HOUR;
    causes.effects.forEach((effect, position) => {
      if (effect.isDown === undefined || (!within(effect.from) && !within(effect.until))) return;
      for (const cell of this.#members.cells) {
        if (!effect.isDown(cell)) continue;
        const goesOn = (edge: number): boolean => causes.effects.some((other) => other !== effect && other.scenario.scenarioId === effect.scenario.scenarioId
          && (other.until === edge || other.from === edge) && other.isDown!(cell));
        if (within(effect.from) && !goesOn(effect.from)) table.add(IntentKind.INJECTED, cell, effect.from, Injected.CELL_ALARM, position);
        if (within(effect.until) && !goesOn(effect.until)) table.add(IntentKind.INJECTED, cell, effect.until, Injected.CELL_CLEARED, position);
      }
    });
  }
}
