import type { Interests } from '../../twin/intents/planner.ts';
import type { IntentKind } from '../../twin/intents/intent.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { ScenarioEffect } from '../../twin/scenarios/kind.ts';
import type { Slab } from '../../schemas/slab.ts';

/** One planned intent. Reused by the timeline: read it during `observe` only. */
export interface Intent {
  kind: IntentKind;
  /** Subscriber index; the cell's index for intents of cells. */
  subscriber: number;
  /** Event time, ms. */
  start: number;
  detail: number;
  /** Hours since the epoch, UTC, in which it begins. */
  hour: number;
  /** Records before this event time are not wanted: work that yields only such may be left out. ms. */
  since: number;
  /** The scenario's effect that caused it, or null. */
  effect: ScenarioEffect | null;
}

/**
 * Files the observer's row as it stands.
 * @param time event time, ms: when the observed system writes the record
 * @param entity index of the subscriber; for a record about a cell, `~cell` (negative)
 * @param ordinal distinguishes the records of one intent
 */
export type File = (time: number, entity: number, ordinal: number) => void;

/** What one kind of system records of what happens. Fills its reusable row and files it, once per record. */
export interface Observer {
  readonly stream: 'cdrs' | 'network_logs' | 'customer_service' | 'location_updates';
  readonly interests: Interests;
  /** How long after an intent of this kind began it may still yield a record, ms. */
  lookBack(kind: IntentKind): number;
  /** A pure function of the intent, the world and the causes; every record at time t depends only on causes in force by t. */
  observe(intent: Intent, causes: Causes, file: File): void;
  /** Writes the row as an Avro body. */
  encode(slab: Slab): void;
  /** The row as a plain record: for ground truth and for people. */
  snapshot(): Record<string, unknown>;
  /** Continuous fields and the difference below which two values count as the same: absolute, or relative to the larger. */
  readonly tolerances: Readonly<Record<string, { readonly absolute?: number; readonly relative?: number }>>;
}
