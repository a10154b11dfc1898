// Generated from schemas/LocationUpdate.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { putAscii, putDigits, putInt, putLong } from '../put.ts';
import { type Slab } from '../slab.ts';

export const LocationUpdateTrigger = { UNKNOWN: 0, PERIODIC: 1, TAU: 2, HANDOVER: 3, ATTACH: 4, SERVICE: 5 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type LocationUpdateTrigger = (typeof LocationUpdateTrigger)[keyof typeof LocationUpdateTrigger];
export type LocationUpdateTriggerSymbol = keyof typeof LocationUpdateTrigger;
/** Symbols of LocationUpdateTrigger by index. */
export const LocationUpdateTriggerSymbols: readonly LocationUpdateTriggerSymbol[] = ['UNKNOWN', 'PERIODIC', 'TAU', 'HANDOVER', 'ATTACH', 'SERVICE'];

/** One position estimate of a subscriber, as the location platform derives it from a procedure of the network. */
export interface LocationUpdate {
  /** Structural id, unique over all streams and the same in every replay. */
  event_id: string;
  /** Time of the fix. [ms since epoch, UTC] */
  event_time: number;
  /** The subscriber; the record key of this topic. */
  subscriber_id: number;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: string;
  /** Serving cell. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number;
  /** Tracking area code of the cell: 16 bit on LTE, 24 bit on NR. [TS 23.003 19.4.2.3] */
  tac: number;
  /** Latitude of the network's estimate, WGS 84. Never the true position. [degrees; TS 23.032 5.2] */
  latitude: number;
  /** Longitude of the network's estimate, WGS 84. Never the true position. [degrees; TS 23.032 5.2] */
  longitude: number;
  /** Radius of the uncertainty circle of the estimate. [m; TS 23.032 5.2, 6.2] */
  accuracy_m: number;
  /** Timing advance index that the estimate used. [TA units (78.12 m on LTE); TS 36.213 4.2.3, TS 38.213 4.2] */
  timing_advance: number | null;
  /** Procedure that gave the fix. [TS 23.401 5.3.3, TS 23.502 4.2.2] */
  trigger: LocationUpdateTriggerSymbol;
  /** Speed estimate. [m/s; TS 23.032 8] */
  speed_mps: number | null;
}

/** A reusable LocationUpdate to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers. */
export class LocationUpdateRow {
  /** Structural id, unique over all streams and the same in every replay. */
  readonly event_id = new Ascii();
  /** Time of the fix. [ms since epoch, UTC] */
  event_time: number = 0;
  /** The subscriber; the record key of this topic. */
  subscriber_id: number = 0;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: number = 0;
  /** Serving cell. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number = 0;
  /** Tracking area code of the cell: 16 bit on LTE, 24 bit on NR. [TS 23.003 19.4.2.3] */
  tac: number = 0;
  /** Latitude of the network's estimate, WGS 84. Never the true position. [degrees; TS 23.032 5.2] */
  latitude: number = 0;
  /** Longitude of the network's estimate, WGS 84. Never the true position. [degrees; TS 23.032 5.2] */
  longitude: number = 0;
  /** Radius of the uncertainty circle of the estimate. [m; TS 23.032 5.2, 6.2] */
  accuracy_m: number = 0;
  /** Timing advance index that the estimate used. [TA units (78.12 m on LTE); TS 36.213 4.2.3, TS 38.213 4.2] */
  timing_advance: number | null = null;
  /** Procedure that gave the fix. [TS 23.401 5.3.3, TS 23.502 4.2.2] */
  trigger: LocationUpdateTrigger = 0;
  /** Speed estimate. [m/s; TS 23.032 8] */
  speed_mps: number | null = null;

  /** Sets every field to null, or to 0, false or empty where it can't be null. */
  reset(): void {
    this.event_id.clear();
    this.event_time = 0;
    this.subscriber_id = 0;
    this.imsi = 0;
    this.cell_id = 0;
    this.tac = 0;
    this.latitude = 0;
    this.longitude = 0;
    this.accuracy_m = 0;
    this.timing_advance = null;
    this.trigger = 0;
    this.speed_mps = null;
  }
}

/** The plain object that decoding the encoded row gives. */
export function locationUpdateRowToObject(row: LocationUpdateRow): LocationUpdate {
  return {
    event_id: row.event_id.toString(),
    event_time: row.event_time,
    subscriber_id: row.subscriber_id,
    imsi: String(row.imsi).padStart(15, '0'),
    cell_id: row.cell_id,
    tac: row.tac,
    latitude: row.latitude,
    longitude: row.longitude,
    accuracy_m: row.accuracy_m,
    timing_advance: row.timing_advance,
    trigger: LocationUpdateTriggerSymbols[row.trigger]!,
    speed_mps: row.speed_mps === null ? null : Math.fround(row.speed_mps),
  };
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeLocationUpdate(slab: Slab, row: LocationUpdateRow): void {
  slab.ensure(84 + row.event_id.length);
  const bytes = slab.bytes;
  const view = slab.view;
  let at = slab.position;
  at = putAscii(bytes, at, row.event_id);
  at = putLong(bytes, at, row.event_time);
  at = putLong(bytes, at, row.subscriber_id);
  at = putDigits(bytes, at, row.imsi, 15);
  at = putLong(bytes, at, row.cell_id);
  at = putInt(bytes, at, row.tac);
  view.setFloat64(at, row.latitude, true);
  at += 8;
  view.setFloat64(at, row.longitude, true);
  at += 8;
  at = putInt(bytes, at, row.accuracy_m);
  if (row.timing_advance === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.timing_advance);
  }
  bytes[at++] = row.trigger << 1;
  if (row.speed_mps === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat32(at, row.speed_mps, true);
    at += 4;
  }
  slab.position = at;
}
