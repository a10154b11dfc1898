import { lengthAfter } from '../../../twin/column.ts';
import { MINUTE } from '../../../twin/config.ts';
import type { Page } from './page.ts';

/** Records are sorted into slots of 2^5 ms first. */
const SLOT_SHIFT = 5;
/** Where the next record of each slot goes, and the records' third keys. Sorting is synchronous, so all share them. */
const slotEnds = new Int32Array((MINUTE >>> SLOT_SHIFT) + 2);
let orders = new Float64Array(256);

/** The records of a minute by (time, entity, order): a column of each, over all of its pages. */
export class Order {
  length = 0;
  time = new Uint16Array(256);
  entity = new Int32Array(256);
  /** Record k's page, and its place there. */
  page = new Uint16Array(256);
  place = new Uint8Array(256);
  /** Positions in the columns, in order. */
  sorted = new Int32Array(256);

  /** Sorts what the pages hold. Counting by slots does the bulk: a slot holds few records. */
  sort(pages: readonly Page[], count: number): void {
    if (count > this.time.length) this.#reserve(count);
    if (count > orders.length) orders = new Float64Array(this.time.length);
    this.length = 0;
    slotEnds.fill(0);
    for (let p = 0; p < pages.length; p++) this.#gather(pages[p], p);
    const { sorted, time } = this;
    for (let slot = 1; slot < slotEnds.length; slot++) slotEnds[slot] += slotEnds[slot - 1];
    for (let k = 0; k < count; k++) sorted[slotEnds[time[k] >>> SLOT_SHIFT]++] = k;
    for (let k = 1; k < count; k++) {
      const at = sorted[k];
      let j = k - 1;
      while (j >= 0 && this.#after(sorted[j], at)) {
        sorted[j + 1] = sorted[j];
        j--;
      }
      sorted[j + 1] = at;
    }
  }

  #gather(page: Page, index: number): void {
    const { time, entity } = this;
    let at = this.length;
    for (let k = 0; k < page.count; k++, at++) {
      time[at] = page.time[k];
      entity[at] = page.entity[k];
      orders[at] = page.order[k];
      this.page[at] = index;
      this.place[at] = k;
      slotEnds[(page.time[k] >>> SLOT_SHIFT) + 1]++;
    }
    this.length = at;
  }

  #after(a: number, b: number): boolean {
    if (this.time[a] !== this.time[b]) return this.time[a] > this.time[b];
    if (this.entity[a] !== this.entity[b]) return this.entity[a] > this.entity[b];
    return orders[a] > orders[b];
  }

  /** Columns are filled anew by the next sort: nothing is copied. */
  #reserve(count: number): void {
    const size = lengthAfter(count);
    this.time = new Uint16Array(size);
    this.entity = new Int32Array(size);
    this.page = new Uint16Array(size);
    this.place = new Uint8Array(size);
    this.sorted = new Int32Array(size);
  }
}
