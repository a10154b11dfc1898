const utf8 = new TextDecoder();

/**
 * Reads a flatbuffer without generated code: a table is looked at by slot number (field id n = vtable entry at byte 4 + 2n).
 * A slot that the writer left out reads as 0, false, or nothing. Every access is bounds-checked: a damaged buffer throws a RangeError.
 */
export class TableReader {
  readonly #view: DataView;
  readonly #position: number;
  readonly #vtable: number;
  readonly #slots: number;

  private constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
    this.#vtable = position - view.getInt32(position, true);
    this.#slots = (view.getUint16(this.#vtable, true) - 4) >> 1;
  }

  /** The root table of a buffer without size prefix. */
  static root(bytes: Uint8Array): TableReader {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new TableReader(view, view.getUint32(0, true));
  }

  has(slot: number): boolean {
    return this.#at(slot) !== 0;
  }

  bool(slot: number): boolean {
    return this.uint8(slot) !== 0;
  }

  int8(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getInt8(at);
  }

  uint8(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  int16(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getInt16(at, true);
  }

  uint16(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getUint16(at, true);
  }

  int32(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  uint32(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getUint32(at, true);
  }

  int64(slot: number): bigint {
    const at = this.#at(slot);
    return at === 0 ? 0n : this.#view.getBigInt64(at, true);
  }

  uint64(slot: number): bigint {
    const at = this.#at(slot);
    return at === 0 ? 0n : this.#view.getBigUint64(at, true);
  }

  float32(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getFloat32(at, true);
  }

  float64(slot: number): number {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.#view.getFloat64(at, true);
  }

  string(slot: number): string | undefined {
    const bytes = this.bytes(slot);
    return bytes === undefined ? undefined : utf8.decode(bytes);
  }

  /** A string or a vector of bytes as it lies in the buffer: not copied, and not necessarily valid UTF-8. */
  bytes(slot: number): Uint8Array | undefined {
    const at = this.#at(slot);
    if (at === 0) return undefined;
    const { start, length } = this.#vector(at, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, length);
  }

  /** A nested table, or the value of a union (whose type is in the slot before). */
  table(slot: number): TableReader | undefined {
    const at = this.#at(slot);
    return at === 0 ? undefined : new TableReader(this.#view, this.#follow(at));
  }

  /** A vector of tables; an absent one is empty. */
  tables(slot: number): TableReader[] {
    const at = this.#at(slot);
    if (at === 0) return [];
    const { start, length } = this.#vector(at, 4);
    return Array.from({ length }, (_, index) => new TableReader(this.#view, this.#follow(start + 4 * index)));
  }

  /** Where a slot's value lies; 0 when the writer left it out. */
  #at(slot: number): number {
    if (slot >= this.#slots) return 0;
    const offset = this.#view.getUint16(this.#vtable + 4 + 2 * slot, true);
    return offset === 0 ? 0 : this.#position + offset;
  }

  #follow(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  #vector(at: number, bytesPerItem: number): { readonly start: number; readonly length: number } {
    const start = this.#follow(at);
    const length = this.#view.getUint32(start, true);
    if (start + 4 + length * bytesPerItem > this.#view.byteLength) throw new RangeError(`a vector of ${length} items ends outside its buffer`);
    return { start: start + 4, length };
  }
}
