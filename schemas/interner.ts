/**
 * Turns byte sequences that repeat (plans, brands, site ids) into one shared string each, without allocating for those seen
 * before. Holds at most `limit` strings; beyond it new ones are made each time, so hostile input can't fill memory.
 */
export class Interner {
  readonly #limit: number;
  #slots: (Entry | null)[] = new Array<Entry | null>(256).fill(null);
  #count = 0;

  constructor(limit = 65_536) {
    this.#limit = limit;
  }

  /** The UTF-8 string in `bytes[start … start + length)`. */
  intern(bytes: Uint8Array, start: number, length: number): string {
    let hash = 0x811c9dc5 ^ length;
    for (let i = 0; i < length; i += 1) hash = Math.imul(hash ^ bytes[start + i], 0x01000193);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let entry = slots[slot]; entry !== null && entry !== undefined; entry = slots[slot]) {
      if (entry.hash === hash && same(entry.bytes, bytes, start, length)) return entry.text;
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, Buffer.from(bytes.subarray(start, start + length)));
  }

  #add(hash: number, bytes: Buffer): string {
    const text = bytes.toString('utf8');
    if (this.#count >= this.#limit) return text;
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    place(this.#slots, { hash, bytes, text });
    this.#count += 1;
    return text;
  }

  #grow(): void {
    const grown = new Array<Entry | null>(this.#slots.length * 2).fill(null);
    for (const entry of this.#slots) if (entry !== null) place(grown, entry);
    this.#slots = grown;
  }
}

interface Entry {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

function place(slots: (Entry | null)[], entry: Entry): void {
  const mask = slots.length - 1;
  let slot = (entry.hash ^ (entry.hash >>> 15)) & mask;
  while (slots[slot] !== null) slot = (slot + 1) & mask;
  slots[slot] = entry;
}

function same(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (known[i] !== bytes[start + i]) return false;
  return true;
}
