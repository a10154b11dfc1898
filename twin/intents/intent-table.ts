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

/** What rows are sorted into. Sorting is synchronous, so all tables share it; it then becomes the table's, and the table's is the next one's. */
let spare = new Int32Array(0);

/** Mark of an intent that would exist if the effect at this position did not. */
export function absentBecauseOf(effect: number): number {
  return -2 - effect;
}

/**
 * The intents of one partition that begin in one hour: rows of 16 bytes, in order of planning, and from {@link sort} on by starting minute, so
 * that visiting them reads memory from front to back.
 */
export class IntentTable implements IntentSink {
  hour = 0;
  length = 0;
  #rows = new Int32Array(1024 * ROW);
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

  /** Sorts by starting minute, stably. Call once after the last `add`. */
  sort(): void {
    const rows = this.#rows;
    const end = ROW * this.length;
    const bounds = this.#bounds.fill(0);
    for (let at = START; at < end; at += ROW) bounds[1 + Math.floor(rows[at] / MINUTE)]++;
    for (let m = 0; m < MINUTES; m++) bounds[m + 1] += bounds[m];
    const sorted = spare.length < rows.length ? lengthened(spare, rows.length) : spare;
    const next = bounds.slice(0, MINUTES);
    for (let at = 0; at < end; at += ROW) {
      const to = ROW * next[Math.floor(rows[at + START] / MINUTE)]++;
      for (let word = 0; word < ROW; word++) sorted[to + word] = rows[at + word];
    }
    this.#rows = sorted;
    spare = rows;
  }

  /** Visits the intents that begin in a minute (0–59) of the hour, by their rows. */
  forMinute(minute: number, visit: (k: number) => void): void {
    const end = this.#bounds[minute + 1];
    for (let k = this.#bounds[minute]; k < end; k++) visit(k);
  }
}
