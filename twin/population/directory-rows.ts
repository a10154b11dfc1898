import type { Network } from '../network/network.ts';
import { encodeRate } from './rates.ts';
import type { SubscriberProfile } from './types.ts';

/** `flags`: bits 0–2 segment, 3–4 status, 5 has a workplace, 6 phone off at night, 7 has versions in the side list. */
export const Flag = { SEGMENT: 0x07, STATUS_SHIFT: 3, STATUS: 0x18, HAS_WORK: 0x20, NIGHT_OFF: 0x40, REVISED: 0x80 } as const;

/** What a directory keeps of a subscriber. */
export type DirectoryEntry = Pick<
  SubscriberProfile,
  'index' | 'segment' | 'status' | 'capabilities' | 'homeLatitude' | 'homeLongitude' | 'workLatitude' | 'workLongitude' |
  'callsPerDay' | 'textsPerDay' | 'sessionsPerDay' | 'nightOff'
>;

/** Bytes of a row, and where its fields lie, in units of their size. */
const ROW = 32;
/** Words of 32 bits a row. */
export const ROW_WORDS = ROW / 4;
const HOME_X = 0;
const HOME_Y = 1;
const WORK_X = 2;
const WORK_Y = 3;
const HOME_SITE = 8;
const WORK_SITE = 9;
const FLAGS = 20;
const CAPABILITIES = 21;
const CALLS = 22;
const TEXTS = 23;
const SESSIONS = 24;
const LOADED = 25;

/** Rows of 32 bytes, so that whatever is asked of a subscriber lies in one cache line. */
export class DirectoryRows {
  readonly length: number;
  readonly #floats: Float32Array;
  readonly #shorts: Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;

  /** @throws RangeError for more sites than 16 bits can number */
  constructor(rows: number, siteCount: number) {
    if (siteCount > 65_536) throw new RangeError(`a directory holds up to 65,536 sites, not ${siteCount}`);
    this.length = rows;
    const buffer = new ArrayBuffer(rows * ROW);
    this.#floats = new Float32Array(buffer);
    this.#shorts = new Uint16Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
  }

  get bytesPerRow(): number {
    return ROW;
  }

  homeX(row: number): number {
    return this.#floats[row * 8 + HOME_X];
  }

  homeY(row: number): number {
    return this.#floats[row * 8 + HOME_Y];
  }

  workX(row: number): number {
    return this.#floats[row * 8 + WORK_X];
  }

  workY(row: number): number {
    return this.#floats[row * 8 + WORK_Y];
  }

  homeSite(row: number): number {
    return this.#shorts[row * 16 + HOME_SITE];
  }

  workSite(row: number): number {
    return this.#shorts[row * 16 + WORK_SITE];
  }

  flags(row: number): number {
    return this.#bytes[row * ROW + FLAGS];
  }

  setFlags(row: number, flags: number): void {
    this.#bytes[row * ROW + FLAGS] = flags;
  }

  capabilities(row: number): number {
    return this.#bytes[row * ROW + CAPABILITIES];
  }

  /** Rates as encoded by `encodeRate`. */
  calls(row: number): number {
    return this.#bytes[row * ROW + CALLS];
  }

  texts(row: number): number {
    return this.#bytes[row * ROW + TEXTS];
  }

  sessions(row: number): number {
    return this.#bytes[row * ROW + SESSIONS];
  }

  /** True once a version was written. */
  isLoaded(row: number): boolean {
    return this.#bytes[row * ROW + LOADED] === 1;
  }

  /** Writes a profile into a row. Someone without a workplace has `workX/Y/Site` of home, so no reader meets a NaN. */
  write(row: number, profile: DirectoryEntry, network: Network): void {
    const { plane } = network;
    const floats = this.#floats;
    const shorts = this.#shorts;
    const bytes = this.#bytes;
    const f = row * 8;
    const b = row * ROW;
    floats[f + HOME_X] = plane.x(profile.homeLongitude);
    floats[f + HOME_Y] = plane.y(profile.homeLatitude);
    const hasWork = profile.workLatitude !== null && profile.workLongitude !== null;
    floats[f + WORK_X] = hasWork ? plane.x(profile.workLongitude) : floats[f + HOME_X];
    floats[f + WORK_Y] = hasWork ? plane.y(profile.workLatitude) : floats[f + HOME_Y];
    shorts[row * 16 + HOME_SITE] = network.nearestSite(floats[f + HOME_X], floats[f + HOME_Y]);
    shorts[row * 16 + WORK_SITE] = hasWork ? network.nearestSite(floats[f + WORK_X], floats[f + WORK_Y]) : shorts[row * 16 + HOME_SITE];
    bytes[b + FLAGS] = profile.segment | (profile.status << Flag.STATUS_SHIFT) | (hasWork ? Flag.HAS_WORK : 0) | (profile.nightOff ? Flag.NIGHT_OFF : 0);
    bytes[b + CAPABILITIES] = profile.capabilities;
    bytes[b + CALLS] = encodeRate(profile.callsPerDay);
    bytes[b + TEXTS] = encodeRate(profile.textsPerDay);
    bytes[b + SESSIONS] = encodeRate(profile.sessionsPerDay);
    bytes[b + LOADED] = 1;
  }

  copy(to: number, source: DirectoryRows, from: number): void {
    this.#bytes.set(source.#bytes.subarray(from * ROW, (from + 1) * ROW), to * ROW);
  }

  /** The bytes of some rows, one after another. */
  pack(rows: ArrayLike<number>): Uint32Array<ArrayBuffer> {
    const packed = new Uint32Array(rows.length * ROW_WORDS);
    const words = this.#words;
    for (let k = 0, to = 0; k < rows.length; k++) {
      const from = rows[k] * ROW_WORDS;
      for (let w = 0; w < ROW_WORDS; w++) packed[to++] = words[from + w];
    }
    return packed;
  }

  /** Inverse of `pack`: overwrites the rows. */
  unpack(rows: ArrayLike<number>, packed: Uint32Array): void {
    const words = this.#words;
    for (let k = 0, from = 0; k < rows.length; k++) {
      const to = rows[k] * ROW_WORDS;
      for (let w = 0; w < ROW_WORDS; w++) words[to + w] = packed[from++];
    }
  }
}
