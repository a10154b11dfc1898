import {
  CustomerServiceEventRow, customerServiceEventRowToObject, CustomerServiceEventChannel, CustomerServiceEventSentiment,
  CustomerServiceEventType as Type, encodeCustomerServiceEvent,
} from '../../schemas/generated/CustomerServiceEvent.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { HOUR, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Contact, Experience, LONGEST_CONTACT } from '../../twin/care/contact.ts';
import { callsOfInclined, isInclined, isInclinedByOutage, LONGEST_CARE_LAG } from '../../twin/care/inclination.ts';
import { Injected, IntentKind } from '../../twin/intents/intent.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { CallOutcome, type CallParty } from '../../twin/outcomes/call.ts';
import { Moves } from '../../twin/outcomes/moves.ts';
import { SessionOutcome } from '../../twin/outcomes/session.ts';
import { NumberPlan } from '../../twin/population/identity.ts';
import { Draw } from '../../twin/random/draw.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { injectedOrdinal, originOf, writeEventId } from '../generator/event-id.ts';
import type { File, Intent, Observer } from '../generator/observer.ts';

/** Sessions and calls last at most an hour; the experience is their end. */
const LONGEST_EXPERIENCE = HOUR;
/** Keys of contacts about what a scenario injects begin here, above all others. */
const INJECTED_KEYS = 1024;

/** Customer care: contacts for reasons of people's own, and about bad experiences, from those inclined to complain. */
export class CareObserver implements Observer {
  readonly stream = 'customer_service';
  readonly interests = {
    kinds: new Set([IntentKind.CALL, IntentKind.SESSION, IntentKind.CARE, IntentKind.INJECTED]),
    onlyInclined: true,
  };
  readonly tolerances = {};
  readonly #row = new CustomerServiceEventRow();
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #numbers: NumberPlan;
  readonly #contact: Contact;
  readonly #call: CallOutcome;
  readonly #session: SessionOutcome;
  readonly #whereabouts: Whereabouts;
  readonly #moves: Moves;
  readonly #draw: Draw;
  /** What else the contact being reported is named after than (subscriber, hour, key); see `writeEventId`. */
  #origin = 0;

  constructor(world: World, books: Books, members: Membership) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#numbers = new NumberPlan(world.config.seed);
    this.#contact = new Contact(world.config.seed);
    this.#call = new CallOutcome(world);
    this.#session = new SessionOutcome(world, false);
    this.#whereabouts = new Whereabouts(world);
    this.#moves = new Moves(world, this.#whereabouts);
    this.#draw = new Draw(world.config.seed);
  }

  lookBack(kind: IntentKind): number {
    return LONGEST_CONTACT + (kind === IntentKind.CARE ? 0 : LONGEST_CARE_LAG + LONGEST_EXPERIENCE);
  }

  encode(slab: Slab): void {
    encodeCustomerServiceEvent(slab, this.#row);
  }

  snapshot(): Record<string, unknown> {
    return { ...customerServiceEventRowToObject(this.#row) };
  }

  observe(intent: Intent, causes: Causes, file: File): void {
    const { kind, subscriber: i, hour } = intent;
    this.#row.related_event_id.setNull();
    this.#origin = 0;
    if (kind === IntentKind.CARE) this.#report(i, hour, 900 + intent.detail, Experience.NONE, intent.start, -1, file);
    else if (kind === IntentKind.CALL) this.#observeCall(intent, causes, file);
    else if (kind === IntentKind.SESSION) this.#observeSession(intent, causes, file);
    else this.#observeInjected(intent, causes, file);
  }

  #observeCall(intent: Intent, causes: Causes, file: File): void {
    const call = this.#call;
    const table = callsOfInclined(this.#books.calls, this.#draw, intent.hour);
    if (!call.evaluate(table, intent.detail, causes)) return;
    const failed = !call.answered && (call.cause.code === 34 || call.cause.code === 41);
    if (!call.dropped && !failed) return;
    const ordinal = table.ordinal[intent.detail];
    const owner = table.owner(intent.detail);
    for (const [party, tag] of [[call.caller, 'cv'], [call.callee, 'ct']] as const) {
      if (!this.#suffers(party, intent.hour) || (failed && tag === 'ct')) continue;
      const id = this.#row.related_event_id.clear();
      writeEventId(id, tag, owner, intent.hour, ordinal, 0);
      const cell = failed ? party.trace.cell[0] : party.trace.cellBefore(call.end);
      // The ordinal is the owner's: calls of several owners may have the same.
      this.#origin = party.subscriber === owner ? 0 : 1 + owner;
      this.#complain(party.subscriber, intent.hour, ordinal, failed ? Experience.FAILED_CALL : Experience.DROPPED_CALL, call.end, cell, file);
    }
  }

  #suffers(party: CallParty, hour: number): boolean {
    return (
      party.subscriber >= 0 && party.connected &&
      this.#members.isMember(party.subscriber) && isInclined(this.#draw, party.subscriber, hour)
    );
  }

  #observeSession(intent: Intent, causes: Causes, file: File): void {
    const session = this.#session;
    const { subscriber: i, hour, detail } = intent;
    if (!session.evaluate(i, hour, detail, intent.start, causes) || (session.served && !session.cut)) return;
    if (session.served) writeEventId(this.#row.related_event_id.clear(), 'cd', i, hour, detail, 0);
    const experience = session.served ? Experience.SESSION_CUT : Experience.SESSION_REFUSED;
    this.#complain(i, hour, 64 + detail, experience, session.end, session.served ? session.trace.cellBefore(session.end) : session.trace.cell[0], file);
  }

  #observeInjected(intent: Intent, causes: Causes, file: File): void {
    const { effect, subscriber: i, start, hour } = intent;
    const code = intent.detail & 15;
    if (effect === null) return;
    this.#origin = originOf(effect);
    const key = INJECTED_KEYS + injectedOrdinal(start, hour, code);
    if (code === Injected.CELL_LOST) {
      if (!isInclinedByOutage(this.#draw, i, hour)) return;
      // They complain of the cell that they lost, wherever their phone is served now.
      this.#moves.atOutageEdge(i, start, effect, causes, (kind, time, _cell, _x, _y, from) => {
        if (kind !== 'FOUND') this.#complain(i, hour, key, Experience.OUTAGE, time, from, file);
      });
    } else if (code === Injected.SWAP_DETACH) {
      const before = causes.without(effect.scenario.scenarioId);
      const cell = this.#whereabouts.isReachable(i, start, before) ? this.#whereabouts.cell : -1;
      this.#complain(i, hour, key, Experience.LOST_NUMBER, start, cell, file);
    }
  }

  #complain(subscriber: number, hour: number, key: number, experience: Experience, at: number, cell: number, file: File): void {
    const opened = at + this.#contact.lagOf(subscriber, this.#drawKey(hour, key), experience);
    this.#report(subscriber, hour, key, experience, opened, cell, file);
  }

  /** Keys the draws about a contact by all that names it. */
  #drawKey(hour: number, key: number): number {
    return (hour * 1024 + key) ^ Math.imul(this.#origin, 0x9e3779b1);
  }

  /** Files the events of one contact. Texts of related_event_id are set by the caller. */
  #report(subscriber: number, hour: number, key: number, experience: Experience, opened: number, cell: number, file: File): void {
    const contact = this.#contact;
    contact.describe(subscriber, this.#drawKey(hour, key), experience, opened);
    const row = this.#row;
    writeEventId(row.contact_id, 'sc', subscriber, hour, key, 0, this.#origin);
    writeEventId(row.case_id, 'sk', subscriber, hour, key, 0, this.#origin);
    row.channel = CustomerServiceEventChannel[channelName(contact.channel)];
    row.subscriber_id = SUBSCRIBER_ID_BASE + subscriber;
    row.msisdn = this.#numbers.msisdnOf(subscriber);
    row.reason_category = contact.category;
    row.reason = contact.reason;
    row.cell_id = cell >= 0 ? this.#world.network.cellId[cell] : NaN;
    row.queue_wait_s = row.handle_time_s = row.csat = NaN;
    row.resolved_first_contact = null;
    row.sentiment = null;
    const event = (type: Type, time: number, record: number): void => {
      if (Number.isNaN(time)) return;
      writeEventId(row.event_id, 'se', subscriber, hour, key, record, this.#origin);
      row.event_type = type;
      row.event_time = time;
      file(time, subscriber, record);
    };
    event(Type.OPENED, contact.opened, 1);
    row.queue_wait_s = contact.waitSeconds;
    event(Type.ABANDONED, contact.abandoned, 2);
    event(Type.ANSWERED, contact.answered, 3);
    row.queue_wait_s = NaN;
    event(Type.TRANSFERRED, contact.transferred, 4);
    row.handle_time_s = contact.handleSeconds;
    row.resolved_first_contact = contact.firstContactResolution;
    event(Type.RESOLVED, contact.resolved, 5);
    if (contact.satisfaction > 0) {
      row.csat = contact.satisfaction;
      row.sentiment = contact.satisfaction >= 4 ? CustomerServiceEventSentiment.POSITIVE
        : contact.satisfaction === 3 ? CustomerServiceEventSentiment.NEUTRAL : CustomerServiceEventSentiment.NEGATIVE;
    }
    if (Number.isNaN(contact.resolved)) {
      row.handle_time_s = NaN;
      row.resolved_first_contact = null;
    }
    event(Type.CLOSED, contact.closed, 6);
  }
}

const CHANNELS = ['UNKNOWN', 'PHONE', 'CHAT', 'APP', 'STORE', 'SOCIAL'] as const;

function channelName(channel: number): (typeof CHANNELS)[number] {
  return CHANNELS[channel];
}
