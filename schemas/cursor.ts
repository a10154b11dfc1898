import { DecodeError } from './decode-error.ts';
import type { Ascii } from './ascii.ts';
import type { TextColumn } from './columns.ts';

const EMPTY = new Uint8Array(0);
const TEN_TO = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/**
 * Reads Avro binary from a byte array. Reading past the end of the array gives zeros rather than an error, so whoever decodes
 * a record must compare `position` with the record's end behind the last field (`finish`).
 */
export class Cursor {
  readonly record: string;
  bytes: Uint8Array = EMPTY;
  position = 0;
  #view: DataView = new DataView(EMPTY.buffer);

  /** @param record name for errors. */
  constructor(record: string) {
    this.record = record;
  }

  start(bytes: Uint8Array, position: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.position = position;
  }

  /** @throws DecodeError unless the record ended exactly at `end`. */
  finish(start: number, end: number): void {
    if (this.position !== end) {
      throw this.error(`record of ${end - start} bytes at ${start} ended after ${this.position - start} bytes`);
    }
  }

  error(message: string): DecodeError {
    return new DecodeError(this.record, `${message} (position ${this.position} of ${this.bytes.length})`);
  }

  /** Int, or the low 32 bits of a longer varint. */
  int(): number {
    const bytes = this.bytes;
    let at = this.position;
    let byte = bytes[at++];
    let zigzag = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      if (shift > 28) throw this.error('an int is longer than 5 bytes');
      byte = bytes[at++]!;
      zigzag |= (byte & 0x7f) << shift;
    }
    this.position = at;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** @throws DecodeError beyond ±2^53. */
  long(): number {
    const bytes = this.bytes;
    let at = this.position;
    let byte = bytes[at++];
    let low = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 28; shift += 7) {
      byte = bytes[at++]!;
      low |= (byte & 0x7f) << shift;
    }
    if (byte <= 0x7f || byte === undefined) {
      this.position = at;
      return (low >>> 1) ^ -(low & 1);
    }
    let high = 0;
    let scale = 1;
    do {
      byte = bytes[at++]!;
      high += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte > 0x7f && scale < 0x800000000);
    if (byte > 0x7f || high >= 0x4000000) throw this.error('a long is beyond ±2^53');
    this.position = at;
    const magnitude = high * 0x8000000 + (low >>> 1);
    return (low & 1) === 0 ? magnitude : -magnitude - 1;
  }

  float(): number {
    const at = this.#fixed(4);
    return this.#view.getFloat32(at, true);
  }

  double(): number {
    const at = this.#fixed(8);
    return this.#view.getFloat64(at, true);
  }

  boolean(): 0 | 1 {
    return this.bytes[this.position++] === 0 ? 0 : 1;
  }

  /** Branch of ["null", T]: whether a value follows. */
  present(): boolean {
    const branch = this.bytes[this.position++];
    if (branch !== 0 && branch !== 2) throw this.error(`${branch} is no branch of a nullable field`);
    return branch === 2;
  }

  /** @param count number of symbols, at most 64. */
  symbol(count: number): number {
    const index = this.bytes[this.position++] >> 1;
    if (index >= count) throw this.error(`${index} is no symbol of an enum of ${count}`);
    return index;
  }

  /** Appends a string to a column at `row`. */
  text(column: TextColumn, row: number): void {
    const length = this.textLength();
    column.copy(row, this.bytes, this.#view, this.position, length);
    this.position += length;
  }

  /** Appends the encoded form of an array or map of strings (`perItem` 1 or 2) to a column at `row`. */
  encoded(column: TextColumn, row: number, perItem: 1 | 2): void {
    const start = this.position;
    this.skipBlocks(perItem);
    column.copy(row, this.bytes, this.#view, start, this.position - start);
  }

  skipVarint(): void {
    while (this.bytes[this.position++] > 0x7f);
  }

  skip(count: number): void {
    this.position += count;
  }

  skipText(): void {
    const length = this.textLength();
    this.position += length;
  }

  skipBlocks(perItem: 1 | 2): void {
    for (let count = this.long(); count !== 0; count = this.long()) {
      if (count < 0) {
        this.skipText();
        continue;
      }
      for (let i = count * perItem; i > 0; i -= 1) this.skipText();
    }
  }

  /** A string of decimal digits as a number. @throws DecodeError when it is anything else, or above 2^53 - 1. */
  digits(): number {
    const length = this.textLength();
    const bytes = this.bytes;
    const start = this.position;
    const middle = start + Math.min(length, 8);
    const high = this.#digitRun(bytes, start, middle);
    const low = this.#digitRun(bytes, middle, start + length);
    this.position = start + length;
    const value = length <= 8 ? high : high * TEN_TO[length - 8] + low;
    if (length === 0 || length > 16 || value > Number.MAX_SAFE_INTEGER) throw this.error('a number of 1 to 15 digits was expected');
    return value;
  }

  #digitRun(bytes: Uint8Array, start: number, end: number): number {
    let value = 0;
    for (let at = start; at < end; at += 1) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) throw this.error('a digit was expected');
      value = value * 10 + digit;
    }
    return value;
  }

  /** Replaces `target` by the string that comes next. @throws DecodeError when it is not ASCII. */
  ascii(target: Ascii): void {
    const length = this.textLength();
    const { bytes, position } = this;
    target.clear();
    for (let i = 0; i < length; i += 1) {
      const code = bytes[position + i];
      if (code > 0x7f) throw this.error('an ASCII string was expected');
      target.char(code);
    }
    this.position = position + length;
  }

  /** Length in bytes of the string that comes next; the caller moves `position` behind it. */
  textLength(): number {
    const length = this.long();
    if (length < 0 || length > this.bytes.length - this.position) throw this.error(`a length of ${length} does not fit`);
    return length;
  }

  #fixed(size: number): number {
    const at = this.position;
    if (at + size > this.bytes.length) throw this.error(`${size} bytes are missing`);
    this.position = at + size;
    return at;
  }
}
