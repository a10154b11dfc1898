import { lengthAfter, lengthened } from '../column.ts';
import { HOUR, MINUTE } from '../config.ts';
import type { IntentKind, IntentSink } from './intent.ts';

const MINUTES = HOUR / MINUTE;

/** Mark of an intent that would exist if the effect at this position did not. */
export function absentBecauseOf(effect: number): number {
  return -2 - effect;
}

/** The intents of one partition that begin in one hour, as columns, in order of planning; `minute` lists them by starting minute. */
export class IntentTable implements IntentSink {
  hour = 0;
  length = 0;
  kind = new Uint8Array(1024);
  subscriber = new Int32Array(1024);
  /** Milliseconds into the hour. */
  start = new Int32Array(1024);
  detail = new Int32Array(1024);
  /** -1; or the position of the effect that caused it; or {@link absentBecauseOf} the effect that took its place. */
  scenario = new Int16Array(1024);
  #order = new Int32Array(0);
  readonly #bounds = new Int32Array(MINUTES + 1);

  clear(hour: number): void {
    this.hour = hour;
    this.length = 0;
  }

  add(kind: IntentKind, subscriber: number, start: number, detail: number, scenario: number): void {
    const k = this.length++;
    if (k === this.kind.length) this.#grow();
    this.kind[k] = kind;
    this.subscriber[k] = subscriber;
    this.start[k] = start - this.hour * HOUR;
    this.detail[k] = detail;
    this.scenario[k] = scenario;
  }

  /** Sorts by minute, stably. Call once after the last `add`. */
  index(): void {
    const bounds = this.#bounds.fill(0);
    for (let k = 0; k < this.length; k++) bounds[1 + Math.floor(this.start[k] / MINUTE)]++;
    for (let m = 0; m < MINUTES; m++) bounds[m + 1] += bounds[m];
    if (this.#order.length < this.length) this.#order = lengthened(this.#order, this.kind.length);
    const next = bounds.slice(0, MINUTES);
    for (let k = 0; k < this.length; k++) {
      const m = Math.floor(this.start[k] / MINUTE);
      this.#order[next[m]++] = k;
    }
  }

  /** Visits the positions of the intents that begin in a minute (0–59) of the hour. */
  forMinute(minute: number, visit: (k: number) => void): void {
    const end = this.#bounds[minute + 1];
    for (let n = this.#bounds[minute]; n < end; n++) visit(this.#order[n]);
  }

  #grow(): void {
    const size = lengthAfter(this.kind.length);
    this.kind = lengthened(this.kind, size);
    this.subscriber = lengthened(this.subscriber, size);
    this.start = lengthened(this.start, size);
    this.detail = lengthened(this.detail, size);
    this.scenario = lengthened(this.scenario, size);
  }
}
