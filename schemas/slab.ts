/**
 * A growing byte area that encoders append to. `bytes` and `view` are replaced when it grows: read them after `ensure`,
 * never keep them across calls. Its owner may lower `position` to reuse the space.
 */
export class Slab {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  position = 0;

  /** @param area its capacity, or the bytes it begins with */
  constructor(area: number | Uint8Array<ArrayBuffer> = 64 * 1024) {
    this.bytes = typeof area === 'number' ? new Uint8Array(area) : area;
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** Makes room for `count` more bytes at `position`, keeping what was written. */
  ensure(count: number): void {
    const needed = this.position + count;
    if (needed > this.bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
