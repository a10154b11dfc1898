/** From this many bytes on, `set` is faster than a loop. */
const LONG_TEXT = 96;

type NumberArray = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Decoded values of one field: `values[row]`, and `valid[row]` (1 or 0) when the field is nullable. */
export class NumberColumn<Values extends NumberArray> {
  /** False when the field is skipped: the column stays empty. */
  readonly selected: boolean;
  values: Values;
  /** Null when the field can't be null. Where it is 0, `values` has an arbitrary number. */
  valid: Uint8Array<ArrayBuffer> | null;

  constructor(empty: Values, nullable: boolean, selected: boolean) {
    this.selected = selected;
    this.values = empty;
    this.valid = nullable ? new Uint8Array(0) : null;
  }

  grow(capacity: number): void {
    if (!this.selected) return;
    const values = new (this.values.constructor as new (length: number) => Values)(capacity);
    values.set(this.values);
    this.values = values;
    if (this.valid !== null) this.valid = grownBytes(this.valid, capacity);
  }
}

/** Decoded strings of one field: row r is `bytes[offsets[r] … offsets[r + 1])`, UTF-8, as Apache Arrow lays strings out. */
export class TextColumn {
  readonly selected: boolean;
  bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(0);
  #view = new DataView(this.bytes.buffer);
  offsets = new Int32Array(1);
  valid: Uint8Array<ArrayBuffer> | null;

  constructor(nullable: boolean, selected: boolean) {
    this.selected = selected;
    this.valid = nullable ? new Uint8Array(0) : null;
  }

  /** The string of a row; empty where it is null. */
  text(row: number): string {
    return this.bytes.toString('utf8', this.offsets[row], this.offsets[row + 1]);
  }

  /** The bytes of a row: a view, valid until the column grows. */
  slice(row: number): Buffer {
    return this.bytes.subarray(this.offsets[row], this.offsets[row + 1]);
  }

  /** Rows are appended in order: `row` is the number of rows that are there. @param view of `source` */
  copy(row: number, source: Uint8Array, view: DataView, start: number, length: number): void {
    const at = this.offsets[row];
    const end = at + length;
    if (end > this.bytes.length) this.#growBytes(end);
    if (length > LONG_TEXT) this.bytes.set(source.subarray(start, start + length), at);
    else {
      const words = length & ~3;
      for (let i = 0; i < words; i += 4) this.#view.setUint32(at + i, view.getUint32(start + i));
      for (let i = words; i < length; i += 1) this.bytes[at + i] = source[start + i];
    }
    this.offsets[row + 1] = end;
  }

  empty(row: number): void {
    this.offsets[row + 1] = this.offsets[row]!;
  }

  grow(capacity: number): void {
    if (!this.selected) return;
    const offsets = new Int32Array(capacity + 1);
    offsets.set(this.offsets);
    this.offsets = offsets;
    if (this.valid !== null) this.valid = grownBytes(this.valid, capacity);
  }

  #growBytes(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, 1024));
    grown.set(this.bytes);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function grownBytes(bytes: Uint8Array, capacity: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(capacity);
  grown.set(bytes);
  return grown;
}

/** Strings of an encoded array, or keys and values in turn of an encoded map (Avro blocks, with or without sizes). */
export function decodeStrings(encoded: Buffer, perItem: 1 | 2): string[] {
  const strings: string[] = [];
  let at = 0;
  const long = () => {
    let zigzag = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = encoded[at++];
      zigzag += (byte & 0x7f) * scale;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    }
  };
  for (let count = long(); count !== 0; count = long()) {
    if (count < 0) {
      long();
      count = -count;
    }
    for (let i = 0; i < count * perItem; i += 1) {
      const length = long();
      strings.push(encoded.toString('utf8', at, at + length));
      at += length;
    }
  }
  return strings;
}

/** A map from keys and values in turn; safe for any key. */
export function mapFromPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], pairs[2 * i + 1]]));
}
