import type { TwinConfig } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { MAX_CAPACITY } from './identity.ts';

/** Indices are chosen in blocks of this many (a power of two), so that active ones are spread evenly over the map. */
const BLOCK = 32;
const UNIT = 1 / 4294967296;

/**
 * Decides which indices are subscribers from the start: exactly `config.subscribers` of `config.capacity`, in each block of 32 the same share
 * (±1), chosen within it by a keyed permutation. The others are INACTIVE until someone activates them.
 */
export class Seeding {
  readonly #subscribers: number;
  readonly #capacity: number;
  readonly #draw: Draw;
  #block = -1;
  #active = 0;
  #multiplier = 1;
  #shift = 0;

  /** @throws RangeError when subscribers > capacity or capacity > MAX_CAPACITY */
  constructor(config: TwinConfig) {
    if (!(config.subscribers > 0 && config.subscribers <= config.capacity && config.capacity <= MAX_CAPACITY)) {
      throw new RangeError(`need 0 < subscribers ≤ capacity ≤ ${MAX_CAPACITY}, got ${config.subscribers} and ${config.capacity}`);
    }
    this.#subscribers = config.subscribers;
    this.#capacity = config.capacity;
    this.#draw = new Draw(config.seed);
  }

  isActive(index: number): boolean {
    if (index < 0 || index >= this.#capacity) return false;
    const block = Math.floor(index / BLOCK);
    if (block !== this.#block) this.#enter(block);
    const position = index % BLOCK;
    const size = Math.min(BLOCK, this.#capacity - block * BLOCK);
    const rank = size === BLOCK ? (position * this.#multiplier + this.#shift) % BLOCK : position;
    return rank < this.#active;
  }

  #enter(block: number): void {
    const bits = this.#draw.at(Purpose.account, block, 1).bits();
    const before = Math.floor((block * BLOCK * this.#subscribers) / this.#capacity);
    const after = Math.floor((Math.min((block + 1) * BLOCK, this.#capacity) * this.#subscribers) / this.#capacity);
    this.#block = block;
    this.#active = after - before;
    this.#multiplier = 2 * (bits % (BLOCK / 2)) + 1;
    this.#shift = Math.floor(bits * UNIT * BLOCK);
  }
}

/** As `Seeding.isActive`, for single questions. */
export function isActiveAtSeeding(config: TwinConfig, index: number): boolean {
  return new Seeding(config).isActive(index);
}
