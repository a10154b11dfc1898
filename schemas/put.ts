import type { Ascii } from './ascii.ts';

/*
 * Avro binary encoding (Avro 1.12, "Binary Encoding") into a byte array that has room. Every function takes the position to
 * write at and returns the position behind what it wrote; the upper bounds are what generated encoders reserve.
 */

/** Most bytes of an int, of a long within ±(2^53 - 1), and of the digits of such a long with its length. */
export const INT_BYTES = 5;
export const LONG_BYTES = 8;
export const DIGITS_BYTES = 17;

const UTF8 = new TextEncoder();
const ONE_BYTE_LENGTH = 64;

/** @param value a 32-bit signed integer. */
export function putInt(bytes: Uint8Array, at: number, value: number): number {
  let rest = (value << 1) ^ (value >> 31);
  while ((rest & ~0x7f) !== 0) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** @param value an integer within ±(2^53 - 1). */
export function putLong(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return putInt(bytes, at, value);
  // Zigzag is 2m for m ≥ 0 and 2(-m - 1) + 1 below; 2m may need 54 bits, so the low 28 are split off before doubling.
  let sign = 0;
  let magnitude = value;
  if (value < 0) {
    sign = 1;
    magnitude = -value - 1;
  }
  let high = Math.floor(magnitude / 0x8000000) | 0;
  const low = ((magnitude - high * 0x8000000) << 1) | sign;
  bytes[at] = (low & 0x7f) | 0x80;
  bytes[at + 1] = ((low >>> 7) & 0x7f) | 0x80;
  bytes[at + 2] = ((low >>> 14) & 0x7f) | 0x80;
  bytes[at + 3] = (low >>> 21) | 0x80;
  at += 4;
  while (high > 0x7f) {
    bytes[at++] = (high & 0x7f) | 0x80;
    high >>>= 7;
  }
  bytes[at++] = high;
  return at;
}

/** Needs `textBound(text)` bytes. Lone surrogates become U+FFFD, as everywhere in Node. */
export function putText(bytes: Uint8Array, at: number, text: string): number {
  const length = text.length;
  if (length >= ONE_BYTE_LENGTH) return putUnicode(bytes, at, text);
  let end = at + 1;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return putUnicode(bytes, at, text);
    bytes[end++] = code;
  }
  bytes[at] = length << 1;
  return end;
}

function putUnicode(bytes: Uint8Array, at: number, text: string): number {
  const length = Buffer.byteLength(text);
  at = putInt(bytes, at, length);
  UTF8.encodeInto(text, bytes.subarray(at, at + length));
  return at + length;
}

export function textBound(text: string): number {
  return INT_BYTES + text.length * 3;
}

/** Needs INT_BYTES + `value.length` bytes. @param view of `bytes`, to copy four bytes at a time */
export function putAscii(bytes: Uint8Array, view: DataView, at: number, value: Ascii): number {
  const length = value.length;
  if (length < ONE_BYTE_LENGTH) bytes[at++] = length << 1;
  else at = putInt(bytes, at, length);
  const source = value.view;
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) view.setUint32(at + i, source.getUint32(i));
  for (let i = words; i < length; i += 1) bytes[at + i] = value.bytes[i];
  return at + length;
}

/**
 * A string of decimal digits. Needs DIGITS_BYTES.
 * @param view of `bytes`, to write four digits at a time
 * @param value an integer in [0, 2^53 - 1]
 * @param width least number of digits, filled with leading zeros, at most 16; 0 for no padding
 */
export function putDigits(bytes: Uint8Array, view: DataView, at: number, value: number, width: number): number {
  const high = Math.floor(value / 100_000_000) | 0;
  const low = (value - high * 100_000_000) | 0;
  const count = high > 0 ? 8 + digitCount(high) : digitCount(low);
  const length = count < width ? width : count;
  const end = at + 1 + length;
  const upperLow = (low / 10_000) | 0;
  if (length === 15 || length === 12) {
    view.setUint32(end - 4, FOUR_DIGITS[low - upperLow * 10_000]);
    view.setUint32(end - 8, FOUR_DIGITS[upperLow]);
    const upperHigh = (high / 10_000) | 0;
    view.setUint32(end - 12, FOUR_DIGITS[high - upperHigh * 10_000]);
    // With 15 digits the fourth group has a leading zero, which falls on the length byte.
    if (length === 15) view.setUint32(end - 16, FOUR_DIGITS[upperHigh]);
  } else {
    const middle = length > 8 ? end - 8 : at + 1;
    putDecimal(bytes, middle, end, low);
    putDecimal(bytes, at + 1, middle, high);
  }
  bytes[at] = length << 1;
  return end;
}

/** The lowest digits of `value`, filling [start, end). */
function putDecimal(bytes: Uint8Array, start: number, end: number, value: number): void {
  while (end > start) {
    const quotient = (value / 10) | 0;
    bytes[--end] = 48 + value - quotient * 10;
    value = quotient;
  }
}

/** The four ASCII digits of 0 to 9999, first digit in the highest byte. */
const FOUR_DIGITS = Uint32Array.from({ length: 10_000 }, (_, n) =>
  ((48 + Math.floor(n / 1000)) << 24) | ((48 + (Math.floor(n / 100) % 10)) << 16) | ((48 + (Math.floor(n / 10) % 10)) << 8) | (48 + (n % 10)));

function digitCount(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  if (value < 100_000_000) return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
  return 9;
}

/** One block of strings and the end marker. Needs `stringsBound(list)`. */
export function putStrings(bytes: Uint8Array, at: number, list: readonly string[]): number {
  if (list.length > 0) {
    at = putInt(bytes, at, list.length);
    for (const text of list) at = putText(bytes, at, text);
  }
  bytes[at++] = 0;
  return at;
}

export function stringsBound(list: readonly string[]): number {
  let bound = INT_BYTES + 1;
  for (const text of list) bound += textBound(text);
  return bound;
}

/** One block of key-value pairs in the order of `Object.keys`, and the end marker. Needs `mapBound(map)`. */
export function putMap(bytes: Uint8Array, at: number, map: Readonly<Record<string, string>>): number {
  const keys = Object.keys(map);
  if (keys.length > 0) {
    at = putInt(bytes, at, keys.length);
    for (const key of keys) {
      at = putText(bytes, at, key);
      at = putText(bytes, at, map[key]);
    }
  }
  bytes[at++] = 0;
  return at;
}

export function mapBound(map: Readonly<Record<string, string>>): number {
  let bound = INT_BYTES + 1;
  for (const key of Object.keys(map)) bound += textBound(key) + textBound(map[key]);
  return bound;
}
