/** Bits as Arrow keeps them: bit i is bit `i & 7` of byte `i >> 3`. Targets begin as zeros. */

/** Copies `n` bits from `from`, beginning at `fromBit`, to `to`, beginning at `toBit`. */
export function copyBits(from: Uint8Array, fromBit: number, to: Uint8Array, toBit: number, n: number): void {
  for (; n > 0 && (toBit & 7) !== 0; n--, fromBit++, toBit++) copyBit(from, fromBit, to, toBit);
  const whole = n >> 3;
  const shift = fromBit & 7;
  const first = fromBit >> 3;
  const at = toBit >> 3;
  if (shift === 0) to.set(from.subarray(first, first + whole), at);
  else for (let k = 0; k < whole; k++) to[at + k] = (from[first + k] >> shift) | (from[first + k + 1] << (8 - shift));
  for (let k = whole * 8; k < n; k++) copyBit(from, fromBit + k, to, toBit + k);
}

function copyBit(from: Uint8Array, fromBit: number, to: Uint8Array, toBit: number): void {
  to[toBit >> 3] |= ((from[fromBit >> 3] >> (fromBit & 7)) & 1) << (toBit & 7);
}

export function setBits(to: Uint8Array, toBit: number, n: number): void {
  for (; n > 0 && (toBit & 7) !== 0; n--, toBit++) to[toBit >> 3] |= 1 << (toBit & 7);
  const whole = n >> 3;
  to.fill(0xff, toBit >> 3, (toBit >> 3) + whole);
  for (let k = toBit + whole * 8; k < toBit + n; k++) to[k >> 3] |= 1 << (k & 7);
}

/** How many bits are set. */
export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) count += ONES[bits[i]];
  return count;
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) ones++;
  return ones;
});
