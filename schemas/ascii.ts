const CODES = Uint8Array.from('0123456789abcdefghijklmnopqrstuvwxyz', (digit) => digit.charCodeAt(0));
const SCRATCH = new Uint8Array(16);

/**
 * A reusable ASCII string: row fields with `"row": "ascii"` are built in it and copied into the record without making a
 * JavaScript string. Every writing method appends, makes a null value non-null, and returns `this`.
 */
export class Ascii {
  bytes = new Uint8Array(48);
  /** Of `bytes`. */
  view = new DataView(this.bytes.buffer);
  length = 0;
  isNull = false;

  /** Empty and not null. */
  clear(): this {
    this.length = 0;
    this.isNull = false;
    return this;
  }

  /** Null: only for nullable fields (a required field writes it as an empty string). */
  setNull(): this {
    this.length = 0;
    this.isNull = true;
    return this;
  }

  /** @throws RangeError when a character is not ASCII. */
  text(text: string): this {
    this.#ensure(text.length);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) throw new RangeError(`"${text}" is not ASCII, at index ${i}; ids hold ASCII only`);
      bytes[at++] = code;
    }
    this.length = at;
    return this;
  }

  /** @param code one ASCII code, such as 0x2d for `-`. */
  char(code: number): this {
    this.#ensure(1);
    this.bytes[this.length++] = code;
    return this;
  }

  /** @param value an integer, |value| ≤ 2^53 - 1. */
  decimal(value: number): this {
    let rest = this.#sign(value);
    let count = 0;
    while (rest > 0x3fffffff) {
      const quotient = Math.floor(rest / 10);
      SCRATCH[count++] = 48 + (rest - quotient * 10);
      rest = quotient;
    }
    let small = rest | 0;
    do {
      const quotient = (small / 10) | 0;
      SCRATCH[count++] = 48 + small - quotient * 10;
      small = quotient;
    } while (small > 0);
    return this.#reversed(count);
  }

  /** Shorter than decimal: digits 0-9a-z. @param value an integer, |value| ≤ 2^53 - 1. */
  base36(value: number): this {
    let rest = this.#sign(value);
    let count = 0;
    while (rest > 0x3fffffff) {
      const quotient = Math.floor(rest / 36);
      SCRATCH[count++] = CODES[rest - quotient * 36];
      rest = quotient;
    }
    let small = rest | 0;
    do {
      const quotient = (small / 36) | 0;
      SCRATCH[count++] = CODES[small - quotient * 36];
      small = quotient;
    } while (small > 0);
    return this.#reversed(count);
  }

  toString(): string {
    let text = '';
    for (let i = 0; i < this.length; i += 1) text += String.fromCharCode(this.bytes[i]);
    return text;
  }

  /** Makes room for any number, writes a minus where there is one, and returns the magnitude. */
  #sign(value: number): number {
    this.#ensure(17);
    if (value >= 0) return value;
    this.bytes[this.length++] = 0x2d;
    return -value;
  }

  /** Appends the digits in SCRATCH, lowest first. */
  #reversed(count: number): this {
    const bytes = this.bytes;
    let at = this.length;
    while (count > 0) bytes[at++] = SCRATCH[--count];
    this.length = at;
    return this;
  }

  #ensure(count: number): void {
    this.isNull = false;
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
  }
}
