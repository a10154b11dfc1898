import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Rat } from '../network/types.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';

/** Path loss between streets at 2 GHz: 128.1 + 37.6 log10(d / km) dB (TR 36.814 annex B.1.2.1, TR 36.942 4.5.2). */
const PATH_LOSS_INTERCEPT = 128.1;
/**
 * The slope falls from there to 26 dB a decade where the mast is mostly in sight (COST 231 final report, 4.4.1: Walfisch-Ikegami), and the
 * loss at 1 km with it. dB a decade; dB. By environment.
 */
const PATH_LOSS_SLOPE = [37.6, 35, 31, 26] as const;
const OPENNESS = [0, 1, 6, 13] as const;
/** Nearer than this the mast is in sight, and its beam points over one's head: 22 dB a decade (TR 36.814 table B.1.2.1-1, UMa LOS), less the tilt's. km, dB. */
const IN_SIGHT = 0.4;
const SLOPE_IN_SIGHT = 8;
const LOG10 = 0.4342944819032518;
/** Received reference-signal power at 0 dB loss: 46 dBm over 600–3,300 subcarriers plus antenna gain. dBm. */
const REFERENCE_POWER = { [Rat.LTE]: 32, [Rat.NR]: 40 } as const;
/** Log-normal shadowing, dB: 8 dB for macro cells (TR 36.814 table A.2.1.1-2), less what the choice of the best cell takes out. */
const SHADOWING = 6;
const INDOOR_LOSS = 11;
const INDOOR_SHARE = 0.7;
/** Metres of one-way distance per unit of timing advance: LTE 16 Ts (TS 36.213 4.2.3); NR at 30 kHz half of it (TS 38.213 4.2). */
const METRES_PER_TA = { [Rat.LTE]: 78.07, [Rat.NR]: 39.03 } as const;

/**
 * What a phone measures of its serving cell. A cursor: `measure` fills the public fields with values inside the reporting
 * ranges of TS 36.133 9.1 and TS 38.133 10.1.
 */
export class Radio {
  /** Reference-signal received power, dBm, whole dB. */
  rsrp = 0;
  /** Reference-signal received quality, dB, steps of 0.5. */
  rsrq = 0;
  /** Signal to interference and noise, dB, steps of 0.5. */
  sinr = 0;
  timingAdvance = 0;
  /** Load of the cell at that time, in units of its capacity; above 1 it is congested. */
  load = 0;
  /** Distance to the site, km. */
  distance = 0;

  #bandwidth = 0;
  #fast = 0;
  readonly #world: World;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#world = world;
    this.#draw = new Draw(world.config.seed);
  }

  /**
   * @param spot keys the shadowing: equal spots of a subscriber are shadowed alike (a stay's place, or a step of a trip)
   * @param sample keys the fast part, so that repeated measurements at a spot differ by a fraction of a dB
   */
  measure(subscriber: number, cell: number, x: number, y: number, spot: number, sample: number, time: number, causes: Causes): void {
    const { network, localTime, stays } = this.#world;
    const site = network.cellSite[cell];
    const rat: Rat = network.cellRat[cell] === Rat.NR ? Rat.NR : Rat.LTE;
    const dx = x - network.siteX[site];
    const dy = y - network.siteY[site];
    const distance = Math.max(0.03, Math.sqrt(dx * dx + dy * dy));
    let mean = spot >= 0 ? stays.rsrp(subscriber, spot, cell) : 0;
    if (mean === 0) {
      mean = this.#meanPower(subscriber, cell, rat, distance, spot);
      if (spot >= 0) stays.setRsrp(subscriber, spot, cell, mean);
    }
    const fast = this.#draw.at(Purpose.signalling, subscriber, sample).unit();
    const rsrp = mean + 1.5 * (fast - 0.5);
    const hourOfWeek = localTime.hourOfWeek(time);
    const load = network.load(cell, hourOfWeek) + causes.extraLoad(cell, time, hourOfWeek);
    const nr = rat === Rat.NR;
    const sinr = (nr ? 15 : 20) + (rsrp + 88) * 0.42 - 9 * Math.min(load, 1.5) + 5 * (fast - 0.5);
    this.distance = distance;
    this.load = load;
    this.rsrp = Math.round(clamp(rsrp, nr ? -156 : -140, nr ? -31 : -44));
    this.sinr = Math.round(2 * clamp(sinr, -10, 30)) / 2;
    this.rsrq = Math.round(2 * clamp((nr ? -10.6 : -7.9) - 3.2 * Math.min(load, 1.5) + 0.16 * clamp(rsrp + 93, -25, 20), -19.5, -3)) / 2;
    this.timingAdvance = Math.min(nr ? 3846 : 1282, Math.round((distance * 1000) / METRES_PER_TA[rat]));
    this.#bandwidth = network.cellBandwidth[cell];
    this.#fast = fast;
  }

  /** What the phone could download at when it was measured, kbit/s. */
  get downlinkKbps(): number {
    const efficiency = clamp(0.85 * 1.4426950408889634 * Math.log(1 + Math.exp(this.sinr * 0.2302585092994046)), 0.05, 7.4);
    const share = 1 / (1 + 7 * Math.min(this.load, 1.6));
    return Math.max(16, Math.round(this.#bandwidth * efficiency * share * 1000 * (0.4 + 0.9 * this.#fast)));
  }

  /** Received power at a spot averaged over fast fading, dBm, single precision. */
  #meanPower(subscriber: number, cell: number, rat: Rat, distance: number, spot: number): number {
    const { network } = this.#world;
    const draw = this.#draw.at(Purpose.shadowing, subscriber, spot);
    const shadow = SHADOWING * draw.normal();
    const indoor = draw.unit() < INDOOR_SHARE ? INDOOR_LOSS * (0.5 + draw.unit()) : 0;
    const environment = network.siteEnvironment[network.cellSite[cell]];
    const decades = PATH_LOSS_SLOPE[environment] * Math.log(Math.max(distance, IN_SIGHT)) + SLOPE_IN_SIGHT * Math.log(Math.min(distance / IN_SIGHT, 1));
    const loss = PATH_LOSS_INTERCEPT - OPENNESS[environment] + LOG10 * (decades + 21 * Math.log(network.cellFrequency[cell] / 2000));
    return Math.fround(REFERENCE_POWER[rat] - loss - shadow - indoor);
  }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
