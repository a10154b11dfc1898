/**
 * Activity rates travel as one byte: 0 is none, q = 1..255 is e^(-4.6 + 0.04 (q - 1)), that is 0.010 to 260 a day in steps of 4 %. Profiles
 * carry the value of the byte, so the owner of a subscriber and everyone who looks it up in the directory compute with the same number.
 */
const LN_MIN = -4.6;
const LN_STEP = 0.04;
const MAX_CODE = 255;
/** Number of codes. */
export const RATE_CODES = MAX_CODE + 1;

const RATES = Float64Array.from({ length: RATE_CODES }, (_, code) => (code === 0 ? 0 : Math.exp(LN_MIN + LN_STEP * (code - 1))));

/** Code of the nearest representable rate (in ratio); rates under half the least one are none. */
export function encodeRate(rate: number): number {
  if (!(rate > 0.5 * RATES[1])) return 0;
  const code = 1 + Math.round((Math.log(rate) - LN_MIN) / LN_STEP);
  return code < 1 ? 1 : code > MAX_CODE ? MAX_CODE : code;
}

/** Events a day. `code` is 0–255. */
export function decodeRate(code: number): number {
  return RATES[code];
}

/** The representable rate nearest to `rate`. */
export function quantiseRate(rate: number): number {
  return decodeRate(encodeRate(rate));
}
