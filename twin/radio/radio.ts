import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Environment, Rat } from '../network/types.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';

/** Slope and intercept of the macro-cell path loss at 2 GHz: 128.1 + 37.6 log10(d / km) dB (TR 36.814 annex B.1.2.1, TR 36.942 4.5.2). */
const PATH_LOSS_INTERCEPT = 128.1;
const PATH_LOSS_SLOPE = 37.6;
const LOG10 = 0.4342944819032518;
/** Received reference-signal power at 0 dB loss: 46 dBm over 600–3,300 subcarriers plus antenna gain. dBm. */
const REFERENCE_POWER = { [Rat.LTE]: 32, [Rat.NR]: 40 } as const;
/** Log-normal shadowing, dB (TR 36.814 table A.2.1.1-2: 8 dB for macro cells). */
const SHADOWING = 8;
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
  /** What the phone could download at, kbit/s. */
  downlinkKbps = 0;

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
    const sinr = 22 + (rsrp + 88) * 0.42 - 9 * Math.min(load, 1.5) + 5 * (fast - 0.5);
    this.distance = distance;
    this.load = load;
    this.rsrp = Math.round(clamp(rsrp, rat === Rat.NR ? -156 : -140, rat === Rat.NR ? -31 : -44));
    this.sinr = Math.round(2 * clamp(sinr, -10, 30)) / 2;
    this.rsrq = Math.round(2 * clamp(-7.2 - 3.2 * Math.min(load, 1.5) + 0.16 * clamp(rsrp + 93, -25, 20), -19.5, -3)) / 2;
    this.timingAdvance = Math.min(rat === Rat.NR ? 3846 : 1282, Math.round((distance * 1000) / METRES_PER_TA[rat]));
    const efficiency = clamp(0.55 * 1.4426950408889634 * Math.log(1 + Math.exp(this.sinr * 0.2302585092994046)), 0.05, 6);
    const share = 1 / (1 + 9 * Math.min(load, 1.6));
    this.downlinkKbps = Math.max(16, Math.round(network.cellBandwidth[cell] * efficiency * share * 1000 * (0.4 + 0.9 * fast)));
  }

  /** Received power at a spot averaged over fast fading, dBm, single precision. */
  #meanPower(subscriber: number, cell: number, rat: Rat, distance: number, spot: number): number {
    const { network } = this.#world;
    const draw = this.#draw.at(Purpose.shadowing, subscriber, spot);
    const shadow = SHADOWING * draw.normal();
    const indoor = draw.unit() < INDOOR_SHARE ? INDOOR_LOSS * (0.5 + draw.unit()) : 0;
    const loss =
      PATH_LOSS_INTERCEPT + LOG10 * (PATH_LOSS_SLOPE * Math.log(distance) + 21 * Math.log(network.cellFrequency[cell] / 2000)) -
      (network.siteEnvironment[network.cellSite[cell]] === Environment.RURAL ? 14 : 0);
    return Math.fround(REFERENCE_POWER[rat] - loss - shadow - indoor);
  }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
