import type { Network } from '../network/network.ts';
import { encodeRate } from './rates.ts';
import type { SubscriberProfile } from './types.ts';

/** `flags`: bits 0–2 segment, 3–4 status, 5 has a workplace, 6 phone off at night, 7 has versions in the side list. */
export const Flag = { SEGMENT: 0x07, STATUS_SHIFT: 3, STATUS: 0x18, HAS_WORK: 0x20, NIGHT_OFF: 0x40, REVISED: 0x80 } as const;

/** Struct of arrays: 26 bytes a row with up to 65,536 sites. */
export class DirectoryColumns {
  readonly homeX: Float32Array;
  readonly homeY: Float32Array;
  readonly workX: Float32Array;
  readonly workY: Float32Array;
  readonly homeSite: Uint16Array | Uint32Array;
  readonly workSite: Uint16Array | Uint32Array;
  readonly flags: Uint8Array;
  readonly capabilities: Uint8Array;
  readonly calls: Uint8Array;
  readonly texts: Uint8Array;
  readonly sessions: Uint8Array;
  /** 1 once a version was written. */
  readonly loaded: Uint8Array;

  constructor(rows: number, siteCount: number) {
    const siteColumn = siteCount <= 65_536 ? Uint16Array : Uint32Array;
    this.homeX = new Float32Array(rows);
    this.homeY = new Float32Array(rows);
    this.workX = new Float32Array(rows);
    this.workY = new Float32Array(rows);
    this.homeSite = new siteColumn(rows);
    this.workSite = new siteColumn(rows);
    this.flags = new Uint8Array(rows);
    this.capabilities = new Uint8Array(rows);
    this.calls = new Uint8Array(rows);
    this.texts = new Uint8Array(rows);
    this.sessions = new Uint8Array(rows);
    this.loaded = new Uint8Array(rows);
  }

  get bytesPerRow(): number {
    let bytes = 0;
    for (const column of Object.values(this) as Uint8Array[]) bytes += column.BYTES_PER_ELEMENT;
    return bytes;
  }

  /** Writes a profile into a row. Someone without a workplace has `workX/Y/Site` of home, so no reader meets a NaN. */
  write(row: number, profile: SubscriberProfile, network: Network): void {
    const { plane } = network;
    const x = (this.homeX[row] = plane.x(profile.homeLongitude));
    const y = (this.homeY[row] = plane.y(profile.homeLatitude));
    const hasWork = profile.workLatitude !== null && profile.workLongitude !== null;
    this.workX[row] = hasWork ? plane.x(profile.workLongitude) : x;
    this.workY[row] = hasWork ? plane.y(profile.workLatitude) : y;
    this.homeSite[row] = network.nearestSite(this.homeX[row], this.homeY[row]);
    this.workSite[row] = hasWork ? network.nearestSite(this.workX[row], this.workY[row]) : this.homeSite[row];
    this.flags[row] = profile.segment | (profile.status << Flag.STATUS_SHIFT) | (hasWork ? Flag.HAS_WORK : 0) | (profile.nightOff ? Flag.NIGHT_OFF : 0);
    this.capabilities[row] = profile.capabilities;
    this.calls[row] = encodeRate(profile.callsPerDay);
    this.texts[row] = encodeRate(profile.textsPerDay);
    this.sessions[row] = encodeRate(profile.sessionsPerDay);
    this.loaded[row] = 1;
  }

  copy(to: number, source: DirectoryColumns, from: number): void {
    this.homeX[to] = source.homeX[from]!;
    this.homeY[to] = source.homeY[from]!;
    this.workX[to] = source.workX[from]!;
    this.workY[to] = source.workY[from]!;
    this.homeSite[to] = source.homeSite[from]!;
    this.workSite[to] = source.workSite[from]!;
    this.flags[to] = source.flags[from]!;
    this.capabilities[to] = source.capabilities[from]!;
    this.calls[to] = source.calls[from]!;
    this.texts[to] = source.texts[from]!;
    this.sessions[to] = source.sessions[from]!;
    this.loaded[to] = source.loaded[from]!;
  }
}
