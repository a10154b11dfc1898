/**
 * From the decoders' layout to Arrow's: a byte for each flag becomes a bit, a double that holds an integer becomes an int64, the
 * index of a symbol its text. Loops over typed arrays: each runs once for every value that lands.
 */

/** Four bytes of 0 or 1, as a little-endian word, times this have the four bits side by side at the top. */
const GATHER = 0x1020_4080;

/**
 * Packs `flags[0 … rows)`, each 0 or 1, least significant bit first.
 * @param flags its memory begins on a multiple of 4 and reaches to one
 * @returns how many are 1
 */
export function packBits(flags: Uint8Array, rows: number, bits: Uint8Array): number {
  const words = new Uint32Array(flags.buffer, flags.byteOffset, flags.byteLength >> 2);
  let ones = 0;
  const whole = rows >> 3;
  for (let i = 0; i < whole; i += 1) {
    const byte = (Math.imul(words[2 * i], GATHER) >>> 28) | ((Math.imul(words[2 * i + 1], GATHER) >>> 28) << 4);
    bits[i] = byte;
    ones += ONES[byte];
  }
  const rest = rows & 7;
  if (rest > 0) {
    let byte = 0;
    for (let bit = 0; bit < rest; bit += 1) byte |= flags[whole * 8 + bit] << bit;
    bits[whole] = byte;
    ones += ONES[byte];
  }
  return ones;
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) ones += 1;
  return ones;
});

/**
 * Turns integers in place from doubles to little-endian int64, in the same memory; those that are not `valid` become 0.
 * @param valid 1 or 0 for each row; null when all are valid
 */
export function doublesToInt64(values: Float64Array<ArrayBuffer>, rows: number, valid: Uint8Array | null): BigInt64Array<ArrayBuffer> {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let row = 0; row < rows; row += 1) {
    if (valid !== null && valid[row] === 0) {
      words[2 * row] = 0;
      words[2 * row + 1] = 0;
      continue;
    }
    const value = values[row];
    const high = Math.floor(value / 0x1_0000_0000);
    words[2 * row] = (value - high * 0x1_0000_0000) | 0;
    words[2 * row + 1] = high;
  }
  return new BigInt64Array(values.buffer, values.byteOffset, rows);
}

/** Writes the texts of symbols one after the other. */
export class SymbolWriter {
  readonly #lengths: Int32Array;
  /** Texts of all symbols in words of four bytes, each at a multiple of `#stride`, padded with zeros. */
  readonly #words: Int32Array;
  readonly #stride: number;

  constructor(symbols: readonly string[]) {
    const texts = symbols.map((symbol) => Buffer.from(symbol));
    this.#lengths = Int32Array.from(texts, (text) => text.length);
    this.#stride = Math.ceil(Math.max(1, ...this.#lengths) / 4);
    this.#words = new Int32Array(this.#stride * symbols.length);
    const bytes = new Uint8Array(this.#words.buffer);
    texts.forEach((text, index) => bytes.set(text, index * this.#stride * 4));
  }

  /** Bytes that `rows` texts may need, with room for the last word. */
  bound(rows: number): number {
    return rows * this.#stride * 4 + 4;
  }

  /** @returns bytes written; `offsets[0 … rows]` are where the texts begin and end. Rows that are not valid are empty. */
  write(indices: Uint8Array, valid: Uint8Array | null, rows: number, offsets: Int32Array, out: DataView): number {
    const lengths = this.#lengths;
    const words = this.#words;
    const stride = this.#stride;
    let at = 0;
    offsets[0] = 0;
    for (let row = 0; row < rows; row += 1) {
      if (valid === null || valid[row] === 1) {
        const index = indices[row];
        const length = lengths[index];
        // A word that reaches past the text is overwritten by the next.
        for (let i = 0, word = index * stride; i < length; i += 4, word += 1) out.setInt32(at + i, words[word], true);
        at += length;
      }
      offsets[row + 1] = at;
    }
    return at;
  }
}
