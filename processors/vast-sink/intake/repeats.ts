/** Empty slots hold 0, 0; an id that hashes to that is taken for 0, 1. */
const EMPTY = 0;

/**
 * Ids seen lately, as 64-bit hashes: the last `window` at least, twice as many at most. Two different ids are taken for the same
 * with a probability below 2 × window / 2^64 for each record: 10^-14 for a window of 65,536.
 */
export class RepeatWindow {
  readonly #window: number;
  #current: HashSet;
  #previous: HashSet | null = null;

  constructor(window: number) {
    this.#window = window;
    this.#current = new HashSet(window);
  }

  /** Notes the id `bytes[start … end)`. @returns whether it was there */
  seen(bytes: Uint8Array, start: number, end: number): boolean {
    let low = 0x811c9dc5;
    let high = 0x2f0b4c47;
    for (let at = start; at < end; at += 1) {
      low = Math.imul(low ^ bytes[at], 0x01000193);
      high = Math.imul(high ^ bytes[at], 0x5bd1e995);
      high ^= high >>> 15;
    }
    low = mix(low ^ (end - start));
    high = mix(high ^ low);
    if (low === EMPTY && high === EMPTY) high = 1;
    if (this.#previous?.has(low, high) === true) return true;
    if (!this.#current.add(low, high)) return true;
    if (this.#current.size >= this.#window) {
      this.#previous = this.#current;
      this.#current = new HashSet(this.#window);
    }
    return false;
  }
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Open addressing, linear probing, half full at most. */
class HashSet {
  size = 0;
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, capacity * 2)));
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
  }

  has(low: number, high: number): boolean {
    return this.#find(low, high) < 0;
  }

  /** False when it was there already. */
  add(low: number, high: number): boolean {
    const slot = this.#find(low, high);
    if (slot < 0) return false;
    this.#slots[slot] = low;
    this.#slots[slot + 1] = high;
    this.size += 1;
    return true;
  }

  /** The free position where it belongs; -1 when it is there. */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 2;
      if (slots[at] === low && slots[at + 1] === high) return -1;
      if (slots[at] === EMPTY && slots[at + 1] === EMPTY) return at;
    }
  }
}
