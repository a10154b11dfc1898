import fc from 'fast-check';
import lz4 from 'lz4-napi';
import { describe, expect, test } from 'vitest';
import { compressFrame, decompressFrame } from '../../../topology/log/batch/lz4/frame.ts';

/** Runs, repeats at many distances, and noise: what exercises lengths beyond 15 and 255, overlaps and skips. */
const content = fc.array(fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 600 }))
    .map(([unit, times]) => Buffer.concat(Array.from({ length: times }, () => unit))),
  fc.uint8Array({ minLength: 200, maxLength: 3_000 }),
), { maxLength: 12 }).map((parts) => Buffer.concat(parts));

/** Lines of words and numbers: compresses to about half, and is longer than any distance a match can have. */
function long(bytes: number): Buffer {
  const words = ['subscriber', 'handover', 'tracking-area', 'cell', 'released', 'normally'];
  const lines: string[] = [];
  for (let length = 0, x = 7; length < bytes; length += lines[lines.length - 1].length) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    lines.push(`${words[(x >>> 8) % 6]} ${words[(x >>> 16) % 6]} ${x}\n`);
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

describe('LZ4 frames', () => {
  test('the reference implementation reads what we write', () => {
    fc.assert(fc.property(content, (bytes) => {
      expect(lz4.decompressFrameSync(compressFrame(bytes)).equals(bytes)).toBe(true);
    }));
  });

  test('we read what the reference implementation writes, and ourselves', () => {
    fc.assert(fc.property(content, fc.boolean(), fc.boolean(), (bytes, blockChecksums, contentChecksum) => {
      expect(decompressFrame(lz4.compressFrameSync(bytes, { blockChecksums, contentChecksum })).equals(bytes)).toBe(true);
      expect(decompressFrame(compressFrame(bytes)).equals(bytes)).toBe(true);
    }));
  });

  test.each([0, 1, 11, 12, 13, 65_536, 65_537, 300_000, 1_000_000, 5_000_000])('%i bytes, every block size', (size) => {
    const bytes = long(size);
    const frame = compressFrame(bytes);
    expect(lz4.decompressFrameSync(frame).equals(bytes)).toBe(true);
    expect(decompressFrame(frame).equals(bytes)).toBe(true);
    if (size > 1_000) expect(frame.length).toBeLessThan(size * 0.8);
  });

  test('blocks that refer to the one before', () => {
    // Made by hand: the second block begins with a match of eight bytes at distance eight, all of it in the first.
    const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0]);
    const literal = Buffer.from([0x80, ...Buffer.from('abcdefgh')]);
    const linked = Buffer.from([0x04, 8, 0, 0x50, ...Buffer.from('vwxyz')]);
    const size = (n: number): Buffer => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
    const frame = Buffer.concat([header, size(literal.length), literal, size(linked.length), linked, size(0)]);
    expect(decompressFrame(frame).toString()).toBe('abcdefghabcdefghvwxyz');
  });

  test('damaged frames are errors, never hangs or reads outside', () => {
    const frame = compressFrame(long(20_000));
    fc.assert(fc.property(fc.nat(frame.length - 1), fc.nat(255), (at, value) => {
      const damaged = Buffer.from(frame);
      damaged[at] = value;
      try {
        expect(decompressFrame(damaged).length).toBeLessThanOrEqual(4 << 20);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }));
    fc.assert(fc.property(fc.nat(frame.length - 1), (length) => {
      expect(() => decompressFrame(frame.subarray(0, length))).toThrow(RangeError);
    }));
  });
});
