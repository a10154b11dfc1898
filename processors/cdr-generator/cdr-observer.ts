import { CdrNodeType, CdrRat, CdrRecordType, CdrRow, CdrVoiceTechnology, cdrRowToObject, encodeCdr } from '../../schemas/generated/Cdr.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { applications } from '../../twin/intents/applications.ts';
import { Destination, outsideNumber } from '../../twin/intents/destinations.ts';
import { Injected, IntentKind } from '../../twin/intents/intent.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Rat } from '../../twin/network/types.ts';
import { CallOutcome, type CallParty } from '../../twin/outcomes/call.ts';
import { Q850 } from '../../twin/outcomes/causes-3gpp.ts';
import { MessageOutcome } from '../../twin/outcomes/message.ts';
import { SessionOutcome } from '../../twin/outcomes/session.ts';
import { StolenNumberUse } from '../../twin/outcomes/stolen-number.ts';
import { NumberPlan } from '../../twin/population/identity.ts';
import { Draw } from '../../twin/random/draw.ts';
import { Purpose } from '../../twin/random/purpose.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { injectedOrdinal, originOf, writeEventId, writeReference } from '../generator/event-id.ts';
import type { Identities } from '../generator/identities.ts';
import type { File, Intent, Observer } from '../generator/observer.ts';
import { chargeForCall, chargeForData, chargeForMessage } from './charging.ts';

/** A data record is closed and the next one opened after this time (TS 32.251 5.2.3.4: time limit). */
const PARTIAL = 30 * MINUTE;
/** CauseForTerm and causeForRecClosing (TS 32.298 5.1.5). */
const NORMAL_RELEASE = 0;
const UNSUCCESSFUL_ATTEMPT = 3;
const ABNORMAL_TERMINATION = 4;
const TIME_LIMIT = 17;
const QCI_VOICE = 1;

/** The charging system: a record for each leg of a call, each message and each (partial) data session, when it is over. */
export class CdrObserver implements Observer {
  readonly stream = 'cdrs';
  readonly interests = {
    kinds: new Set([IntentKind.CALL, IntentKind.MESSAGE, IntentKind.SESSION, IntentKind.INJECTED]),
    onlyInclined: false,
  };
  readonly tolerances = { uplink_bytes: { relative: 0.2 }, downlink_bytes: { relative: 0.2 }, charge_micros: { relative: 0.2 } };
  readonly #row = new CdrRow();
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #identities: Identities;
  readonly #numbers: NumberPlan;
  readonly #call: CallOutcome;
  readonly #message: MessageOutcome;
  readonly #session: SessionOutcome;
  readonly #stolen: StolenNumberUse;
  readonly #draw: Draw;

  constructor(world: World, books: Books, members: Membership, identities: Identities) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#identities = identities;
    this.#numbers = new NumberPlan(world.config.seed);
    this.#call = new CallOutcome(world);
    this.#message = new MessageOutcome(world);
    this.#session = new SessionOutcome(world, true);
    this.#stolen = new StolenNumberUse(world);
    this.#draw = new Draw(world.config.seed);
    this.#row.currency = 'EUR';
  }

  lookBack(kind: IntentKind): number {
    return kind === IntentKind.MESSAGE ? 2 * MINUTE : HOUR + 2 * MINUTE;
  }

  encode(slab: Slab): void {
    encodeCdr(slab, this.#row);
  }

  snapshot(): Record<string, unknown> {
    return { ...cdrRowToObject(this.#row) };
  }

  observe(intent: Intent, causes: Causes, file: File): void {
    if (intent.kind === IntentKind.CALL) this.#observeCall(intent, causes, file);
    else if (intent.kind === IntentKind.SESSION) this.#observeSession(intent, causes, file);
    else if (intent.kind === IntentKind.MESSAGE) this.#observeMessage(intent, causes, file);
    else this.#observeInjected(intent, causes, file);
  }

  #observeCall(intent: Intent, causes: Causes, file: File): void {
    const call = this.#call;
    const table = this.#books.calls.calls(intent.hour);
    if (!table.mayOutlast(intent.detail, intent.since) || !call.evaluate(table, intent.detail, causes)) return;
    const ordinal = table.ordinal[intent.detail];
    const owner = table.owner(intent.detail);
    const { caller, callee } = call;
    if (caller.subscriber >= 0 && this.#members.isMember(caller.subscriber)) {
      this.#leg(CdrRecordType.VOICE_MO, caller, callee.subscriber, owner, intent.hour, ordinal, causes);
      file(call.end, caller.subscriber, 0);
    }
    if (callee.subscriber >= 0 && this.#members.isMember(callee.subscriber)) {
      this.#leg(CdrRecordType.VOICE_MT, callee, caller.subscriber, owner, intent.hour, ordinal, causes);
      file(call.end, callee.subscriber, 1);
    }
  }

  #leg(type: number, party: CallParty, other: number, owner: number, hour: number, ordinal: number, causes: Causes): void {
    const call = this.#call;
    const row = this.#begin(party.subscriber, call.start, causes);
    const originating = type === CdrRecordType.VOICE_MO;
    row.record_type = type as CdrRecordType;
    writeEventId(row.event_id, originating ? 'cv' : 'ct', owner, hour, ordinal, 0);
    writeReference(row.call_reference, 'v', owner, hour, ordinal);
    this.#other(other, call.outside, call.destination);
    row.start_time = call.start;
    row.end_time = call.end;
    row.answered = call.answered;
    row.answer_time = call.answered ? call.answer : NaN;
    row.duration_ms = call.answered ? call.end - call.answer : 0;
    row.cause_for_record_closing = !call.answered ? UNSUCCESSFUL_ATTEMPT : call.dropped ? ABNORMAL_TERMINATION : NORMAL_RELEASE;
    row.cause_protocol = call.cause.protocol;
    row.cause_code = call.cause.code;
    row.qos_id = QCI_VOICE;
    const { network } = this.#world;
    if (party.connected) {
      const { trace } = party;
      const first = trace.cell[0];
      this.#cells(first, trace.cellBefore(call.end));
      const volte = call.hasVolte(party.subscriber);
      const nr = network.cellRat[first] === Rat.NR;
      row.voice_technology = nr ? CdrVoiceTechnology.VONR : volte ? CdrVoiceTechnology.VOLTE : CdrVoiceTechnology.CS;
      row.node_type = volte || nr ? CdrNodeType.MMTEL : CdrNodeType.MSC;
    } else {
      row.voice_technology = null;
      row.node_type = CdrNodeType.MMTEL;
    }
    row.charge_micros = originating ? chargeForCall(this.#identities.plan(party.subscriber), call.destination, row.duration_ms) : 0;
  }

  #observeMessage(intent: Intent, causes: Causes, file: File): void {
    const message = this.#message;
    const table = this.#books.messages.messages(intent.hour);
    if (!message.evaluate(table, intent.detail, causes)) return;
    const ordinal = table.ordinal[intent.detail];
    const owner = table.owner(intent.detail);
    const { sender, recipient } = message;
    if (sender >= 0 && this.#members.isMember(sender)) {
      const row = this.#messageRow(CdrRecordType.SMS_MO, sender, recipient, owner, intent.hour, ordinal, message.senderCell, causes);
      row.charge_micros = chargeForMessage(this.#identities.plan(sender), message.destination);
      file(message.completed, sender, 0);
    }
    if (recipient >= 0 && this.#members.isMember(recipient)) {
      this.#messageRow(CdrRecordType.SMS_MT, recipient, sender, owner, intent.hour, ordinal, message.recipientCell, causes);
      file(message.completed, recipient, 1);
    }
  }

  #messageRow(type: CdrRecordType, subscriber: number, other: number, owner: number, hour: number, ordinal: number, cell: number, causes: Causes): CdrRow {
    const message = this.#message;
    const row = this.#begin(subscriber, message.submitted, causes);
    row.record_type = type;
    row.node_type = CdrNodeType.IP_SM_GW;
    writeEventId(row.event_id, type === CdrRecordType.SMS_MO ? 'cm' : 'cr', owner, hour, ordinal, 0);
    writeReference(row.call_reference, 'm', owner, hour, ordinal);
    this.#other(other, message.outside, message.destination);
    row.start_time = message.submitted;
    row.end_time = message.completed;
    row.answered = message.delivered;
    row.cause_for_record_closing = message.delivered ? NORMAL_RELEASE : UNSUCCESSFUL_ATTEMPT;
    if (cell >= 0) this.#cells(cell, cell);
    return row;
  }

  #observeSession(intent: Intent, causes: Causes, file: File): void {
    const session = this.#session;
    const i = intent.subscriber;
    if (!session.mayOutlast(i, intent.hour, intent.detail, intent.start, intent.since)) return;
    if (!session.evaluate(i, intent.hour, intent.detail, intent.start, causes) || !session.served) return;
    const row = this.#begin(i, session.start, causes);
    const application = applications[session.application];
    const plan = this.#identities.plan(i);
    row.record_type = CdrRecordType.DATA;
    writeReference(row.call_reference, 'd', i, intent.hour, intent.detail);
    row.charging_id = this.#chargingId(i, intent.hour, intent.detail);
    row.service = application.name;
    row.apn = 'internet';
    row.qos_id = application.qos;
    const length = Math.max(1, session.end - session.start);
    let sequence = 0;
    let up = 0;
    let down = 0;
    for (let from = session.start; from < session.end || sequence === 0; from += PARTIAL) {
      const to = Math.min(from + PARTIAL, session.end);
      const last = to === session.end;
      const share = last ? 1 : (to - session.start) / length;
      const upTo = Math.floor(session.uplinkBytes * share);
      const downTo = Math.floor(session.downlinkBytes * share);
      writeEventId(row.event_id, 'cd', i, intent.hour, intent.detail, sequence);
      row.sequence_number = sequence;
      row.start_time = from;
      row.end_time = to;
      row.duration_ms = to - from;
      row.answered = true;
      row.uplink_bytes = upTo - up;
      row.downlink_bytes = downTo - down;
      row.cause_for_record_closing = !last ? TIME_LIMIT : session.cut ? ABNORMAL_TERMINATION : NORMAL_RELEASE;
      const first = session.trace.cellAt(from);
      const end = session.trace.cellAt(to - 1);
      this.#cells(first, end < 0 ? first : end);
      row.node_type = row.rat === CdrRat.NR ? CdrNodeType.CHF : CdrNodeType.PGW;
      row.charge_micros = chargeForData(plan, row.uplink_bytes + row.downlink_bytes);
      file(to, i, sequence);
      up = upTo;
      down = downTo;
      sequence++;
      if (last) break;
    }
  }

  /** What the fraudster does with a stolen number: one-time passwords arrive, banks are called, an app is signed in to. */
  #observeInjected(intent: Intent, causes: Causes, file: File): void {
    const { subscriber: i, hour, detail, effect } = intent;
    const use = this.#stolen;
    if (effect === null || !use.evaluate(i, hour, intent.start, detail, effect, causes)) return;
    const code = detail & 15;
    const row = this.#begin(i, use.start, causes);
    const key = injectedOrdinal(use.start, hour, code);
    const origin = originOf(effect);
    writeEventId(row.event_id, 'cx', i, hour, key, 0, origin);
    writeReference(row.call_reference, 'x', i, hour, key, origin);
    row.start_time = use.start;
    row.end_time = use.end;
    row.answered = use.completed;
    row.cause_for_record_closing = !use.completed ? UNSUCCESSFUL_ATTEMPT : use.cut ? ABNORMAL_TERMINATION : NORMAL_RELEASE;
    this.#cells(use.cell, use.cell);
    if (code === Injected.SWAP_PASSWORD) {
      row.record_type = CdrRecordType.SMS_MT;
      row.node_type = CdrNodeType.IP_SM_GW;
      this.#other(-1, outsideNumber(Destination.SHORT_CODE, use.outside), Destination.SHORT_CODE);
    } else if (code === Injected.SWAP_CALL) {
      const destination = use.ordinal % 2 === 0 ? Destination.SHORT_CODE : Destination.PREMIUM;
      const cause = use.cut ? Q850.RADIO_LOST : Q850.NORMAL_CLEARING;
      row.record_type = CdrRecordType.VOICE_MO;
      row.node_type = CdrNodeType.MMTEL;
      row.voice_technology = CdrVoiceTechnology.VOLTE;
      row.qos_id = QCI_VOICE;
      this.#other(-1, outsideNumber(destination, use.outside), destination);
      row.answer_time = use.completed ? use.answer : NaN;
      row.duration_ms = use.completed ? use.end - use.answer : 0;
      row.cause_protocol = cause.protocol;
      row.cause_code = cause.code;
      row.charge_micros = chargeForCall(this.#identities.plan(i), destination, row.duration_ms);
    } else {
      row.record_type = CdrRecordType.DATA;
      row.node_type = CdrNodeType.PGW;
      row.charging_id = this.#chargingId(i, hour, 31);
      row.service = 'WEB';
      row.apn = 'internet';
      row.qos_id = 9;
      row.duration_ms = use.end - use.start;
      row.uplink_bytes = use.uplinkBytes;
      row.downlink_bytes = use.downlinkBytes;
      row.charge_micros = chargeForData(this.#identities.plan(i), row.uplink_bytes + row.downlink_bytes);
    }
    file(row.end_time, i, 0);
  }

  /** Resets what differs between kinds of record and fills in the charged subscriber. */
  #begin(subscriber: number, time: number, causes: Causes): CdrRow {
    const row = this.#row;
    row.charging_id = NaN;
    row.sequence_number = 0;
    row.subscriber_id = SUBSCRIBER_ID_BASE + subscriber;
    row.imsi = this.#identities.imsi(subscriber, time, causes);
    row.msisdn = this.#numbers.msisdnOf(subscriber);
    row.imei = this.#identities.imei(subscriber, time, causes);
    row.other_msisdn = NaN;
    row.other_subscriber_id = NaN;
    row.destination = null;
    row.answer_time = NaN;
    row.duration_ms = 0;
    row.cause_protocol = null;
    row.cause_code = NaN;
    row.rat = CdrRat.UNKNOWN;
    row.voice_technology = null;
    row.first_cell_id = NaN;
    row.last_cell_id = NaN;
    row.service = null;
    row.apn = null;
    row.qos_id = NaN;
    row.uplink_bytes = 0;
    row.downlink_bytes = 0;
    row.charge_micros = 0;
    row.plan = this.#identities.plan(subscriber).name;
    return row;
  }

  #other(subscriber: number, outside: number, destination: Destination): void {
    const row = this.#row;
    row.destination = destination;
    row.other_msisdn = subscriber >= 0 ? this.#numbers.msisdnOf(subscriber) : outside;
    row.other_subscriber_id = subscriber >= 0 ? SUBSCRIBER_ID_BASE + subscriber : NaN;
  }

  #cells(first: number, last: number): void {
    const { network } = this.#world;
    this.#row.first_cell_id = network.cellId[first];
    this.#row.last_cell_id = network.cellId[last];
    this.#row.rat = network.cellRat[first] === Rat.NR ? CdrRat.NR : CdrRat.LTE;
  }

  /** 32-bit charging id (TS 32.251 5.1.3), from the session's key. */
  #chargingId(subscriber: number, hour: number, ordinal: number): number {
    return this.#draw.at(Purpose.dataOutcome, subscriber, -1 - (hour * 32 + ordinal)).bits();
  }
}
