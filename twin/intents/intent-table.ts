import { lengthAfter, lengthened } from '../column.ts';
import { HOUR, MINUTE } from '../config.ts';
import type { IntentKind, IntentSink } from './intent.ts';

const MINUTES = HOUR / MINUTE;

/** Words of a row: its kind in the lowest byte and its mark above, and what their names say. */
const ROW = 4;
const KIND_AND_MARK = 0;
const SUBSCRIBER = 1;
const START = 2;
const DETAIL = 3;
const KIND_BITS = 8;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** Mark of an intent that would exist if the effect at this position did not. */
export function absentBecauseOf(effect: number): number {
  return -2 - effect;
}

/**
 * The intents of one partition that begin in one hour, in order of planning; {@link forMinute} visits them by starting minute. Rows of 16 bytes:
 * intents of a minute lie all over the hour, and so each is fetched from memory once.
 */
export class IntentTable implements IntentSink {
  hour = 0;
  length = 0;
  #rows = new Int32Array(1024 * ROW);
  #order = new Int32Array(0);
  readonly #bounds = new Int32Array(MINUTES + 1);

  clear(hour: number): void {
    this.hour = hour;
    this.length = 0;
  }

  /** @param mark see {@link mark} */
  add(kind: IntentKind, subscriber: number, start: number, detail: number, mark: number): void {
    const at = ROW * this.length++;
    if (at === this.#rows.length) this.#rows = lengthened(this.#rows, ROW * lengthAfter(this.#rows.length / ROW));
    const rows = this.#rows;
    rows[at + KIND_AND_MARK] = kind | (mark << KIND_BITS);
    rows[at + SUBSCRIBER] = subscriber;
    rows[at + START] = start - this.hour * HOUR;
    rows[at + DETAIL] = detail;
  }

  kind(k: number): IntentKind {
    return (this.#rows[ROW * k + KIND_AND_MARK] & KIND_MASK) as IntentKind;
  }

  /** -1; or the position of the effect that caused it; or {@link absentBecauseOf} the effect that took its place. */
  mark(k: number): number {
    return this.#rows[ROW * k + KIND_AND_MARK] >> KIND_BITS;
  }

  subscriber(k: number): number {
    return this.#rows[ROW * k + SUBSCRIBER];
  }

  /** Event time, ms. */
  start(k: number): number {
    return this.hour * HOUR + this.#rows[ROW * k + START];
  }

  detail(k: number): number {
    return this.#rows[ROW * k + DETAIL];
  }

  /** Sorts by minute, stably. Call once after the last `add`. */
  index(): void {
    const rows = this.#rows;
    const end = ROW * this.length;
    const bounds = this.#bounds.fill(0);
    for (let at = START; at < end; at += ROW) bounds[1 + Math.floor(rows[at] / MINUTE)]++;
    for (let m = 0; m < MINUTES; m++) bounds[m + 1] += bounds[m];
    if (this.#order.length < this.length) this.#order = lengthened(this.#order, rows.length / ROW);
    const next = bounds.slice(0, MINUTES);
    for (let k = 0; k < this.length; k++) this.#order[next[Math.floor(rows[ROW * k + START] / MINUTE)]++] = k;
  }

  /** Visits the positions of the intents that begin in a minute (0–59) of the hour. */
  forMinute(minute: number, visit: (k: number) => void): void {
    const end = this.#bounds[minute + 1];
    for (let n = this.#bounds[minute]; n < end; n++) visit(this.#order[n]);
  }
}
