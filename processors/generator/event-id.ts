import { Ascii } from '../../schemas/ascii.ts';

const DASH = 0x2d;

/**
 * Structural ids: stream and record, entity, hour and ordinal of the intent, ordinal of the record. The same event has the
 * same id in every replay, with and without a scenario, and no two streams share one.
 * @param tag two letters: stream (c, n, s, l) and sort of intent
 */
export function writeEventId(id: Ascii, tag: string, entity: number, hour: number, ordinal: number, record: number): void {
  id.clear().text(tag).base36(entity).char(DASH).base36(hour).char(DASH).base36(ordinal);
  if (record > 0) id.char(DASH).base36(record);
}

/** Writes the ids of the records of one intent after another: what they share is made once. */
export class EventIds {
  readonly #prefix = new Ascii();
  #tag = '';
  #entity = NaN;
  #hour = NaN;
  #ordinal = NaN;

  write(id: Ascii, tag: string, entity: number, hour: number, ordinal: number, record: number): void {
    if (ordinal !== this.#ordinal || entity !== this.#entity || hour !== this.#hour || tag !== this.#tag) {
      this.#tag = tag;
      this.#entity = entity;
      this.#hour = hour;
      this.#ordinal = ordinal;
      writeEventId(this.#prefix, tag, entity, hour, ordinal, 0);
    }
    id.clear().append(this.#prefix);
    if (record > 0) id.char(DASH).base36(record);
  }
}

/** The reference that both legs of a call or message, and all partials of a session, share. */
export function writeReference(reference: Ascii, sort: string, entity: number, hour: number, ordinal: number): void {
  reference.clear().text(sort).base36(entity).char(DASH).base36(hour).char(DASH).base36(ordinal);
}
