import { encodeLocationUpdate, LocationUpdateRow, locationUpdateRowToObject, LocationUpdateTrigger as Trigger } from '../../schemas/generated/LocationUpdate.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Injected, IntentKind } from '../../twin/intents/intent.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Step, type Trace } from '../../twin/mobility/trace.ts';
import { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { CallOutcome, type CallParty } from '../../twin/outcomes/call.ts';
import { Fix } from '../../twin/outcomes/fix.ts';
import { linkBreak } from '../../twin/outcomes/inactivity.ts';
import { MessageOutcome } from '../../twin/outcomes/message.ts';
import { Moves } from '../../twin/outcomes/moves.ts';
import { SessionOutcome } from '../../twin/outcomes/session.ts';
import { StolenNumberUse } from '../../twin/outcomes/stolen-number.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { EventIds, injectedOrdinal, originOf } from '../generator/event-id.ts';
import type { Identities } from '../generator/identities.ts';
import type { File, Intent, Observer } from '../generator/observer.ts';

const LONGEST_TRIP = 3 * HOUR;

/** The location platform: an estimate whenever a phone has signalled. */
export class LocationObserver implements Observer {
  readonly stream = 'location_updates';
  readonly interests = {
    kinds: new Set([
      IntentKind.CALL, IntentKind.MESSAGE, IntentKind.SESSION, IntentKind.PERIODIC_UPDATE, IntentKind.TRIP, IntentKind.POWER, IntentKind.INJECTED,
    ]),
    onlyInclined: false,
  };
  readonly tolerances = { accuracy_m: { relative: 0.25 } };
  readonly #row = new LocationUpdateRow();
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #identities: Identities;
  readonly #call: CallOutcome;
  readonly #message: MessageOutcome;
  readonly #session: SessionOutcome;
  readonly #whereabouts: Whereabouts;
  readonly #moves: Moves;
  readonly #stolen: StolenNumberUse;
  readonly #fix: Fix;
  readonly #ids = new EventIds(this.#row.event_id);
  #tag = '';
  #owner = 0;
  #hour = 0;
  #ordinal = 0;
  #origin = 0;
  #record = 0;
  #file!: File;
  #causes!: Causes;

  constructor(world: World, books: Books, members: Membership, identities: Identities) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#identities = identities;
    this.#call = new CallOutcome(world);
    this.#message = new MessageOutcome(world);
    this.#session = new SessionOutcome(world, false);
    this.#whereabouts = new Whereabouts(world);
    this.#moves = new Moves(world, this.#whereabouts);
    this.#stolen = new StolenNumberUse(world);
    this.#fix = new Fix(world);
  }

  lookBack(kind: IntentKind): number {
    switch (kind) {
      case IntentKind.TRIP:
        return LONGEST_TRIP;
      case IntentKind.CALL:
      case IntentKind.SESSION:
        return HOUR + 2 * MINUTE;
      default:
        return 5 * MINUTE;
    }
  }

  encode(slab: Slab): void {
    encodeLocationUpdate(slab, this.#row);
  }

  snapshot(): Record<string, unknown> {
    return { ...locationUpdateRowToObject(this.#row) };
  }

  observe(intent: Intent, causes: Causes, file: File): void {
    this.#file = file;
    this.#causes = causes;
    this.#owner = intent.subscriber;
    this.#hour = intent.hour;
    this.#ordinal = intent.detail;
    this.#origin = 0;
    this.#record = 0;
    switch (intent.kind) {
      case IntentKind.CALL:
        return this.#observeCall(intent);
      case IntentKind.MESSAGE:
        return this.#observeMessage(intent);
      case IntentKind.SESSION:
        return this.#observeSession(intent);
      case IntentKind.PERIODIC_UPDATE:
        return this.#observePeriodicUpdate(intent);
      case IntentKind.TRIP:
        return this.#observeTrip(intent);
      case IntentKind.POWER:
        return this.#observePower(intent);
      case IntentKind.INJECTED:
        return this.#observeInjected(intent);
      case IntentKind.CARE:
      case IntentKind.CELL:
        return;
    }
  }

  #observeCall(intent: Intent): void {
    const call = this.#call;
    const table = this.#books.calls.calls(intent.hour);
    if (!table.mayOutlast(intent.detail, intent.since) || !call.evaluate(table, intent.detail, this.#causes)) return;
    this.#ordinal = table.ordinal[intent.detail];
    this.#owner = table.owner(intent.detail);
    this.#leg(call.caller, 'lv');
    if (call.cause.code !== 17) this.#leg(call.callee, 'lt');
  }

  #leg(party: CallParty, tag: string): void {
    if (party.subscriber < 0 || !party.connected || !this.#members.isMember(party.subscriber)) return;
    this.#tag = tag;
    this.#record = 0;
    this.#connection(party.subscriber, party.trace, party.trace.time[0], this.#call.end, party.lostStep);
  }

  #observeMessage(intent: Intent): void {
    const message = this.#message;
    const table = this.#books.messages.messages(intent.hour);
    if (!message.evaluate(table, intent.detail, this.#causes)) return;
    this.#ordinal = table.ordinal[intent.detail];
    this.#owner = table.owner(intent.detail);
    const { sender, recipient } = message;
    if (sender >= 0 && this.#members.isMember(sender)) {
      this.#tag = 'lm';
      const fixed = message.submitted + 100;
      const lost = linkBreak(sender, message.senderCell, message.submitted, fixed, this.#causes) < Infinity;
      if (!lost) this.#locate(Trigger.SERVICE, fixed, sender, message.senderCell, message.senderX, message.senderY);
    }
    if (recipient >= 0 && message.delivered && this.#members.isMember(recipient)) {
      this.#tag = 'lr';
      this.#record = 0;
      const fixed = message.completed - 100;
      const lost = linkBreak(recipient, message.recipientCell, message.completed - 400, fixed, this.#causes) < Infinity;
      if (!lost) this.#locate(Trigger.SERVICE, fixed, recipient, message.recipientCell, message.recipientX, message.recipientY);
    }
  }

  #observeSession(intent: Intent): void {
    const session = this.#session;
    if (!session.mayOutlast(intent.subscriber, intent.hour, intent.detail, intent.start, intent.since)) return;
    if (!session.evaluate(intent.subscriber, intent.hour, intent.detail, intent.start, this.#causes)) return;
    this.#tag = 'ld';
    this.#connection(intent.subscriber, session.trace, session.start, session.end, session.lostStep);
  }

  /** A fix when a connection begins, and one at each handover. */
  #connection(subscriber: number, trace: Trace, first: number, end: number, lostStep: number): void {
    this.#locate(Trigger.SERVICE, first, subscriber, trace.cell[0], trace.x[0], trace.y[0]);
    for (let k = 1; k < trace.length && trace.time[k] <= end && k !== lostStep; k++) {
      if (trace.step[k] !== Step.HANDOVER) continue;
      this.#locate(Trigger.HANDOVER, Math.floor(trace.time[k]), subscriber, trace.cell[k], trace.x[k], trace.y[k]);
    }
  }

  #observePeriodicUpdate(intent: Intent): void {
    const i = intent.subscriber;
    const where = this.#whereabouts;
    if (!where.isReachable(i, intent.start, this.#causes, 400)) return;
    if (linkBreak(i, where.cell, intent.start, intent.start + 60, this.#causes) < Infinity) return;
    this.#tag = 'lp';
    this.#locate(Trigger.PERIODIC, intent.start + 60, i, where.cell, where.x, where.y);
  }

  #observeTrip(intent: Intent): void {
    const i = intent.subscriber;
    this.#tag = 'lj';
    this.#ordinal = Math.floor((intent.start - intent.hour * HOUR) / 1000);
    this.#moves.followTrip(i, intent.start, intent.detail, intent.since, this.#causes, (kind, time, cell, x, y) => {
      if (kind !== 'LOST') this.#locate(kind === 'UPDATE' ? Trigger.TAU : Trigger.ATTACH, time, i, cell, x, y);
    });
  }

  #observePower(intent: Intent): void {
    const i = intent.subscriber;
    const where = this.#whereabouts;
    if (intent.detail === 0 || this.#causes.isDispossessed(i, intent.start) || !where.locate(i, intent.start, this.#causes)) return;
    this.#tag = 'lo';
    this.#ordinal = Math.floor((intent.start - intent.hour * HOUR) / 1000);
    this.#locate(Trigger.ATTACH, intent.start, i, where.cell, where.x, where.y);
  }

  #observeInjected(intent: Intent): void {
    const { effect, subscriber: i, start } = intent;
    const code = intent.detail & 15;
    if (effect === null) return;
    this.#tag = 'lx';
    this.#ordinal = injectedOrdinal(start, intent.hour, code);
    this.#origin = originOf(effect);
    if (code === Injected.CELL_LOST || code === Injected.CELL_BACK) {
      this.#moves.atOutageEdge(i, start, effect, this.#causes, (kind, time, cell, x, y) => {
        if (kind !== 'LOST') this.#locate(kind === 'UPDATE' ? Trigger.TAU : Trigger.ATTACH, time, i, cell, x, y);
      });
      return;
    }
    const held = effect.identity?.(i);
    if (held === undefined || code === Injected.SWAP_DETACH) return;
    if (code === Injected.SWAP_REVERSED) {
      const where = this.#whereabouts;
      if (where.isReachable(i, start, this.#causes)) this.#locate(Trigger.ATTACH, start, i, where.cell, where.x, where.y);
      return;
    }
    if (code === Injected.SWAP_ATTACH) {
      if (!this.#causes.isDown(held.cell, start)) this.#locate(Trigger.ATTACH, start, i, held.cell, held.x, held.y);
    } else if (this.#stolen.evaluate(i, intent.hour, start, intent.detail, effect, this.#causes)) {
      this.#locate(Trigger.SERVICE, start, i, held.cell, held.x, held.y);
    }
  }

  #locate(trigger: Trigger, time: number, subscriber: number, cell: number, x: number, y: number): void {
    const row = this.#row;
    const { network } = this.#world;
    const fix = this.#fix;
    fix.estimate(subscriber, cell, x, y, this.#hour * 64 + this.#ordinal + this.#record * 7919);
    this.#ids.write(this.#tag, this.#owner, this.#hour, this.#ordinal, this.#record, this.#origin);
    row.event_time = time;
    row.subscriber_id = SUBSCRIBER_ID_BASE + subscriber;
    row.imsi = this.#identities.imsi(subscriber, time, this.#causes);
    row.cell_id = network.cellId[cell];
    row.tac = network.cellTac[cell];
    row.latitude = fix.latitude;
    row.longitude = fix.longitude;
    row.accuracy_m = fix.accuracy;
    row.timing_advance = fix.timingAdvance;
    row.trigger = trigger;
    this.#file(time, subscriber, this.#record++);
  }
}
