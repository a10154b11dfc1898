import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyBits, countBits, setBits } from '../../../../../vast/local/store/arrow/bits.ts';

const bit = (bytes: Uint8Array, i: number): number => (bytes[i >> 3] >> (i & 7)) & 1;

it('copies and sets any bits, and no other', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(40), fc.nat(40), fc.nat(24), (from, fromBit, toBit, n) => {
    const copied = new Uint8Array(8);
    copyBits(from, fromBit, copied, toBit, n);
    const set = new Uint8Array(8);
    setBits(set, toBit, n);
    for (let i = 0; i < 64; i++) {
      const inside = i >= toBit && i < toBit + n;
      expect(bit(copied, i)).toBe(inside ? bit(from, fromBit + i - toBit) : 0);
      expect(bit(set, i)).toBe(inside ? 1 : 0);
    }
    expect(countBits(set)).toBe(n);
  }));
});
