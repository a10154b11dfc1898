import { NetworkLogEventType as Type } from '../../schemas/generated/NetworkLog.generated.ts';
import { applications } from '../../twin/intents/applications.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Step, type Trace } from '../../twin/mobility/trace.ts';
import type { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { CallOutcome, type CallParty } from '../../twin/outcomes/call.ts';
import { EMM, MM5G, NGAP, S1AP } from '../../twin/outcomes/causes-3gpp.ts';
import { Inactivity, linkBreak } from '../../twin/outcomes/inactivity.ts';
import { MessageOutcome } from '../../twin/outcomes/message.ts';
import { SessionOutcome } from '../../twin/outcomes/session.ts';
import { Radio } from '../../twin/radio/radio.ts';
import type { World } from '../../twin/world.ts';
import type { Intent } from '../generator/observer.ts';
import type { Journal } from './journal.ts';

const QCI_VOICE = 1;
/** Q.850 user busy: the called phone is in another call, so it is not paged. */
const USER_BUSY = 17;

/** Connections of phones for calls, messages and data: set up, used, handed over, and released or lost. */
export class Connections {
  readonly #journal: Journal;
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #call: CallOutcome;
  readonly #message: MessageOutcome;
  readonly #session: SessionOutcome;
  readonly #inactivity: Inactivity;
  readonly #radio: Radio;

  constructor(world: World, books: Books, members: Membership, journal: Journal, whereabouts: Whereabouts) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#journal = journal;
    this.#call = new CallOutcome(world);
    this.#message = new MessageOutcome(world);
    this.#session = new SessionOutcome(world, true);
    this.#inactivity = new Inactivity(world, whereabouts);
    this.#radio = new Radio(world);
  }

  observeCall(intent: Intent): void {
    const call = this.#call;
    const journal = this.#journal;
    const table = this.#books.calls.calls(intent.hour);
    if (!table.mayOutlast(intent.detail, intent.since) || !call.evaluate(table, intent.detail, journal.causes)) return;
    journal.ordinal = table.ordinal[intent.detail];
    journal.owner = table.owner(intent.detail);
    this.#leg(call.caller, 'nv', false);
    if (call.cause.code !== USER_BUSY) this.#leg(call.callee, 'nt', true);
  }

  #leg(party: CallParty, tag: string, terminating: boolean): void {
    const i = party.subscriber;
    if (i < 0 || !party.connected || !this.#members.isMember(i)) return;
    const call = this.#call;
    const journal = this.#journal;
    const { row, causes } = journal;
    journal.tag = tag;
    journal.record = 0;
    const { trace } = party;
    const cell = trace.cell[0];
    const nr = journal.isNr(cell);
    journal.refer('v');
    this.#radio.measure(i, cell, trace.x[0], trace.y[0], party.place, journal.hour * 16 + journal.ordinal, call.start, causes);
    const start = trace.time[0];
    journal.connected = start;
    // A call that came to nothing was not followed further; its connection may break before the network gives up.
    const broken = trace.length === 1 && !party.radioLost ? linkBreak(i, cell, start, call.end, causes) : Infinity;
    const end = Math.min(call.end, broken);
    if (terminating) journal.log(Type.PAGING, start, i, cell);
    journal.measured(this.#radio);
    row.procedure_ms = 40 + Math.round(60 * this.#radio.load);
    journal.log(Type.RRC_SETUP, start, i, cell);
    if (end > start + 90) journal.log(Type.SERVICE_REQUEST, start + 90, i, trace.cellAt(start + 90));
    if (end - start > 1_500) {
      row.qos_id = QCI_VOICE;
      row.slice = nr ? 'voice' : null;
      journal.log(nr ? Type.PDU_SESSION : Type.BEARER_SETUP, start + 420, i, trace.cellAt(start + 420));
    }
    const last = this.#follow(trace, i, end, party.lostStep);
    const lost = broken < Infinity || (party.radioLost && party.lostAt < Infinity);
    this.release(end, i, last, lost);
    row.call_reference.setNull();
  }

  observeMessage(intent: Intent): void {
    const message = this.#message;
    const journal = this.#journal;
    const { causes } = journal;
    const table = this.#books.messages.messages(intent.hour);
    if (!message.evaluate(table, intent.detail, causes)) return;
    journal.ordinal = table.ordinal[intent.detail];
    journal.owner = table.owner(intent.detail);
    const { sender, recipient, recipientCell: cell } = message;
    journal.refer('m');
    if (sender >= 0 && this.#members.isMember(sender)) {
      journal.tag = 'nm';
      this.#signal(sender, message.senderCell, message.submitted, message.submitted + 400);
    }
    if (recipient >= 0 && message.delivered && this.#members.isMember(recipient)) {
      journal.tag = 'nr';
      journal.record = 0;
      const paged = message.completed - 400;
      journal.connected = paged;
      journal.log(Type.PAGING, paged, recipient, cell);
      if (linkBreak(recipient, cell, paged, paged + 150, causes) === Infinity) this.#signal(recipient, cell, message.completed - 250, message.completed);
    }
    journal.row.call_reference.setNull();
  }

  /** A short signalling connection: set up, used, released, or broken before. */
  #signal(subscriber: number, cell: number, from: number, to: number): void {
    const journal = this.#journal;
    journal.connected = from;
    const broken = linkBreak(subscriber, cell, from, to + 200, journal.causes);
    journal.log(Type.RRC_SETUP, from, subscriber, cell);
    if (broken > from + 80) journal.log(Type.SERVICE_REQUEST, from + 80, subscriber, cell);
    this.release(Math.min(broken, to + 200), subscriber, cell, broken < Infinity);
  }

  observeSession(intent: Intent): void {
    const session = this.#session;
    const journal = this.#journal;
    const { row, causes } = journal;
    const i = intent.subscriber;
    if (!session.mayOutlast(i, intent.hour, intent.detail, intent.start, intent.since)) return;
    if (!session.evaluate(i, intent.hour, intent.detail, intent.start, causes)) return;
    const { trace, radio, start, end } = session;
    const cell = trace.cell[0];
    journal.tag = 'nd';
    journal.connected = start;
    journal.refer('d');
    journal.measured(radio);
    row.procedure_ms = 38 + Math.round(60 * radio.load);
    journal.log(Type.RRC_SETUP, start, i, cell);
    if (session.served) this.#use(i, cell);
    else {
      const broken = linkBreak(i, cell, start, end, causes);
      if (broken > start + 90) {
        journal.cause(journal.isNr(cell) ? MM5G.CONGESTION : EMM.CONGESTION);
        journal.log(Type.SERVICE_REQUEST, start + 90, i, cell, true);
      }
      this.release(Math.min(broken, end), i, cell, broken < Infinity);
    }
    row.call_reference.setNull();
  }

  /** What follows the set-up of a data session that the network serves. */
  #use(i: number, cell: number): void {
    const journal = this.#journal;
    const { row } = journal;
    const { application, trace, radio, start, end, lostStep, cut, switchedOff } = this.#session;
    const nr = journal.isNr(cell);
    if (end > start + 85) journal.log(Type.SERVICE_REQUEST, start + 85, i, trace.cellAt(start + 85));
    row.qos_id = applications[application].qos;
    row.slice = nr ? 'eMBB' : null;
    row.throughput_dl_kbps = radio.downlinkKbps;
    if (end > start + 160) journal.log(nr ? Type.PDU_SESSION : Type.BEARER_SETUP, start + 160, i, trace.cellAt(start + 160));
    const last = this.#follow(trace, i, end, lostStep);
    if (cut || switchedOff) this.release(end, i, last, cut);
    else this.#releaseIdle(i, last, end);
  }

  #releaseIdle(subscriber: number, cell: number, end: number): void {
    const journal = this.#journal;
    const idle = this.#inactivity;
    idle.follow(subscriber, cell, end, journal.causes);
    if (idle.reason !== 'INACTIVE') return this.release(idle.released, subscriber, cell, idle.reason === 'LOST');
    journal.cause(journal.isNr(cell) ? NGAP.USER_INACTIVITY : S1AP.USER_INACTIVITY);
    journal.log(Type.RRC_RELEASE, idle.released, subscriber, cell);
    journal.cause(null);
  }

  /** The end of a connection: failed where the radio link was lost. */
  release(time: number, subscriber: number, cell: number, lost: boolean): void {
    const journal = this.#journal;
    journal.cause(!lost ? null : journal.isNr(cell) ? NGAP.RADIO_CONNECTION_LOST : S1AP.RADIO_CONNECTION_LOST);
    journal.log(Type.RRC_RELEASE, time, subscriber, cell, lost);
    journal.cause(null);
  }

  /** Handovers and re-establishments of a connection until `end`. Returns the cell that serves at the end, or last did. */
  #follow(trace: Trace, subscriber: number, end: number, lostStep: number): number {
    const journal = this.#journal;
    let serving = trace.cell[0];
    for (let k = 1; k < trace.length && trace.time[k] <= end; k++) {
      const target = trace.cell[k];
      const time = Math.floor(trace.time[k]);
      if (trace.step[k] === Step.HANDOVER) {
        const failed = k === lostStep;
        journal.row.target_cell_id = this.#world.network.cellId[target];
        journal.row.procedure_ms = 45;
        if (failed) journal.cause(S1AP.NO_RADIO_RESOURCES);
        journal.log(Type.HANDOVER, time, subscriber, serving, failed);
        journal.cause(null);
        if (failed) {
          journal.log(Type.RADIO_LINK_FAILURE, time, subscriber, serving, true);
          return serving;
        }
      } else {
        journal.log(Type.RADIO_LINK_FAILURE, time, subscriber, serving, true);
        if (k === lostStep || target < 0) return serving;
        journal.log(Type.RRC_REESTABLISHMENT, time + 180, subscriber, target);
      }
      if (target >= 0) serving = target;
    }
    return serving;
  }
}
