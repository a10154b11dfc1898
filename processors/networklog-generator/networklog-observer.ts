import {
  encodeNetworkLog, NetworkLogEventType as Type, NetworkLogOutcome, NetworkLogRat, NetworkLogRow, networkLogRowToObject, NetworkLogSeverity,
} from '../../schemas/generated/NetworkLog.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { applications } from '../../twin/intents/applications.ts';
import { alarmDuration, alarmOf } from '../../twin/intents/cell-alarms.ts';
import { Injected, IntentKind } from '../../twin/intents/intent.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Step, type Trace } from '../../twin/mobility/trace.ts';
import { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { Rat } from '../../twin/network/types.ts';
import { CallOutcome, type CallParty } from '../../twin/outcomes/call.ts';
import { EMM, MM5G, NGAP, S1AP, type NetworkCause } from '../../twin/outcomes/causes-3gpp.ts';
import { Inactivity, linkBreak } from '../../twin/outcomes/inactivity.ts';
import { MessageOutcome } from '../../twin/outcomes/message.ts';
import { Moves } from '../../twin/outcomes/moves.ts';
import { SessionOutcome } from '../../twin/outcomes/session.ts';
import { LONGEST_USE, StolenNumberUse } from '../../twin/outcomes/stolen-number.ts';
import { Radio } from '../../twin/radio/radio.ts';
import { Draw } from '../../twin/random/draw.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { EventIds, injectedOrdinal, originOf, writeReference } from '../generator/event-id.ts';
import type { Identities } from '../generator/identities.ts';
import type { File, Intent, Observer } from '../generator/observer.ts';

const LONGEST_TRIP = 3 * HOUR;
const QCI_VOICE = 1;

/** Radio and core network monitoring: mobility management, connections, bearers, handovers, alarms. */
export class NetworkLogObserver implements Observer {
  readonly stream = 'network_logs';
  readonly interests = {
    kinds: new Set([
      IntentKind.CALL, IntentKind.MESSAGE, IntentKind.SESSION, IntentKind.PERIODIC_UPDATE, IntentKind.TRIP, IntentKind.POWER,
      IntentKind.INJECTED, IntentKind.CELL,
    ]),
    onlyInclined: false,
  };
  readonly tolerances = {
    sinr_db: { absolute: 2 }, rsrq_db: { absolute: 1.5 }, throughput_dl_kbps: { relative: 0.25 }, procedure_ms: { relative: 0.25 },
  };
  readonly #row = new NetworkLogRow();
  readonly #world: World;
  readonly #books: Books;
  readonly #members: Membership;
  readonly #identities: Identities;
  readonly #call: CallOutcome;
  readonly #message: MessageOutcome;
  readonly #session: SessionOutcome;
  readonly #whereabouts: Whereabouts;
  readonly #moves: Moves;
  readonly #inactivity: Inactivity;
  readonly #stolen: StolenNumberUse;
  readonly #radio: Radio;
  readonly #draw: Draw;
  readonly #ids = new EventIds();
  #tag = '';
  #owner = 0;
  #hour = 0;
  #ordinal = 0;
  #origin = 0;
  #record = 0;
  /** When the connection that the records are about began: it keeps the identity it was set up with. NaN: each record at its own time. */
  #connected = NaN;
  #file!: File;
  #causes!: Causes;

  constructor(world: World, books: Books, members: Membership, identities: Identities) {
    this.#world = world;
    this.#books = books;
    this.#members = members;
    this.#identities = identities;
    this.#call = new CallOutcome(world);
    this.#message = new MessageOutcome(world);
    this.#session = new SessionOutcome(world, true);
    this.#whereabouts = new Whereabouts(world);
    this.#moves = new Moves(world, this.#whereabouts);
    this.#inactivity = new Inactivity(world, this.#whereabouts);
    this.#stolen = new StolenNumberUse(world);
    this.#radio = new Radio(world);
    this.#draw = new Draw(world.config.seed);
  }

  lookBack(kind: IntentKind): number {
    switch (kind) {
      case IntentKind.TRIP:
        return LONGEST_TRIP;
      case IntentKind.CALL:
      case IntentKind.SESSION:
      case IntentKind.CELL:
        return HOUR + 2 * MINUTE;
      case IntentKind.INJECTED:
        return LONGEST_USE + MINUTE;
      default:
        return 5 * MINUTE;
    }
  }

  encode(slab: Slab): void {
    encodeNetworkLog(slab, this.#row);
  }

  snapshot(): Record<string, unknown> {
    return { ...networkLogRowToObject(this.#row) };
  }

  observe(intent: Intent, causes: Causes, file: File): void {
    this.#file = file;
    this.#causes = causes;
    this.#owner = intent.subscriber;
    this.#hour = intent.hour;
    this.#ordinal = intent.detail;
    this.#origin = 0;
    this.#record = 0;
    this.#connected = NaN;
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
      case IntentKind.CELL:
        return this.#observeAlarm(intent);
      case IntentKind.INJECTED:
        return this.#observeInjected(intent);
      case IntentKind.CARE:
        return;
    }
  }

  #observeCall(intent: Intent): void {
    const call = this.#call;
    const table = this.#books.calls.calls(intent.hour);
    if (!table.mayOutlast(intent.detail, intent.since) || !call.evaluate(table, intent.detail, this.#causes)) return;
    this.#ordinal = table.ordinal[intent.detail];
    this.#owner = table.owner(intent.detail);
    const paged = call.cause.code === 17 ? false : true;
    this.#leg(call.caller, 'nv', false, true);
    this.#leg(call.callee, 'nt', true, paged);
  }

  #leg(party: CallParty, tag: string, terminating: boolean, reached: boolean): void {
    const i = party.subscriber;
    if (i < 0 || !party.connected || !reached || !this.#members.isMember(i)) return;
    const call = this.#call;
    this.#tag = tag;
    this.#record = 0;
    const { trace } = party;
    const cell = trace.cell[0];
    const nr = this.#isNr(cell);
    writeReference(this.#row.call_reference, 'v', this.#owner, this.#hour, this.#ordinal);
    this.#radio.measure(i, cell, trace.x[0], trace.y[0], party.place, this.#hour * 16 + this.#ordinal, call.start, this.#causes);
    const start = trace.time[0];
    this.#connected = start;
    // A call that came to nothing was not followed further; its connection may break before the network gives up.
    const broken = trace.length === 1 && !party.radioLost ? linkBreak(i, cell, start, call.end, this.#causes) : Infinity;
    const end = Math.min(call.end, broken);
    if (terminating) this.#log(Type.PAGING, start, i, cell);
    this.#withRadio();
    this.#row.procedure_ms = 40 + Math.round(60 * this.#radio.load);
    this.#log(Type.RRC_SETUP, start, i, cell);
    if (end > start + 90) this.#log(Type.SERVICE_REQUEST, start + 90, i, trace.cellAt(start + 90));
    const connected = end - start > 1_500;
    if (connected) {
      this.#row.qos_id = QCI_VOICE;
      this.#row.slice = nr ? 'voice' : null;
      this.#log(nr ? Type.PDU_SESSION : Type.BEARER_SETUP, start + 420, i, trace.cellAt(start + 420));
    }
    const last = this.#follow(trace, i, end, party.lostStep);
    const lost = broken < Infinity || (party.radioLost && party.lostAt < Infinity);
    this.#release(end, i, last, lost);
    this.#row.call_reference.setNull();
  }

  #observeMessage(intent: Intent): void {
    const message = this.#message;
    const table = this.#books.messages.messages(intent.hour);
    if (!message.evaluate(table, intent.detail, this.#causes)) return;
    this.#ordinal = table.ordinal[intent.detail];
    this.#owner = table.owner(intent.detail);
    const { sender, recipient } = message;
    writeReference(this.#row.call_reference, 'm', this.#owner, this.#hour, this.#ordinal);
    if (sender >= 0 && this.#members.isMember(sender)) {
      this.#tag = 'nm';
      this.#connection(sender, message.senderCell, message.submitted, message.submitted + 400);
    }
    if (recipient >= 0 && message.delivered && this.#members.isMember(recipient)) {
      this.#tag = 'nr';
      this.#record = 0;
      const paged = message.completed - 400;
      this.#connected = paged;
      this.#log(Type.PAGING, paged, recipient, message.recipientCell);
      if (linkBreak(recipient, message.recipientCell, paged, paged + 150, this.#causes) === Infinity) this.#connection(recipient, message.recipientCell, message.completed - 250, message.completed);
    }
    this.#row.call_reference.setNull();
  }

  /** A short signalling connection: set up, used, released, or broken before. */
  #connection(subscriber: number, cell: number, from: number, to: number): void {
    this.#connected = from;
    const broken = linkBreak(subscriber, cell, from, to + 200, this.#causes);
    this.#log(Type.RRC_SETUP, from, subscriber, cell);
    if (broken > from + 80) this.#log(Type.SERVICE_REQUEST, from + 80, subscriber, cell);
    this.#release(Math.min(broken, to + 200), subscriber, cell, broken < Infinity);
  }

  /** The end of a connection: failed where the radio link was lost. */
  #release(time: number, subscriber: number, cell: number, lost: boolean): void {
    this.#cause(!lost ? null : this.#isNr(cell) ? NGAP.RADIO_CONNECTION_LOST : S1AP.RADIO_CONNECTION_LOST);
    this.#log(Type.RRC_RELEASE, time, subscriber, cell, lost);
    this.#cause(null);
  }

  #observeSession(intent: Intent): void {
    const session = this.#session;
    const i = intent.subscriber;
    if (!session.mayOutlast(i, intent.hour, intent.detail, intent.start, intent.since)) return;
    if (!session.evaluate(i, intent.hour, intent.detail, intent.start, this.#causes)) return;
    this.#tag = 'nd';
    this.#connected = session.start;
    const { trace } = session;
    const cell = trace.cell[0];
    const nr = this.#isNr(cell);
    const { radio } = session;
    const row = this.#row;
    writeReference(row.call_reference, 'd', i, this.#hour, this.#ordinal);
    row.rsrp_dbm = radio.rsrp;
    row.rsrq_db = radio.rsrq;
    row.sinr_db = radio.sinr;
    row.timing_advance = radio.timingAdvance;
    row.procedure_ms = 38 + Math.round(60 * radio.load);
    this.#log(Type.RRC_SETUP, session.start, i, cell);
    if (!session.served) {
      const broken = linkBreak(i, cell, session.start, session.end, this.#causes);
      if (broken > session.start + 90) {
        this.#cause(nr ? MM5G.CONGESTION : EMM.CONGESTION);
        this.#log(Type.SERVICE_REQUEST, session.start + 90, i, cell, true);
      }
      this.#release(Math.min(broken, session.end), i, cell, broken < Infinity);
      row.call_reference.setNull();
      return;
    }
    if (session.end > session.start + 85) this.#log(Type.SERVICE_REQUEST, session.start + 85, i, trace.cellAt(session.start + 85));
    row.qos_id = applications[session.application].qos;
    row.slice = nr ? 'eMBB' : null;
    row.throughput_dl_kbps = radio.downlinkKbps;
    if (session.end > session.start + 160) this.#log(nr ? Type.PDU_SESSION : Type.BEARER_SETUP, session.start + 160, i, trace.cellAt(session.start + 160));
    const last = this.#follow(trace, i, session.end, session.lostStep);
    if (session.cut || session.switchedOff) this.#release(session.end, i, last, session.cut);
    else this.#releaseIdle(i, last, session.end);
    row.call_reference.setNull();
  }

  #releaseIdle(subscriber: number, cell: number, end: number): void {
    const idle = this.#inactivity;
    idle.follow(subscriber, cell, end, this.#causes);
    if (idle.reason !== 'INACTIVE') return this.#release(idle.released, subscriber, cell, idle.reason === 'LOST');
    this.#cause(this.#isNr(cell) ? NGAP.USER_INACTIVITY : S1AP.USER_INACTIVITY);
    this.#log(Type.RRC_RELEASE, idle.released, subscriber, cell);
    this.#cause(null);
  }

  /** Handovers and re-establishments of a connection until `end`. Returns the cell that serves at the end, or last did. */
  #follow(trace: Trace, subscriber: number, end: number, lostStep: number): number {
    let serving = trace.cell[0];
    const row = this.#row;
    for (let k = 1; k < trace.length && trace.time[k] <= end; k++) {
      const target = trace.cell[k];
      const time = Math.floor(trace.time[k]);
      const step = trace.step[k];
      if (step === Step.HANDOVER) {
        const failed = k === lostStep;
        row.target_cell_id = this.#world.network.cellId[target];
        row.procedure_ms = 45;
        if (failed) this.#cause(S1AP.NO_RADIO_RESOURCES);
        this.#log(Type.HANDOVER, time, subscriber, serving, failed);
        this.#cause(null);
        if (failed) {
          this.#log(Type.RADIO_LINK_FAILURE, time, subscriber, serving, true);
          return serving;
        }
      } else {
        this.#log(Type.RADIO_LINK_FAILURE, time, subscriber, serving, true);
        if (k === lostStep || target < 0) return serving;
        this.#log(Type.RRC_REESTABLISHMENT, time + 180, subscriber, target);
      }
      if (target >= 0) serving = target;
    }
    return serving;
  }

  #observePeriodicUpdate(intent: Intent): void {
    const i = intent.subscriber;
    const where = this.#whereabouts;
    if (!where.isReachable(i, intent.start, this.#causes, 400)) return;
    this.#tag = 'np';
    this.#connected = intent.start;
    const broken = linkBreak(i, where.cell, intent.start, intent.start + 320, this.#causes);
    this.#radio.measure(i, where.cell, where.x, where.y, where.place, -1 - intent.hour, intent.start, this.#causes);
    this.#withRadio();
    this.#row.procedure_ms = 42;
    this.#log(Type.RRC_SETUP, intent.start, i, where.cell);
    if (broken > intent.start + 60) {
      this.#row.procedure_ms = 110;
      this.#log(this.#updateType(where.cell), intent.start + 60, i, where.cell);
    }
    this.#release(Math.min(broken, intent.start + 320), i, where.cell, broken < Infinity);
  }

  #observeTrip(intent: Intent): void {
    const moves = this.#moves;
    const i = intent.subscriber;
    this.#tag = 'nj';
    this.#ordinal = Math.floor((intent.start - intent.hour * HOUR) / 1000);
    moves.followTrip(i, intent.start, intent.detail, intent.since, this.#causes, (kind, time, cell) => {
      if (kind === 'UPDATE') this.#log(this.#updateType(cell), time, i, cell);
      else if (kind === 'LOST') this.#detach(i, time, cell, true);
      else this.#attach(i, time, cell);
    });
  }

  #observePower(intent: Intent): void {
    const i = intent.subscriber;
    const where = this.#whereabouts;
    const { start } = intent;
    this.#tag = 'no';
    this.#ordinal = Math.floor((start - intent.hour * HOUR) / 1000);
    if (this.#causes.isDispossessed(i, start) || !where.locate(i, start, this.#causes)) return;
    if (intent.detail === 0) this.#detach(i, start, where.cell, false);
    else this.#attach(i, start, where.cell);
  }

  #observeInjected(intent: Intent): void {
    const code = intent.detail & 15;
    const { effect, subscriber: i, start } = intent;
    if (effect === null) return;
    this.#tag = 'nx';
    this.#ordinal = injectedOrdinal(start, intent.hour, code);
    this.#origin = originOf(effect);
    if (code === Injected.CELL_ALARM || code === Injected.CELL_CLEARED) return this.#outageAlarm(intent, code === Injected.CELL_CLEARED);
    if (code === Injected.CELL_LOST || code === Injected.CELL_BACK) {
      this.#moves.atOutageEdge(i, start, effect, this.#causes, (kind, time, cell) => {
        if (kind === 'UPDATE') this.#log(this.#updateType(cell), time, i, cell);
        else if (kind === 'LOST') this.#detach(i, time, cell, true);
        else this.#attach(i, time, cell);
      });
      return;
    }
    this.#observeSwap(intent, code);
  }

  #observeSwap(intent: Intent, code: number): void {
    const { effect, subscriber: i, start } = intent;
    const held = effect?.identity?.(i);
    if (held === undefined) return;
    const where = this.#whereabouts;
    if (code === Injected.SWAP_DETACH) {
      // The network drops the old SIM where it was; identity and place are those of a moment before.
      const before = this.#causes.without(effect!.scenario.scenarioId);
      if (where.isReachable(i, start, before)) {
        this.#causes = before;
        this.#cause(EMM.IMSI_UNKNOWN);
        this.#log(this.#isNr(where.cell) ? Type.DEREGISTRATION : Type.DETACH, start, i, where.cell);
        this.#cause(null);
      }
      return;
    }
    if (code === Injected.SWAP_ATTACH) {
      if (!this.#causes.isDown(held.cell, start)) this.#attach(i, start, held.cell);
      return;
    }
    if (code === Injected.SWAP_REVERSED) {
      if (where.isReachable(i, start, this.#causes)) this.#attach(i, start, where.cell);
      return;
    }
    const use = this.#stolen;
    if (!use.evaluate(i, intent.hour, start, intent.detail, effect!, this.#causes)) return;
    writeReference(this.#row.call_reference, 'x', i, intent.hour, this.#ordinal, this.#origin);
    this.#connected = start;
    this.#log(Type.RRC_SETUP, start, i, use.cell);
    if (use.end > start + 80) this.#log(Type.SERVICE_REQUEST, start + 80, i, use.cell);
    this.#release(use.end, i, use.cell, use.cut);
    this.#row.call_reference.setNull();
  }

  #observeAlarm(intent: Intent): void {
    const cell = intent.subscriber;
    const alarm = alarmOf(this.#draw, cell, intent.hour);
    this.#tag = 'na';
    this.#row.alarm_id.clear().text('a').base36(cell).char(0x2d).base36(intent.hour);
    this.#alarm(NetworkLogSeverity[alarm.severity], alarm.probableCause);
    this.#log(Type.CELL_ALARM, intent.start, -1, cell);
    this.#alarm(NetworkLogSeverity.CLEARED, alarm.probableCause);
    this.#log(Type.CELL_ALARM, intent.start + alarmDuration(this.#draw, cell, intent.hour), -1, cell);
    this.#clearAlarm();
  }

  #outageAlarm(intent: Intent, cleared: boolean): void {
    const cell = intent.subscriber;
    const { scenario } = intent.effect!;
    this.#hour = Math.floor(scenario.appliedFrom / HOUR);
    this.#ordinal = injectedOrdinal(scenario.appliedFrom, this.#hour, cleared ? Injected.CELL_CLEARED : Injected.CELL_ALARM);
    this.#tag = 'nz';
    this.#row.alarm_id.clear().text('z').base36(cell).char(0x2d).base36(scenario.appliedFrom).char(0x2d).base36(this.#origin);
    this.#alarm(cleared ? NetworkLogSeverity.CLEARED : NetworkLogSeverity.CRITICAL, 'LOSS_OF_SIGNAL');
    this.#log(Type.CELL_ALARM, intent.start, -1, cell);
    this.#clearAlarm();
  }

  #alarm(severity: number, probableCause: string): void {
    const row = this.#row;
    row.severity = severity as NetworkLogSeverity;
    row.probable_cause = probableCause;
  }

  #clearAlarm(): void {
    this.#row.alarm_id.setNull();
    this.#row.severity = null;
    this.#row.probable_cause = null;
  }

  #attach(subscriber: number, time: number, cell: number): void {
    this.#row.procedure_ms = 240;
    this.#log(this.#isNr(cell) ? Type.REGISTRATION : Type.ATTACH, time, subscriber, cell);
  }

  #detach(subscriber: number, time: number, cell: number, implicit: boolean): void {
    const nr = this.#isNr(cell);
    this.#cause(!implicit ? null : nr ? MM5G.IMPLICITLY_DEREGISTERED : EMM.IMPLICITLY_DETACHED);
    this.#log(nr ? Type.DEREGISTRATION : Type.DETACH, time, subscriber, cell);
    this.#cause(null);
  }

  #updateType(cell: number): Type {
    return this.#isNr(cell) ? Type.REGISTRATION : Type.TAU;
  }

  #isNr(cell: number): boolean {
    return this.#world.network.cellRat[cell] === Rat.NR;
  }

  #withRadio(): void {
    const { rsrp, rsrq, sinr, timingAdvance } = this.#radio;
    const row = this.#row;
    row.rsrp_dbm = rsrp;
    row.rsrq_db = rsrq;
    row.sinr_db = sinr;
    row.timing_advance = timingAdvance;
  }

  #cause(cause: NetworkCause | null): void {
    const row = this.#row;
    row.cause_protocol = cause === null ? null : cause.protocol;
    row.cause_code = cause === null ? null : cause.code;
    row.cause = cause === null ? null : cause.text;
  }

  /** Completes the row, files it, and clears the fields that belong to one record only. `subscriber` -1: about the cell itself. */
  #log(type: Type, time: number, subscriber: number, cell: number, failed = false): void {
    const row = this.#row;
    const { network } = this.#world;
    this.#ids.write(row.event_id, this.#tag, this.#owner, this.#hour, this.#ordinal, this.#record, this.#origin);
    row.event_time = time;
    row.event_type = type;
    row.outcome = failed ? NetworkLogOutcome.FAILURE : NetworkLogOutcome.SUCCESS;
    row.cell_id = network.cellId[cell];
    row.tac = network.cellTac[cell];
    row.rat = network.cellRat[cell] === Rat.NR ? NetworkLogRat.NR : NetworkLogRat.LTE;
    if (subscriber >= 0) {
      row.subscriber_id = SUBSCRIBER_ID_BASE + subscriber;
      const identified = Number.isNaN(this.#connected) ? time : this.#connected;
      row.imsi = this.#identities.imsi(subscriber, identified, this.#causes);
      row.imei = this.#identities.imei(subscriber, identified, this.#causes);
      this.#file(time, subscriber, this.#record++);
    } else {
      row.subscriber_id = null;
      row.imsi = null;
      row.imei = null;
      this.#file(time, ~cell, this.#record++);
    }
    row.target_cell_id = null;
    row.qos_id = null;
    row.slice = null;
    row.rsrp_dbm = null;
    row.rsrq_db = null;
    row.sinr_db = null;
    row.timing_advance = null;
    row.throughput_dl_kbps = null;
    row.procedure_ms = null;
  }
}
