// Generated from schemas/GroundTruth.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { decodeStrings, mapFromPairs, NumberColumn, TextColumn } from '../columns.ts';
import { Cursor } from '../cursor.ts';
import { mapBound, putAscii, putLong, putMap, putStrings, putText, stringsBound, textBound } from '../put.ts';
import type { Slab } from '../slab.ts';

export const GroundTruthRole = { UNKNOWN: 0, CAUSE: 1, EFFECT: 2, LOOKALIKE: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type GroundTruthRole = (typeof GroundTruthRole)[keyof typeof GroundTruthRole];
export type GroundTruthRoleSymbol = keyof typeof GroundTruthRole;
/** Symbols of GroundTruthRole by index. */
export const GroundTruthRoleSymbols: readonly GroundTruthRoleSymbol[] = ['UNKNOWN', 'CAUSE', 'EFFECT', 'LOOKALIKE'];

export const GroundTruthEffect = { UNKNOWN: 0, ADDED: 1, REMOVED: 2, CHANGED: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type GroundTruthEffect = (typeof GroundTruthEffect)[keyof typeof GroundTruthEffect];
export type GroundTruthEffectSymbol = keyof typeof GroundTruthEffect;
/** Symbols of GroundTruthEffect by index. */
export const GroundTruthEffectSymbols: readonly GroundTruthEffectSymbol[] = ['UNKNOWN', 'ADDED', 'REMOVED', 'CHANGED'];

export const GroundTruthStream = { UNKNOWN: 0, cdrs: 1, network_logs: 2, customer_service: 3, location_updates: 4 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type GroundTruthStream = (typeof GroundTruthStream)[keyof typeof GroundTruthStream];
export type GroundTruthStreamSymbol = keyof typeof GroundTruthStream;
/** Symbols of GroundTruthStream by index. */
export const GroundTruthStreamSymbols: readonly GroundTruthStreamSymbol[] = ['UNKNOWN', 'cdrs', 'network_logs', 'customer_service', 'location_updates'];

/** What a scenario did: its cause, each event that it added, removed or changed, and lookalikes that it did not cause. The baseline is all other scenarios, without this one. */
export interface GroundTruth {
  /** The scenario. */
  scenario_id: string;
  /** Kind of the scenario. */
  kind: string;
  /** CAUSE: the scenario itself began, changed or ended. EFFECT: an event differs because of it. LOOKALIKE: an event that looks like an effect and is not. */
  role: GroundTruthRoleSymbol;
  /** How the event differs from the baseline. Null unless role is EFFECT. */
  effect: GroundTruthEffectSymbol | null;
  /** Fields that differ from the baseline when effect is CHANGED: discrete fields, and continuous ones beyond the declared tolerance. */
  changed_fields: string[] | null;
  /** Size of the effect where the scenario defines one; details tells its unit. */
  magnitude: number | null;
  /** Stream of event_id. Null when role is CAUSE. */
  stream: GroundTruthStreamSymbol | null;
  /** The event in stream. Null when effect is REMOVED, and when role is CAUSE. */
  event_id: string | null;
  /** The event as it would have been without the scenario: set when effect is REMOVED or CHANGED. */
  counterfactual_event_id: string | null;
  /** Event time of the event, or of the cause. [ms since epoch, UTC] */
  event_time: number;
  /** Affected entity: subscriber:<subscriber_id> or cell:<cell_id>. */
  entity: string;
  /** How hard the scenario was asked to be to detect. */
  difficulty: string;
  /** Facts of the scenario kind, by name. */
  details: Record<string, string>;
}

/**
 * A reusable GroundTruth to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
export class GroundTruthRow {
  /** The scenario. */
  scenario_id: string = '';
  /** Kind of the scenario. */
  kind: string = '';
  /** CAUSE: the scenario itself began, changed or ended. EFFECT: an event differs because of it. LOOKALIKE: an event that looks like an effect and is not. */
  role: GroundTruthRole = 0;
  /** How the event differs from the baseline. Null unless role is EFFECT. */
  effect: GroundTruthEffect | null = null;
  /** Fields that differ from the baseline when effect is CHANGED: discrete fields, and continuous ones beyond the declared tolerance. */
  changed_fields: readonly string[] | null = null;
  /** Size of the effect where the scenario defines one; details tells its unit. */
  magnitude: number = NaN;
  /** Stream of event_id. Null when role is CAUSE. */
  stream: GroundTruthStream | null = null;
  /** The event in stream. Null when effect is REMOVED, and when role is CAUSE. */
  readonly event_id = new Ascii().setNull();
  /** The event as it would have been without the scenario: set when effect is REMOVED or CHANGED. */
  readonly counterfactual_event_id = new Ascii().setNull();
  /** Event time of the event, or of the cause. [ms since epoch, UTC] */
  event_time: number = 0;
  /** Affected entity: subscriber:<subscriber_id> or cell:<cell_id>. */
  readonly entity = new Ascii();
  /** How hard the scenario was asked to be to detect. */
  difficulty: string = '';
  /** Facts of the scenario kind, by name. */
  details: Readonly<Record<string, string>> = {};

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
  reset(): void {
    this.scenario_id = '';
    this.kind = '';
    this.role = 0;
    this.effect = null;
    this.changed_fields = null;
    this.magnitude = NaN;
    this.stream = null;
    this.event_id.setNull();
    this.counterfactual_event_id.setNull();
    this.event_time = 0;
    this.entity.clear();
    this.difficulty = '';
    this.details = {};
  }
}

/** The plain object that decoding the encoded row gives. */
export function groundTruthRowToObject(row: GroundTruthRow): GroundTruth {
  return {
    scenario_id: row.scenario_id,
    kind: row.kind,
    role: GroundTruthRoleSymbols[row.role],
    effect: row.effect === null ? null : GroundTruthEffectSymbols[row.effect],
    changed_fields: row.changed_fields === null ? null : [...row.changed_fields],
    magnitude: Number.isNaN(row.magnitude) ? null : row.magnitude,
    stream: row.stream === null ? null : GroundTruthStreamSymbols[row.stream],
    event_id: row.event_id.isNull ? null : row.event_id.toString(),
    counterfactual_event_id: row.counterfactual_event_id.isNull ? null : row.counterfactual_event_id.toString(),
    event_time: row.event_time,
    entity: row.entity.toString(),
    difficulty: row.difficulty,
    details: { ...row.details },
  };
}

function putGroundTruth0(bytes: Uint8Array, view: DataView, at: number, row: GroundTruthRow): number {
  at = putText(bytes, at, row.scenario_id);
  at = putText(bytes, at, row.kind);
  bytes[at++] = row.role << 1;
  if (row.effect === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.effect << 1;
  }
  if (row.changed_fields === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putStrings(bytes, at, row.changed_fields);
  }
  if (row.magnitude !== row.magnitude) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat64(at, row.magnitude, true);
    at += 8;
  }
  return at;
}

function putGroundTruth1(bytes: Uint8Array, view: DataView, at: number, row: GroundTruthRow): number {
  if (row.stream === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.stream << 1;
  }
  if (row.event_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, view, at, row.event_id);
  }
  if (row.counterfactual_event_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, view, at, row.counterfactual_event_id);
  }
  at = putLong(bytes, at, row.event_time);
  at = putAscii(bytes, view, at, row.entity);
  at = putText(bytes, at, row.difficulty);
  return at;
}

function putGroundTruth2(bytes: Uint8Array, at: number, row: GroundTruthRow): number {
  at = putMap(bytes, at, row.details);
  return at;
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeGroundTruth(slab: Slab, row: GroundTruthRow): void {
  slab.ensure(40 + textBound(row.scenario_id) + textBound(row.kind) + (row.changed_fields === null ? 0 : stringsBound(row.changed_fields)) + row.event_id.length + row.counterfactual_event_id.length + row.entity.length + textBound(row.difficulty) + mapBound(row.details));
  let at = slab.position;
  at = putGroundTruth0(slab.bytes, slab.view, at, row);
  at = putGroundTruth1(slab.bytes, slab.view, at, row);
  at = putGroundTruth2(slab.bytes, at, row);
  slab.position = at;
}

const GroundTruthFields: readonly (keyof GroundTruth)[] = ['scenario_id', 'kind', 'role', 'effect', 'changed_fields', 'magnitude', 'stream', 'event_id', 'counterfactual_event_id', 'event_time', 'entity', 'difficulty', 'details'];

/** Decodes GroundTruth records into one typed column per field. */
export class GroundTruthColumns {
  /** Rows decoded since the last `clear`. */
  length = 0;
  readonly scenario_id: TextColumn;
  readonly kind: TextColumn;
  readonly role: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly effect: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly changed_fields: TextColumn;
  readonly magnitude: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly stream: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly event_id: TextColumn;
  readonly counterfactual_event_id: TextColumn;
  readonly event_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly entity: TextColumn;
  readonly difficulty: TextColumn;
  readonly details: TextColumn;
  readonly #cursor = new Cursor('GroundTruth');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof GroundTruth)[] = GroundTruthFields) {
    const selected = new Set(fields);
    this.#complete = selected.size === GroundTruthFields.length;
    this.scenario_id = new TextColumn(false, selected.has('scenario_id'));
    this.kind = new TextColumn(false, selected.has('kind'));
    this.role = new NumberColumn(new Uint8Array(0), false, selected.has('role'));
    this.effect = new NumberColumn(new Uint8Array(0), true, selected.has('effect'));
    this.changed_fields = new TextColumn(true, selected.has('changed_fields'));
    this.magnitude = new NumberColumn(new Float64Array(0), true, selected.has('magnitude'));
    this.stream = new NumberColumn(new Uint8Array(0), true, selected.has('stream'));
    this.event_id = new TextColumn(true, selected.has('event_id'));
    this.counterfactual_event_id = new TextColumn(true, selected.has('counterfactual_event_id'));
    this.event_time = new NumberColumn(new Float64Array(0), false, selected.has('event_time'));
    this.entity = new TextColumn(false, selected.has('entity'));
    this.difficulty = new TextColumn(false, selected.has('difficulty'));
    this.details = new TextColumn(false, selected.has('details'));
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
    decodeGroundTruth0(this, cursor, row);
    decodeGroundTruth1(this, cursor, row);
    decodeGroundTruth2(this, cursor, row);
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row `row` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): GroundTruth {
    if (row < 0 || row >= this.length) throw new RangeError(`GroundTruthColumns: row ${row} of ${this.length}`);
    if (!this.#complete) throw new Error('GroundTruthColumns.get needs every field: read the selected columns instead');
    return {
      scenario_id: this.scenario_id.text(row),
      kind: this.kind.text(row),
      role: GroundTruthRoleSymbols[this.role.values[row]],
      effect: this.effect.valid![row] === 1 ? GroundTruthEffectSymbols[this.effect.values[row]] : null,
      changed_fields: this.changed_fields.valid![row] === 1 ? decodeStrings(this.changed_fields.slice(row), 1) : null,
      magnitude: this.magnitude.valid![row] === 1 ? this.magnitude.values[row] : null,
      stream: this.stream.valid![row] === 1 ? GroundTruthStreamSymbols[this.stream.values[row]] : null,
      event_id: this.event_id.valid![row] === 1 ? this.event_id.text(row) : null,
      counterfactual_event_id: this.counterfactual_event_id.valid![row] === 1 ? this.counterfactual_event_id.text(row) : null,
      event_time: this.event_time.values[row],
      entity: this.entity.text(row),
      difficulty: this.difficulty.text(row),
      details: mapFromPairs(decodeStrings(this.details.slice(row), 2)),
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
    this.scenario_id.grow(capacity);
    this.kind.grow(capacity);
    this.role.grow(capacity);
    this.effect.grow(capacity);
    this.changed_fields.grow(capacity);
    this.magnitude.grow(capacity);
    this.stream.grow(capacity);
    this.event_id.grow(capacity);
    this.counterfactual_event_id.grow(capacity);
    this.event_time.grow(capacity);
    this.entity.grow(capacity);
    this.difficulty.grow(capacity);
    this.details.grow(capacity);
    this.#capacity = capacity;
  }
}

function decodeGroundTruth0(columns: GroundTruthColumns, cursor: Cursor, row: number): void {
  if (columns.scenario_id.selected) cursor.text(columns.scenario_id, row);
  else cursor.skipText();
  if (columns.kind.selected) cursor.text(columns.kind, row);
  else cursor.skipText();
  if (columns.role.selected) columns.role.values[row] = cursor.symbol(GroundTruthRoleSymbols.length);
  else cursor.skip(1);
  if (!columns.effect.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.effect.valid![row] = 1;
    columns.effect.values[row] = cursor.symbol(GroundTruthEffectSymbols.length);
  } else {
    columns.effect.valid![row] = 0;
  }
  if (!columns.changed_fields.selected) {
    if (cursor.present()) cursor.skipBlocks(1);
  } else if (cursor.present()) {
    columns.changed_fields.valid![row] = 1;
    cursor.encoded(columns.changed_fields, row, 1);
  } else {
    columns.changed_fields.valid![row] = 0;
    columns.changed_fields.empty(row);
  }
  if (!columns.magnitude.selected) {
    if (cursor.present()) cursor.skip(8);
  } else if (cursor.present()) {
    columns.magnitude.valid![row] = 1;
    columns.magnitude.values[row] = cursor.double();
  } else {
    columns.magnitude.valid![row] = 0;
  }
}

function decodeGroundTruth1(columns: GroundTruthColumns, cursor: Cursor, row: number): void {
  if (!columns.stream.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.stream.valid![row] = 1;
    columns.stream.values[row] = cursor.symbol(GroundTruthStreamSymbols.length);
  } else {
    columns.stream.valid![row] = 0;
  }
  if (!columns.event_id.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.event_id.valid![row] = 1;
    cursor.text(columns.event_id, row);
  } else {
    columns.event_id.valid![row] = 0;
    columns.event_id.empty(row);
  }
  if (!columns.counterfactual_event_id.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.counterfactual_event_id.valid![row] = 1;
    cursor.text(columns.counterfactual_event_id, row);
  } else {
    columns.counterfactual_event_id.valid![row] = 0;
    columns.counterfactual_event_id.empty(row);
  }
  if (columns.event_time.selected) columns.event_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.entity.selected) cursor.text(columns.entity, row);
  else cursor.skipText();
  if (columns.difficulty.selected) cursor.text(columns.difficulty, row);
  else cursor.skipText();
}

function decodeGroundTruth2(columns: GroundTruthColumns, cursor: Cursor, row: number): void {
  if (columns.details.selected) cursor.encoded(columns.details, row, 2);
  else cursor.skipBlocks(2);
}
