// Generated from schemas/LocationUpdate.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { NumberColumn, TextColumn } from '../columns.ts';
import { Cursor } from '../cursor.ts';
import { putAscii, putDigits, putInt, putLong } from '../put.ts';
import type { Slab } from '../slab.ts';

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

/**
 * A reusable LocationUpdate to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
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
  timing_advance: number = NaN;
  /** Procedure that gave the fix. [TS 23.401 5.3.3, TS 23.502 4.2.2] */
  trigger: LocationUpdateTrigger = 0;
  /** Speed estimate. [m/s; TS 23.032 8] */
  speed_mps: number = NaN;

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
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
    this.timing_advance = NaN;
    this.trigger = 0;
    this.speed_mps = NaN;
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
    timing_advance: Number.isNaN(row.timing_advance) ? null : row.timing_advance,
    trigger: LocationUpdateTriggerSymbols[row.trigger],
    speed_mps: Number.isNaN(row.speed_mps) ? null : Math.fround(row.speed_mps),
  };
}

function putLocationUpdate0(bytes: Uint8Array, view: DataView, at: number, row: LocationUpdateRow): number {
  at = putAscii(bytes, view, at, row.event_id);
  at = putLong(bytes, at, row.event_time);
  at = putLong(bytes, at, row.subscriber_id);
  at = putDigits(bytes, view, at, row.imsi, 15);
  at = putLong(bytes, at, row.cell_id);
  at = putInt(bytes, at, row.tac);
  return at;
}

function putLocationUpdate1(bytes: Uint8Array, view: DataView, at: number, row: LocationUpdateRow): number {
  view.setFloat64(at, row.latitude, true);
  at += 8;
  view.setFloat64(at, row.longitude, true);
  at += 8;
  at = putInt(bytes, at, row.accuracy_m);
  if (row.timing_advance !== row.timing_advance) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.timing_advance);
  }
  bytes[at++] = row.trigger << 1;
  if (row.speed_mps !== row.speed_mps) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat32(at, row.speed_mps, true);
    at += 4;
  }
  return at;
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeLocationUpdate(slab: Slab, row: LocationUpdateRow): void {
  slab.ensure(84 + row.event_id.length);
  let at = slab.position;
  at = putLocationUpdate0(slab.bytes, slab.view, at, row);
  at = putLocationUpdate1(slab.bytes, slab.view, at, row);
  slab.position = at;
}

const LocationUpdateFields: readonly (keyof LocationUpdate)[] = ['event_id', 'event_time', 'subscriber_id', 'imsi', 'cell_id', 'tac', 'latitude', 'longitude', 'accuracy_m', 'timing_advance', 'trigger', 'speed_mps'];

/** Decodes LocationUpdate records into one typed column per field. */
export class LocationUpdateColumns {
  /** Rows decoded since the last `clear`. */
  length = 0;
  readonly event_id: TextColumn;
  readonly event_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly subscriber_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly imsi: TextColumn;
  readonly cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly tac: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly latitude: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly longitude: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly accuracy_m: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly timing_advance: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly trigger: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly speed_mps: NumberColumn<Float32Array<ArrayBuffer>>;
  readonly #cursor = new Cursor('LocationUpdate');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof LocationUpdate)[] = LocationUpdateFields) {
    const selected = new Set(fields);
    this.#complete = selected.size === LocationUpdateFields.length;
    this.event_id = new TextColumn(false, selected.has('event_id'));
    this.event_time = new NumberColumn(new Float64Array(0), false, selected.has('event_time'));
    this.subscriber_id = new NumberColumn(new Float64Array(0), false, selected.has('subscriber_id'));
    this.imsi = new TextColumn(false, selected.has('imsi'));
    this.cell_id = new NumberColumn(new Float64Array(0), false, selected.has('cell_id'));
    this.tac = new NumberColumn(new Int32Array(0), false, selected.has('tac'));
    this.latitude = new NumberColumn(new Float64Array(0), false, selected.has('latitude'));
    this.longitude = new NumberColumn(new Float64Array(0), false, selected.has('longitude'));
    this.accuracy_m = new NumberColumn(new Int32Array(0), false, selected.has('accuracy_m'));
    this.timing_advance = new NumberColumn(new Int32Array(0), true, selected.has('timing_advance'));
    this.trigger = new NumberColumn(new Uint8Array(0), false, selected.has('trigger'));
    this.speed_mps = new NumberColumn(new Float32Array(0), true, selected.has('speed_mps'));
  }

  /** Forgets all rows; the memory is kept. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Appends the record whose Avro body is `bytes[start … end)`, written with this very schema.
   * @throws DecodeError when it is not one; no row is appended then.
   */
  decode(bytes: Uint8Array, start: number, end: number): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    const cursor = this.#cursor;
    cursor.start(bytes, start);
    decodeLocationUpdate0(this, cursor, row);
    decodeLocationUpdate1(this, cursor, row);
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row `row` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): LocationUpdate {
    if (row < 0 || row >= this.length) throw new RangeError(`LocationUpdateColumns: row ${row} of ${this.length}`);
    if (!this.#complete) throw new Error('LocationUpdateColumns.get needs every field: read the selected columns instead');
    return {
      event_id: this.event_id.text(row),
      event_time: this.event_time.values[row],
      subscriber_id: this.subscriber_id.values[row],
      imsi: this.imsi.text(row),
      cell_id: this.cell_id.values[row],
      tac: this.tac.values[row],
      latitude: this.latitude.values[row],
      longitude: this.longitude.values[row],
      accuracy_m: this.accuracy_m.values[row],
      timing_advance: this.timing_advance.valid![row] === 1 ? this.timing_advance.values[row] : null,
      trigger: LocationUpdateTriggerSymbols[this.trigger.values[row]],
      speed_mps: this.speed_mps.valid![row] === 1 ? this.speed_mps.values[row] : null,
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
    this.event_id.grow(capacity);
    this.event_time.grow(capacity);
    this.subscriber_id.grow(capacity);
    this.imsi.grow(capacity);
    this.cell_id.grow(capacity);
    this.tac.grow(capacity);
    this.latitude.grow(capacity);
    this.longitude.grow(capacity);
    this.accuracy_m.grow(capacity);
    this.timing_advance.grow(capacity);
    this.trigger.grow(capacity);
    this.speed_mps.grow(capacity);
    this.#capacity = capacity;
  }
}

function decodeLocationUpdate0(columns: LocationUpdateColumns, cursor: Cursor, row: number): void {
  if (columns.event_id.selected) cursor.text(columns.event_id, row);
  else cursor.skipText();
  if (columns.event_time.selected) columns.event_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.subscriber_id.selected) columns.subscriber_id.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.imsi.selected) cursor.text(columns.imsi, row);
  else cursor.skipText();
  if (columns.cell_id.selected) columns.cell_id.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.tac.selected) columns.tac.values[row] = cursor.int();
  else cursor.skipVarint();
}

function decodeLocationUpdate1(columns: LocationUpdateColumns, cursor: Cursor, row: number): void {
  if (columns.latitude.selected) columns.latitude.values[row] = cursor.double();
  else cursor.skip(8);
  if (columns.longitude.selected) columns.longitude.values[row] = cursor.double();
  else cursor.skip(8);
  if (columns.accuracy_m.selected) columns.accuracy_m.values[row] = cursor.int();
  else cursor.skipVarint();
  if (!columns.timing_advance.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.timing_advance.valid![row] = 1;
    columns.timing_advance.values[row] = cursor.int();
  } else {
    columns.timing_advance.valid![row] = 0;
  }
  if (columns.trigger.selected) columns.trigger.values[row] = cursor.symbol(LocationUpdateTriggerSymbols.length);
  else cursor.skip(1);
  if (!columns.speed_mps.selected) {
    if (cursor.present()) cursor.skip(4);
  } else if (cursor.present()) {
    columns.speed_mps.valid![row] = 1;
    columns.speed_mps.values[row] = cursor.float();
  } else {
    columns.speed_mps.valid![row] = 0;
  }
}
