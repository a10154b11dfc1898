import { decodeRate, RATE_CODES } from '../population/rates.ts';
import type { Draw } from '../random/draw.ts';

/**
 * How many times people with a given rate do something within one hour: Poisson. Rates are one of 256 codes, so what the law
 * needs is tabulated once an hour instead of computed once a subscriber.
 */
export class HourlyCounts {
  readonly #mean = new Float64Array(RATE_CODES);
  readonly #none = new Float64Array(RATE_CODES);

  /** @param mean expected count in the hour for someone who does it `perDay` times a day on average */
  begin(mean: (perDay: number) => number): void {
    for (let code = 0; code < RATE_CODES; code++) {
      this.#mean[code] = mean(decodeRate(code));
      this.#none[code] = Math.exp(-this.#mean[code]);
    }
  }

  /** Count for a rate code, from a cursor aimed at the subscriber and hour. */
  draw(code: number, draw: Draw): number {
    return draw.poisson(this.#mean[code], this.#none[code]);
  }
}

/**
 * Rate codes as a column, a byte each, for plans that scan everybody every hour: 0 for whoever is not active.
 * @param code rate code of the k-th of them, 0 when not active
 */
export function rateColumn(count: number, code: (k: number) => number): Uint8Array {
  const codes = new Uint8Array(count);
  for (let k = 0; k < count; k++) codes[k] = code(k);
  return codes;
}
