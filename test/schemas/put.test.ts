import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ascii } from '../../schemas/ascii.ts';
import { Cursor } from '../../schemas/cursor.ts';
import { DecodeError } from '../../schemas/decode-error.ts';
import { LONG_BYTES, putDigits, putInt, putLong, putText, textBound } from '../../schemas/put.ts';

/** Zigzag varint by its definition (Avro 1.12, "Binary Encoding"), exact for any long. */
function reference(value: bigint): number[] {
  let rest = value >= 0n ? value * 2n : value * -2n - 1n;
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

function written(write: (bytes: Uint8Array) => number, room = 64): number[] {
  const bytes = new Uint8Array(room);
  return [...bytes.subarray(0, write(bytes))];
}

const long = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.tuple(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(1, -1))
    .map(([power, offset, sign]) => sign * Math.min(2 ** power + offset, Number.MAX_SAFE_INTEGER)),
);

describe('longs', () => {
  test('are written by the definition for every integer within ±(2^53 - 1), and read back', () => {
    fc.assert(fc.property(long, (value) => {
      const bytes = written((target) => putLong(target, 0, value));
      expect(bytes).toEqual(reference(BigInt(value)));
      expect(bytes.length).toBeLessThanOrEqual(LONG_BYTES);
      const cursor = new Cursor('Test');
      cursor.start(Uint8Array.from(bytes), 0);
      expect(cursor.long()).toBe(value === 0 ? 0 : value);
      expect(cursor.position).toBe(bytes.length);
    }), { numRuns: 3000 });
  });

  test.each([-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])('%d is exact', (value) => {
    expect(written((target) => putLong(target, 0, value))).toEqual(reference(BigInt(value)));
  });

  test('beyond ±2^53 are refused when read, not rounded', () => {
    fc.assert(fc.property(fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 63n - 1n }), fc.boolean(), (magnitude, negative) => {
      const cursor = new Cursor('Test');
      cursor.start(Uint8Array.from(reference(negative ? -magnitude - 1n : magnitude)), 0);
      expect(() => cursor.long()).toThrow(DecodeError);
    }));
  });

  test('a varint that never ends is refused', () => {
    const cursor = new Cursor('Test');
    cursor.start(new Uint8Array(40).fill(0xff), 0);
    expect(() => cursor.long()).toThrow('a long is beyond ±2^53');
    expect(() => cursor.int()).toThrow('an int is longer than 5 bytes');
  });
});

test('ints are written by the definition and read back', () => {
  fc.assert(fc.property(fc.oneof(fc.integer(), fc.constantFrom(2 ** 31 - 1, -(2 ** 31))), (value) => {
    const bytes = written((target) => putInt(target, 0, value));
    expect(bytes).toEqual(reference(BigInt(value)));
    const cursor = new Cursor('Test');
    cursor.start(Uint8Array.from(bytes), 0);
    expect(cursor.int()).toBe(value);
  }));
});

test('text is its UTF-8; lone surrogates become U+FFFD', () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 90 }).map((codes) => String.fromCharCode(...codes));
  const surrogates = fc.array(fc.integer({ min: 0xd7f0, max: 0xe00f }), { maxLength: 70 }).map((codes) => String.fromCharCode(...codes));
  fc.assert(fc.property(fc.oneof(units, surrogates, fc.string({ unit: 'binary', maxLength: 5000 })), (text) => {
    const utf8 = Buffer.from(text, 'utf8');
    expect(written((target) => putText(target, 0, text), textBound(text))).toEqual([...reference(BigInt(utf8.length)), ...utf8]);
  }));
});

test('digit strings are the decimal number with at least the wanted width, and read back', () => {
  fc.assert(fc.property(fc.oneof(long.map(Math.abs), fc.nat({ max: 15 }).map((power) => 10 ** power), fc.integer({ min: 1e11, max: 1e12 })), fc.integer({ min: 0, max: 16 }), (value, width) => {
    const bytes = written((target) => putDigits(target, new DataView(target.buffer), 0, value, width));
    const text = String(value).padStart(width, '0');
    expect(Buffer.from(bytes.slice(1)).toString()).toBe(text);
    expect(bytes[0]).toBe(text.length * 2);
    const cursor = new Cursor('Test');
    cursor.start(Uint8Array.from(bytes), 0);
    expect(cursor.digits()).toBe(value);
  }), { numRuns: 2000 });
});

test.each(['', '12a4', '9'.repeat(17), '9007199254740993'])('"%s" is no number of digits', (text) => {
  const cursor = new Cursor('Test');
  cursor.start(Uint8Array.from(written((target) => putText(target, 0, text))), 0);
  expect(() => cursor.digits()).toThrow(DecodeError);
});

describe('Ascii', () => {
  test('numbers are those of toString(10) and toString(36)', () => {
    fc.assert(fc.property(long, (value) => {
      expect(new Ascii().decimal(value).toString()).toBe(String(value === 0 ? 0 : value));
      expect(new Ascii().base36(value).toString()).toBe((value === 0 ? 0 : value).toString(36));
    }), { numRuns: 2000 });
  });

  test('grows over any number of appended parts', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary-ascii', maxLength: 60 })), (parts) => {
      const ascii = new Ascii();
      for (const part of parts) ascii.text(part).char(0x2d);
      expect(ascii.toString()).toBe(parts.map((part) => `${part}-`).join(''));
    }));
  });

  test('is null until something is written, and empty after clear', () => {
    const ascii = new Ascii().setNull();
    expect(ascii.isNull).toBe(true);
    expect(ascii.text('').isNull).toBe(false);
    expect(ascii.text('abc').setNull().length).toBe(0);
    expect(ascii.clear().isNull).toBe(false);
  });

  test('refuses other characters', () => {
    expect(() => new Ascii().text('naïve')).toThrow('"naïve" is not ASCII, at index 2');
  });
});
