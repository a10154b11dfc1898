import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { SessionPlan } from '../intents/session-plan.ts';
import { Step, Trace, Tracer } from '../mobility/trace.ts';
import { Whereabouts } from '../mobility/whereabouts.ts';
import { Radio } from '../radio/radio.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';
import { congestion } from './call.ts';

/** Time after a session's end in which its last signalling falls, ms. */
const AFTERMATH = 15_000;
const SETUP_FAILURE = 0.004;
const HANDOVER_FAILURE = 0.003;
/** Share of the measured throughput that an application sustains. */
const GOODPUT = 0.7;

/** What came of one data session. A cursor; causal like {@link CallOutcome}. */
export class SessionOutcome {
  /** False when the phone was off or out of coverage: nothing was attempted. */
  exists = false;
  /** False when the network refused the service request. */
  served = false;
  /** True when the radio link was lost before the session was over; `lostStep` is the step of the trace, or -1. */
  cut = false;
  lostStep = -1;
  /** True when the phone was switched off during the session. */
  switchedOff = false;
  start = 0;
  end = 0;
  /** Zero in an outcome that is not measured. */
  uplinkBytes = 0;
  downlinkBytes = 0;
  application = 0;
  readonly trace = new Trace();
  /** Measured at the beginning; only in an outcome that is measured. */
  readonly radio: Radio;

  readonly #world: World;
  readonly #draw: Draw;
  readonly #plan: SessionPlan;
  readonly #whereabouts: Whereabouts;
  readonly #tracer: Tracer;

  readonly #measured: boolean;

  /** @param measured whether the observer wants radio values and volumes, which cost as much as the rest */
  constructor(world: World, measured: boolean) {
    this.#world = world;
    this.#measured = measured;
    this.radio = new Radio(world);
    this.#draw = new Draw(world.config.seed);
    this.#plan = new SessionPlan(world);
    this.#whereabouts = new Whereabouts(world);
    this.#tracer = new Tracer(world, this.#whereabouts);
  }

  /** False when nothing of the session can happen after `time`, whatever comes of it. Much cheaper than its outcome. */
  mayOutlast(subscriber: number, hour: number, ordinal: number, start: number, time: number): boolean {
    if (start >= time) return true;
    this.#plan.describe(subscriber, hour, ordinal);
    return start + this.#plan.duration + AFTERMATH >= time;
  }

  evaluate(subscriber: number, hour: number, ordinal: number, start: number, causes: Causes): boolean {
    const whereabouts = this.#whereabouts;
    this.exists = whereabouts.isReachable(subscriber, start, causes, 500);
    if (!this.exists) return false;
    const { cell, x, y } = whereabouts;
    const spot = whereabouts.place;
    const plan = this.#plan;
    plan.describe(subscriber, hour, ordinal);
    this.start = start;
    this.application = plan.application;
    this.cut = false;
    this.switchedOff = false;
    this.lostStep = -1;
    const { radio, trace } = this;
    const hourOfWeek = this.#world.localTime.hourOfWeek(start);
    const load = this.#world.network.load(cell, hourOfWeek) + causes.extraLoad(cell, start, hourOfWeek);
    if (this.#measured) radio.measure(subscriber, cell, x, y, spot, hour * 32 + ordinal, start, causes);
    const draw = this.#draw.at(Purpose.dataOutcome, subscriber, hour * 32 + ordinal);
    this.served = draw.unit() >= SETUP_FAILURE + congestion(load);
    if (!this.served) {
      trace.length = 0;
      trace.push(Step.BEGIN, start, cell, x, y);
      this.end = start + 300;
      this.uplinkBytes = this.downlinkBytes = 0;
      return true;
    }
    const planned = start + plan.duration;
    this.#tracer.follow(subscriber, start, planned, causes, trace);
    this.#findLoss(subscriber, planned, draw.unit(), causes);
    if (!this.#measured) return true;
    const served = (this.end - start) / plan.duration;
    const most = radio.downlinkKbps * GOODPUT * (this.end - start) * 0.125;
    this.downlinkBytes = Math.round(Math.min(plan.downlinkBytes * served, most));
    this.uplinkBytes = Math.round(Math.min(plan.uplinkBytes * served, most * 0.4));
    return true;
  }

  #findLoss(subscriber: number, planned: number, handovers: number, causes: Causes): void {
    const { trace } = this;
    let end = planned;
    let survival = 1;
    for (let k = 1; k < trace.length; k++) {
      survival *= 1 - HANDOVER_FAILURE;
      if (trace.step[k] === Step.CELL_DOWN || trace.cell[k] < 0 || handovers > survival) {
        end = trace.time[k]!;
        this.cut = true;
        this.lostStep = k;
        break;
      }
    }
    const { power } = this.#whereabouts;
    if (power.goesOff(subscriber, this.start, planned) && power.off < end) {
      end = power.off;
      this.switchedOff = true;
      this.cut = false;
      this.lostStep = -1;
    }
    const seized = causes.nextDispossession(subscriber, this.start, planned);
    if (seized < end) {
      end = seized;
      this.cut = true;
      this.lostStep = -1;
    }
    this.end = Math.round(end);
  }
}
