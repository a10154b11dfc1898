import { SUBSCRIBER_ID_BASE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';

/** PLMN 001/01 is reserved for test networks (ITU-T E.212, TS 23.003 2.2). */
export const HOME_PLMN = '00101';
/** Largest index space for which the arithmetic below stays exact in doubles and identifiers unique. */
export const MAX_CAPACITY = 30_000_000;
/** Versions of a SIM or handset that one index can have had. */
export const MAX_GENERATION = 300;

const PLMN_PREFIX = 1_010_000_000_000;
const MSIN_COUNT = 10_000_000_000;
/** Coprime to 10, small enough that MSIN × multiplier < 2^53. */
const MSIN_MULTIPLIER = 700_001;

const MSISDN_BASE = 999_100_000_000;
const MSISDN_COUNT = 900_000_000;
/** 7^10, coprime to 900,000,000 = 2^8 · 3^2 · 5^8. */
const MSISDN_MULTIPLIER = 282_475_249;

const SERIALS_PER_TAC = 1_000_000;
/** Type allocation codes of one model: one per million serials and generation of handset. */
const TACS_PER_MODEL = 1_000;
const TACS_PER_GENERATION = 30;

export function subscriberIdOf(index: number): number {
  return SUBSCRIBER_ID_BASE + index;
}

/** Inverse of `subscriberIdOf`; the caller checks the range. */
export function indexOfSubscriberId(subscriberId: number): number {
  return subscriberId - SUBSCRIBER_ID_BASE;
}

/**
 * IMSI as a number: 001 01 and a 10-digit MSIN, a bijection of (index, generation). Generation 0 is the SIM at seeding; a swap adds one.
 * @throws RangeError for an index ≥ MAX_CAPACITY or a generation ≥ MAX_GENERATION
 */
export function imsiOf(index: number, generation: number): number {
  check('index', index, MAX_CAPACITY);
  check('generation', generation, MAX_GENERATION);
  const serial = generation * MAX_CAPACITY + index;
  return PLMN_PREFIX + ((serial * MSIN_MULTIPLIER + 1_234_567_891) % MSIN_COUNT);
}

/** IMSI as written: 15 digits. */
export function imsiText(imsi: number): string {
  return String(imsi).padStart(15, '0');
}

/** Numbers of subscribers of one twin: an affine bijection of the index onto +999 1xx... to +999 9xx..., shifted by the seed. */
export class NumberPlan {
  readonly #offset: number;

  constructor(seed: number) {
    this.#offset = new Draw(seed).at(Purpose.account, -1).below(MSISDN_COUNT);
  }

  /** E.164 number, 12 digits, in the unassigned country code 999. @throws RangeError for an index ≥ MAX_CAPACITY */
  msisdnOf(index: number): number {
    check('index', index, MAX_CAPACITY);
    return MSISDN_BASE + ((index * MSISDN_MULTIPLIER + this.#offset) % MSISDN_COUNT);
  }
}

/** IMEI as a number from an 8-digit TAC and a 6-digit serial number, with its Luhn check digit (TS 23.003 6.2.1 and Annex B). */
export function imeiOf(tac: number, serial: number): number {
  check('serial', serial, SERIALS_PER_TAC);
  const digits = tac * SERIALS_PER_TAC + serial;
  return digits * 10 + luhnDigit(digits);
}

/** IMEI of the `generation`-th handset of a subscriber, for the model numbered `model` (0–899). TACs are 001xxxxx to 009xxxxx: test IMEIs. */
export function handsetImei(model: number, index: number, generation: number): number {
  check('index', index, MAX_CAPACITY);
  check('generation', generation, Math.floor(TACS_PER_MODEL / TACS_PER_GENERATION));
  const million = Math.floor(index / SERIALS_PER_TAC);
  const tac = (100 + model) * TACS_PER_MODEL + generation * TACS_PER_GENERATION + million;
  return imeiOf(tac, index % SERIALS_PER_TAC);
}

/** IMEI as written: 15 digits. */
export function imeiText(imei: number): string {
  return String(imei).padStart(15, '0');
}

/** TAC of an IMEI, 8 digits. */
export function tacOf(imei: number): number {
  return Math.floor(imei / (SERIALS_PER_TAC * 10));
}

/**
 * Luhn check digit of a number of up to 14 digits: every second digit from the right is doubled, and the digit sums are added up to a multiple of
 * ten. Halves of seven digits are 32-bit integers, whose division is several times faster than that of doubles.
 */
export function luhnDigit(digits: number): number {
  const high = Math.floor(digits / 10_000_000);
  return (10 - ((luhnSum(digits - high * 10_000_000, 1) + luhnSum(high, 0)) % 10)) % 10;
}

/** Digit sum of a 32-bit integer's seven digits; those at positions of the given parity from the right (0 is the last) are not doubled. */
function luhnSum(digits: number, plain: 0 | 1): number {
  let sum = 0;
  let rest = digits | 0;
  for (let position = 0; position < 7; position++) {
    const next = (rest / 10) | 0;
    let digit = rest - 10 * next;
    if ((position & 1) !== plain) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sum += digit;
    rest = next;
  }
  return sum;
}

function check(what: string, value: number, limit: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= limit) throw new RangeError(`${what} must be an integer in [0, ${limit}), got ${value}`);
}
