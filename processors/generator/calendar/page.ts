import { Slab } from '../../../schemas/slab.ts';

/** Bytes of records that a page is made for. */
export const PAGE_BYTES = 8 * 1024;
/** Records of a page. */
export const PAGE_RECORDS = 128;
/** With less left than this a page takes no further record; what still does not fit makes its slab grow. Most records reserve about 400 B. */
const ROOM = 512;

/** Of the columns of a page, the widest numbers first: order, entity, start, time. */
const COLUMN_BYTES = PAGE_RECORDS * (8 + 4 + 2) + (PAGE_RECORDS + 1) * 4;

/** A run of encoded records of one minute, as columns, in order of filing. */
export class Page {
  readonly slab: Slab;
  count = 0;
  /** Milliseconds into the minute. */
  readonly time: Uint16Array;
  readonly entity: Int32Array;
  readonly order: Float64Array;
  /** Record k is the bytes from start[k] to start[k + 1]. */
  readonly start: Int32Array;

  /** Thousands of pages are in use with a million subscribers: one buffer holds all of a page. */
  constructor() {
    const memory = new ArrayBuffer(PAGE_BYTES + COLUMN_BYTES);
    let at = PAGE_BYTES;
    this.slab = new Slab(new Uint8Array(memory, 0, at));
    this.order = new Float64Array(memory, at, PAGE_RECORDS);
    at += this.order.byteLength;
    this.entity = new Int32Array(memory, at, PAGE_RECORDS);
    at += this.entity.byteLength;
    this.start = new Int32Array(memory, at, PAGE_RECORDS + 1);
    at += this.start.byteLength;
    this.time = new Uint16Array(memory, at, PAGE_RECORDS);
  }

  get isFull(): boolean {
    return this.count === PAGE_RECORDS || PAGE_BYTES - this.slab.position < ROOM;
  }

  /** One long record may have made the slab larger than others. */
  get hasGrown(): boolean {
    return this.slab.bytes.length > PAGE_BYTES;
  }

  clear(): void {
    this.count = 0;
    this.slab.position = 0;
  }
}

/**
 * Pages that are free again. Records live for up to hours of event time, so memory that is given back to the garbage collector comes back
 * late and makes it mark the whole heap often; as many pages as were ever in use at once are kept instead.
 */
export class PagePool {
  readonly #free: Page[] = [];

  take(): Page {
    return this.#free.pop() ?? new Page();
  }

  give(page: Page): void {
    if (page.hasGrown) return;
    page.clear();
    this.#free.push(page);
  }
}
