import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Injected } from '../intents/intent.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { ScenarioEffect } from '../scenarios/kind.ts';
import type { World } from '../world.ts';
import { linkBreak } from './inactivity.ts';

/** From the start of any use of a stolen number until it is over, ms. */
export const LONGEST_USE = 6 * 60_000;

/**
 * What came of a use that a fraudster made of a stolen number: a one-time password, a call or a session. A cursor. Whatever is
 * under way when the number is given back, or when the cell goes down, is cut then.
 */
export class StolenNumberUse {
  start = 0;
  end = 0;
  /** Event time of a call's answer, or NaN. */
  answer = NaN;
  /** False when the end of the swap, or of the cell, came before the message or the answer. */
  completed = false;
  cut = false;
  /** Even calls go to banks, odd ones to premium numbers. */
  ordinal = 0;
  /** Number dialled or texted from, as bits. */
  outside = 0;
  uplinkBytes = 0;
  downlinkBytes = 0;
  cell = -1;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#draw = new Draw(world.config.seed);
  }

  /** @param detail of the injected intent: a code of {@link Injected} and an ordinal. False when nothing was attempted. */
  evaluate(subscriber: number, hour: number, start: number, detail: number, effect: ScenarioEffect, causes: Causes): boolean {
    const code = detail & 15;
    const held = effect.identity?.(subscriber);
    if (held === undefined || causes.isDown(held.cell, start)) return false;
    if (code !== Injected.SWAP_PASSWORD && code !== Injected.SWAP_CALL && code !== Injected.SWAP_SESSION) return false;
    const ordinal = detail >> 4;
    const draw = this.#draw.at(Purpose.scenarioEvent, subscriber, hour * 64 + ordinal);
    this.start = start;
    this.ordinal = ordinal;
    this.cell = held.cell;
    this.answer = NaN;
    this.uplinkBytes = this.downlinkBytes = 0;
    let answer = start;
    let planned = start + 900;
    this.outside = 0;
    if (code === Injected.SWAP_PASSWORD) this.outside = draw.bits();
    else if (code === Injected.SWAP_CALL) {
      answer = start + 1_500 + draw.below(3_000);
      planned = answer + Math.min(330_000, Math.round(45_000 * (1 + draw.exponential())));
      this.outside = draw.bits();
    } else planned = start + 30_000 + draw.below(12_000);
    this.end = Math.min(planned, held.until, linkBreak(subscriber, held.cell, start, planned, causes));
    this.cut = this.end < planned;
    this.completed = code === Injected.SWAP_PASSWORD ? !this.cut : this.end > answer;
    if (code === Injected.SWAP_CALL && this.completed) this.answer = answer;
    if (code === Injected.SWAP_SESSION) {
      const share = (this.end - start) / (planned - start);
      this.uplinkBytes = Math.floor((40_000 + draw.below(400_000)) * share);
      this.downlinkBytes = Math.floor((900_000 + draw.below(4_000_000)) * share);
    }
    return true;
  }
}
