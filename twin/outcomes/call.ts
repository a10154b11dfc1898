import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { CallStatus, type CallTable } from '../intents/call-table.ts';
import { Destination } from '../intents/destinations.ts';
import { Step, Trace, Tracer } from '../mobility/trace.ts';
import { Whereabouts } from '../mobility/whereabouts.ts';
import { Radio } from '../radio/radio.ts';
import { Capability } from '../population/types.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';
import { Q850, type NetworkCause } from './causes-3gpp.ts';

/** Share of calls lost to radio per minute of conversation and party in good conditions: about 0.6 % of calls in all (TRAI's cap is 2 %). */
const DROPS_PER_MINUTE = 0.0011;
const HANDOVER_FAILURE = 0.0025;
const SETUP_FAILURE = 0.003;
/** Call set-up until ringing, ms (VoLTE: about 1–3 s). */
const SETUP = 900;
/** No phone is switched off during set-up, ms. */
const LONGEST_SETUP = 4_000;
/** From the attempt to the called phone's answer to paging, when its radio connection begins, ms. */
const PAGING = 350;

/** What one party's phone and radio made of a call. */
export class CallParty {
  /** Subscriber index, or -1 outside the network. */
  subscriber = -1;
  /** False when the phone could not be reached, so there was no radio connection. */
  connected = false;
  /** Code of the place the phone was at when the call began, or -1 on the move. */
  place = -1;
  /** Cells that served the phone during the call. */
  readonly trace = new Trace();
  /** When this party's link was lost, or Infinity; and the step of the trace that lost it, or -1 for fading. */
  lostAt = Infinity;
  lostStep = -1;
  radioLost = false;
}

/**
 * What came of one call. A cursor: `evaluate` fills the fields, the same ones for the owner of either party.
 * Causal: everything up to a time depends only on causes in force by then.
 */
export class CallOutcome {
  /** False when no phone ever sent the attempt: no system records anything. */
  exists = false;
  start = 0;
  /** Event time of the answer, or NaN. */
  answer = NaN;
  end = 0;
  answered = false;
  dropped = false;
  cause: NetworkCause = Q850.NORMAL_CLEARING;
  destination: Destination = Destination.ON_NET;
  outside = 0;
  readonly caller = new CallParty();
  readonly callee = new CallParty();

  readonly #world: World;
  readonly #draw: Draw;
  readonly #whereabouts: Whereabouts;
  readonly #tracer: Tracer;
  readonly #radio: Radio;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
    this.#whereabouts = new Whereabouts(world);
    this.#tracer = new Tracer(world, this.#whereabouts);
    this.#radio = new Radio(world);
  }

  evaluate(table: CallTable, j: number, causes: Causes): boolean {
    this.exists = false;
    const status = table.status[j];
    if (status === CallStatus.NOT_ATTEMPTED) return false;
    this.start = table.start(j);
    this.destination = table.destination[j] as Destination;
    this.outside = table.outside(j);
    this.answer = NaN;
    this.answered = false;
    this.dropped = false;
    this.#aim(this.caller, table.caller[j], this.start, causes);
    if (this.caller.subscriber >= 0 && !this.caller.connected) return false;
    this.exists = true;
    this.#aim(this.callee, table.callee[j], this.start + PAGING, causes);

    const draw = this.#draw.at(Purpose.callOutcome, table.owner(j), table.hour * 16 + table.ordinal[j]);
    const setup = SETUP + draw.below(1600);
    const failure = draw.unit();
    const callerLoad = this.#loadAt(this.caller, causes);
    const calleeLoad = this.#loadAt(this.callee, causes);
    const refused = failure < SETUP_FAILURE + congestion(callerLoad) + congestion(calleeLoad);
    if (this.callee.subscriber >= 0 && !this.callee.connected) {
      this.#fail(this.start + setup + 400, Q850.ABSENT);
      return true;
    }
    if (refused) {
      this.#fail(this.start + setup, failure < SETUP_FAILURE ? Q850.RADIO_LOST : Q850.NO_CIRCUIT);
      return true;
    }
    if (status === CallStatus.BUSY) {
      this.#fail(this.start + setup + 300, Q850.USER_BUSY);
      return true;
    }
    const willing = table.willing[j] === 1 && status === CallStatus.PROCEEDS;
    const answer = this.start + table.ring[j];
    const planned = willing ? answer + table.talk[j] : answer;
    this.#follow(this.caller, planned, draw.exponential(), draw.unit(), causes);
    this.#follow(this.callee, planned, draw.exponential(), draw.unit(), causes);
    const lost = Math.min(this.caller.lostAt, this.callee.lostAt);
    // A call that is over before its callee is paged has reached nobody.
    if (lost < this.start + PAGING) this.callee.connected = false;
    this.answered = willing && lost > answer;
    this.answer = this.answered ? answer : NaN;
    this.dropped = lost < planned;
    this.end = Math.round(Math.min(lost, planned));
    this.cause = this.dropped ? Q850.RADIO_LOST : willing ? Q850.NORMAL_CLEARING : Q850.NO_ANSWER;
    this.#markLoss(this.caller);
    this.#markLoss(this.callee);
    return true;
  }

  #aim(party: CallParty, subscriber: number, time: number, causes: Causes): void {
    party.subscriber = subscriber;
    party.lostAt = Infinity;
    party.lostStep = -1;
    party.radioLost = false;
    party.trace.length = 0;
    party.connected = subscriber >= 0 && this.#whereabouts.isReachable(subscriber, time, causes, LONGEST_SETUP);
    if (party.connected) {
      const { x, y, cell, place } = this.#whereabouts;
      party.place = place;
      party.trace.push(Step.BEGIN, time, cell, x, y);
    }
  }

  #loadAt(party: CallParty, causes: Causes): number {
    if (!party.connected) return 0;
    const { network, localTime } = this.#world;
    const hourOfWeek = localTime.hourOfWeek(this.start);
    const cell = party.trace.cell[0];
    return network.load(cell, hourOfWeek) + causes.extraLoad(cell, this.start, hourOfWeek);
  }

  #fail(end: number, cause: NetworkCause): void {
    this.end = Math.round(end);
    this.cause = cause;
  }

  /** Follows one party until `planned` and finds out whether and when its link is lost. */
  #follow(party: CallParty, planned: number, patience: number, handovers: number, causes: Causes): void {
    if (!party.connected) return;
    const { trace } = party;
    this.#tracer.follow(party.subscriber, trace.time[0], planned, causes, trace);
    const drawn = this.#radioQuality(party, causes);
    const fade = this.start + (patience / (DROPS_PER_MINUTE * drawn)) * 60_000;
    if (fade < planned) party.lostAt = fade;
    let survival = 1;
    for (let k = 1; k < trace.length; k++) {
      const step = trace.step[k];
      const time = trace.time[k];
      survival *= 1 - HANDOVER_FAILURE;
      const lost = step !== Step.HANDOVER || handovers > survival;
      if (lost && time < party.lostAt) {
        party.lostAt = time;
        party.lostStep = k;
        break;
      }
    }
    const power = this.#whereabouts.power;
    if (power.goesOff(party.subscriber, this.start, planned) && power.off < party.lostAt) {
      party.lostAt = power.off;
      party.lostStep = -1;
    }
    const seized = causes.nextDispossession(party.subscriber, this.start, planned);
    if (seized < party.lostAt) {
      party.lostAt = seized;
      party.lostStep = -1;
    }
  }

  /** How much likelier than in good conditions a drop is at the beginning's radio quality. */
  #radioQuality(party: CallParty, causes: Causes): number {
    const { trace } = party;
    this.#radio.measure(party.subscriber, trace.cell[0], trace.x[0], trace.y[0], party.place, 0, this.start, causes);
    const { rsrp, load } = this.#radio;
    return (rsrp < -115 ? 12 : rsrp < -108 ? 4 : rsrp < -100 ? 1.6 : 0.8) * (load > 1 ? 2.5 : 1);
  }

  #markLoss(party: CallParty): void {
    party.radioLost = party.connected && this.dropped && party.lostAt <= this.end + 1;
  }

  /** Whether a party's phone can do IMS voice on LTE or NR. */
  hasVolte(subscriber: number): boolean {
    return (this.#world.directory.capabilities(subscriber) & Capability.VOLTE) !== 0;
  }
}

/** Share of set-ups refused by a cell at the given load (in units of its capacity). */
export function congestion(load: number): number {
  return load <= 0.9 ? 0 : Math.min(0.35, 0.25 * (load - 0.9) * (load - 0.9) * 4);
}
