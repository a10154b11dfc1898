import type { Ascii } from '../../schemas/ascii.ts';
import { HOUR } from '../../twin/config.ts';
import type { ScenarioEffect } from '../../twin/scenarios/kind.ts';
import { scenarioHash } from '../../twin/scenarios/scenario-hash.ts';

const DASH = 0x2d;
const DOT = 0x2e;

/**
 * Structural ids: stream and record, entity, hour and ordinal of the intent, ordinal of the record. The same event has the
 * same id in every replay, with and without a scenario, and no two streams share one.
 * @param tag two letters: stream (c, n, s, l) and sort of intent
 * @param origin what else the intent is named after, or 0: {@link originOf} the scenario that injected it
 */
export function writeEventId(id: Ascii, tag: string, entity: number, hour: number, ordinal: number, record: number, origin = 0): void {
  writeReference(id, tag, entity, hour, ordinal, origin);
  if (record > 0) id.char(DASH).base36(record);
}

/** Writes the ids of the records of one intent after another into `id`, which nobody else writes to: what they share is made once. */
export class EventIds {
  readonly #id: Ascii;
  #shared = 0;
  #tag = '';
  #entity = NaN;
  #hour = NaN;
  #ordinal = NaN;
  #origin = NaN;

  constructor(id: Ascii) {
    this.#id = id;
  }

  write(tag: string, entity: number, hour: number, ordinal: number, record: number, origin = 0): void {
    if (ordinal !== this.#ordinal || entity !== this.#entity || hour !== this.#hour || tag !== this.#tag || origin !== this.#origin) {
      this.#tag = tag;
      this.#entity = entity;
      this.#hour = hour;
      this.#ordinal = ordinal;
      this.#origin = origin;
      writeReference(this.#id, tag, entity, hour, ordinal, origin);
      this.#shared = this.#id.length;
    }
    const id = this.#id;
    id.length = this.#shared;
    if (record > 0) id.char(DASH).base36(record);
  }
}

/** The reference that both legs of a call or message, and all partials of a session, share. */
export function writeReference(reference: Ascii, sort: string, entity: number, hour: number, ordinal: number, origin = 0): void {
  reference.clear().text(sort).base36(entity).char(DASH).base36(hour).char(DASH).base36(ordinal);
  if (origin !== 0) reference.char(DOT).base36(origin);
}

/** Tells apart what several scenarios inject at one time into one entity. */
export function originOf(effect: ScenarioEffect): number {
  return scenarioHash(effect.scenario.scenarioId) >>> 0;
}

/** Ordinal of an injected intent within its hour: no scenario injects the same twice into one entity in a millisecond. */
export function injectedOrdinal(start: number, hour: number, code: number): number {
  return (start - hour * HOUR) * 16 + code;
}
