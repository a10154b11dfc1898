const FREE = 0;

/**
 * Finds the subscriber that has a number now: an IMSI or an MSISDN. Open addressing over subscriber indices; the numbers themselves
 * are kept once, by subscriber. 16 bytes a subscriber.
 */
export class NumberIndex {
  /** Number of each subscriber; 0 for none. */
  readonly #numbers: Float64Array;
  /** Index + 1 of the subscriber in each slot; 0 for a free one. At most half full. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  constructor(capacity: number) {
    this.#numbers = new Float64Array(capacity);
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * capacity)));
    this.#slots = new Uint32Array(size);
    this.#mask = size - 1;
  }

  /** Index of the subscriber, or -1. */
  find(number: number): number {
    if (!(number > 0)) return -1;
    for (let slot = this.#home(number); this.#slots[slot] !== FREE; slot = (slot + 1) & this.#mask) {
      const index = this.#slots[slot] - 1;
      if (this.#numbers[index] === number) return index;
    }
    return -1;
  }

  /** The number of a subscriber; 0 for none. */
  numberOf(index: number): number {
    return this.#numbers[index];
  }

  /** Gives a subscriber its number; 0 takes it away. */
  set(index: number, number: number): void {
    const before = this.#numbers[index];
    if (before === number) return;
    if (before !== 0) this.#remove(index, before);
    this.#numbers[index] = number;
    if (number === 0) return;
    let slot = this.#home(number);
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = index + 1;
  }

  #remove(index: number, number: number): void {
    let hole = this.#home(number);
    while (this.#slots[hole] !== index + 1) hole = (hole + 1) & this.#mask;
    // Whoever was pushed past the hole moves back into it, so that no search ends too early.
    for (let slot = (hole + 1) & this.#mask; this.#slots[slot] !== FREE; slot = (slot + 1) & this.#mask) {
      const home = this.#home(this.#numbers[this.#slots[slot] - 1]);
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      this.#slots[hole] = this.#slots[slot];
      hole = slot;
    }
    this.#slots[hole] = FREE;
  }

  /** Numbers of up to 53 bits, mixed (finaliser of MurmurHash3). */
  #home(number: number): number {
    let hash = (number % 4_294_967_296) ^ (Math.floor(number / 4_294_967_296) * 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return (hash ^ (hash >>> 16)) & this.#mask;
  }
}
