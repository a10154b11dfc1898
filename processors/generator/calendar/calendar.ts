import type { Slab } from '../../../schemas/slab.ts';
import { MINUTE } from '../../../twin/config.ts';
import { Order } from './order.ts';
import { PagePool, type Page } from './page.ts';

/** Records of one minute of event time, in order of filing. */
class Minute {
  readonly pages: Page[] = [];
  count = 0;
  /** The last of its pages. */
  page: Page | null = null;
}

/** Visits one record: event time in ms, entity as filed, value bytes with the wire header, and a view of `bytes`. */
export type RecordSink = (time: number, entity: number, bytes: Uint8Array, start: number, end: number, view: DataView) => void;

/**
 * Records that are due in the future, encoded, by minute of event time. Records leave in (time, entity, order), whatever the
 * order they were filed in and however the time is cut into ticks.
 */
export class Calendar {
  readonly #minutes = new Map<number, Minute>();
  readonly #pool = new PagePool();
  readonly #header: Uint8Array;
  /** The minute that is being taken, in order; of it the first {@link #taken} are out. */
  readonly #order = new Order();
  #open = new Minute();
  #openMinute = NaN;
  #taken = 0;
  /** Minute that was filed in last: the next record often belongs there too. */
  #lastMinute = NaN;
  #last = this.#open;

  /** @param schemaId registry id that heads every value (Confluent wire format) */
  constructor(schemaId: number) {
    this.#header = Uint8Array.of(0, schemaId >>> 24, schemaId >>> 16, schemaId >>> 8, schemaId);
  }

  /** Files one record. The minute of `time` must not have been taken past `time` already. */
  file(time: number, entity: number, order: number, encode: (slab: Slab) => void): void {
    const number = Math.floor(time / MINUTE);
    const minute = number === this.#lastMinute ? this.#last : this.#minuteOf(number);
    let { page } = minute;
    if (page === null || page.isFull) minute.pages.push(page = minute.page = this.#pool.take());
    minute.count++;
    const k = page.count++;
    page.time[k] = time - number * MINUTE;
    page.entity[k] = entity;
    page.order[k] = order;
    const { slab } = page;
    let at = slab.position;
    page.start[k] = at;
    const { bytes } = slab;
    const header = this.#header;
    bytes[at++] = header[0];
    bytes[at++] = header[1];
    bytes[at++] = header[2];
    bytes[at++] = header[3];
    bytes[at++] = header[4];
    slab.position = at;
    encode(slab);
    page.start[k + 1] = slab.position;
  }

  /** Makes `number` (minutes since the epoch) the one at hand. The one before must have been taken whole. */
  open(number: number): void {
    if (number === this.#openMinute) return;
    this.#release(this.#open);
    this.#openMinute = number;
    const early = this.#minutes.get(number);
    if (early !== undefined) {
      this.#open = early;
      this.#minutes.delete(number);
    }
    this.#order.length = 0;
    this.#taken = 0;
    this.#lastMinute = number;
    this.#last = this.#open;
  }

  /** Takes the records of [from, to) out, in order. Both lie in one minute, or `to` on its end. */
  take(from: number, to: number, sink: RecordSink): void {
    const number = Math.floor(from / MINUTE);
    this.open(number);
    const { pages, count } = this.#open;
    const order = this.#order;
    if (order.length !== count) order.sort(pages, count);
    const base = number * MINUTE;
    const end = to - base;
    const { sorted, time, entity } = order;
    let k = this.#taken;
    while (k < count) {
      const at = sorted[k];
      if (time[at] >= end) break;
      const page = pages[order.page[at]];
      const place = order.place[at];
      const { slab, start } = page;
      sink(base + time[at], entity[at], slab.bytes, start[place], start[place + 1], slab.view);
      k++;
    }
    this.#taken = k;
  }

  clear(): void {
    for (const minute of this.#minutes.values()) this.#release(minute);
    this.#minutes.clear();
    this.#release(this.#open);
    this.#openMinute = NaN;
    this.#lastMinute = NaN;
    this.#order.length = 0;
    this.#taken = 0;
  }

  #minuteOf(number: number): Minute {
    let minute = number === this.#openMinute ? this.#open : this.#minutes.get(number);
    if (minute === undefined) this.#minutes.set(number, minute = new Minute());
    this.#lastMinute = number;
    this.#last = minute;
    return minute;
  }

  #release(minute: Minute): void {
    for (const page of minute.pages) this.#pool.give(page);
    minute.pages.length = 0;
    minute.count = 0;
    minute.page = null;
  }
}
