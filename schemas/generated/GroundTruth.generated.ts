// Generated from schemas/GroundTruth.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { mapBound, putAscii, putLong, putMap, putStrings, putText, stringsBound, textBound } from '../put.ts';
import { type Slab } from '../slab.ts';

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

/** A reusable GroundTruth to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers. */
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
  magnitude: number | null = null;
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

  /** Sets every field to null, or to 0, false or empty where it can't be null. */
  reset(): void {
    this.scenario_id = '';
    this.kind = '';
    this.role = 0;
    this.effect = null;
    this.changed_fields = null;
    this.magnitude = null;
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
    role: GroundTruthRoleSymbols[row.role]!,
    effect: row.effect === null ? null : GroundTruthEffectSymbols[row.effect]!,
    changed_fields: row.changed_fields === null ? null : [...row.changed_fields],
    magnitude: row.magnitude,
    stream: row.stream === null ? null : GroundTruthStreamSymbols[row.stream]!,
    event_id: row.event_id.isNull ? null : row.event_id.toString(),
    counterfactual_event_id: row.counterfactual_event_id.isNull ? null : row.counterfactual_event_id.toString(),
    event_time: row.event_time,
    entity: row.entity.toString(),
    difficulty: row.difficulty,
    details: { ...row.details },
  };
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeGroundTruth(slab: Slab, row: GroundTruthRow): void {
  slab.ensure(40 + textBound(row.scenario_id) + textBound(row.kind) + (row.changed_fields === null ? 0 : stringsBound(row.changed_fields)) + row.event_id.length + row.counterfactual_event_id.length + row.entity.length + textBound(row.difficulty) + mapBound(row.details));
  const bytes = slab.bytes;
  const view = slab.view;
  let at = slab.position;
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
  if (row.magnitude === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat64(at, row.magnitude, true);
    at += 8;
  }
  if (row.stream === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.stream << 1;
  }
  if (row.event_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, at, row.event_id);
  }
  if (row.counterfactual_event_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, at, row.counterfactual_event_id);
  }
  at = putLong(bytes, at, row.event_time);
  at = putAscii(bytes, at, row.entity);
  at = putText(bytes, at, row.difficulty);
  at = putMap(bytes, at, row.details);
  slab.position = at;
}
