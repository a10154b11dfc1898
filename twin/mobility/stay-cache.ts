const STRIDE = 8;
const FROM = 0;
const TO = 1;
const X = 2;
const Y = 3;
const CELL = 4;
const PLACE = 5;
const RSRP = 6;
/** Seconds count from here, so that they fit 32 bits: 2020-01-01. ms. */
const EPOCH = 1_577_836_800_000;

/**
 * The stay that each subscriber was last found at: where, on which cell, and for which stretch of time they stay there with
 * the phone switched on. Only a memory of what the model computes anyway: entries are of days that no scenario has rewritten,
 * and a look-up outside the stretch simply computes. One cache line of 32 bytes a subscriber.
 */
export class StayCache {
  readonly #capacity: number;
  /** Empty until the first stay is remembered: worlds that only resolve scenarios need none. */
  #integers = new Int32Array(0);
  #floats = new Float32Array(0);

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** True when the subscriber stays at the remembered place over all of [from, to] (event time, ms). */
  covers(subscriber: number, from: number, to: number): boolean {
    const at = subscriber * STRIDE;
    return from - EPOCH >= this.#integers[at + FROM] * 1000 && to - EPOCH < this.#integers[at + TO] * 1000;
  }

  /** Remembers a stay over the whole seconds of [from, to) (ms). Coordinates are single-precision numbers already. */
  set(subscriber: number, from: number, to: number, x: number, y: number, cell: number, place: number): void {
    if (this.#integers.length === 0) this.#allocate();
    const at = subscriber * STRIDE;
    this.#integers[at + FROM] = Math.ceil((from - EPOCH) / 1000);
    this.#integers[at + TO] = Math.floor((to - EPOCH) / 1000);
    this.#floats[at + X] = x;
    this.#floats[at + Y] = y;
    this.#integers[at + CELL] = cell;
    this.#integers[at + PLACE] = place;
    this.#floats[at + RSRP] = 0;
  }

  x(subscriber: number): number {
    return this.#floats[subscriber * STRIDE + X];
  }

  y(subscriber: number): number {
    return this.#floats[subscriber * STRIDE + Y];
  }

  /** Cell that serves the stay while all cells work. */
  cell(subscriber: number): number {
    return this.#integers[subscriber * STRIDE + CELL];
  }

  place(subscriber: number): number {
    return this.#integers[subscriber * STRIDE + PLACE];
  }

  /** Mean received power at the remembered stay from its cell, dBm, single precision; 0 when not known or of another place or cell. */
  rsrp(subscriber: number, place: number, cell: number): number {
    const at = subscriber * STRIDE;
    return this.#integers[at + PLACE] === place && this.#integers[at + CELL] === cell ? this.#floats[at + RSRP] : 0;
  }

  setRsrp(subscriber: number, place: number, cell: number, rsrp: number): void {
    const at = subscriber * STRIDE;
    if (this.#integers[at + PLACE] === place && this.#integers[at + CELL] === cell) this.#floats[at + RSRP] = rsrp;
  }

  #allocate(): void {
    const buffer = new ArrayBuffer(this.#capacity * STRIDE * 4);
    this.#integers = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }
}
