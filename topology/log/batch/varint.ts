/**
 * Variable-length integers of the record format: base 128, least significant group first, zigzag (0, -1, 1, -2 → 0, 1, 2, 3).
 * 32-bit paths use integer operations; times and offsets go beyond 32 bits and take the arithmetic path (exact to 2^53).
 */

const twoTo32 = 4_294_967_296;

/** Bytes that `writeZigzag32` needs for v. */
export function sizeOfZigzag32(v: number): number {
  const u = ((v << 1) ^ (v >> 31)) >>> 0;
  return u < 0x80 ? 1 : u < 0x4000 ? 2 : u < 0x20_0000 ? 3 : u < 0x1000_0000 ? 4 : 5;
}

/** Writes an int32; returns the position after it. */
export function writeZigzag32(bytes: Uint8Array, at: number, v: number): number {
  let u = ((v << 1) ^ (v >> 31)) >>> 0;
  while (u > 0x7f) {
    bytes[at++] = (u & 0x7f) | 0x80;
    u >>>= 7;
  }
  bytes[at++] = u;
  return at;
}

function isInt32(v: number): boolean {
  return (v | 0) === v;
}

/** Bytes that `writeZigzag53` needs for v. */
export function sizeOfZigzag53(v: number): number {
  if (isInt32(v)) return sizeOfZigzag32(v);
  let size = 1;
  for (let u = v < 0 ? -(v + 0.5) * 2 : v * 2; u >= 0x80; u = Math.floor(u / 0x80)) size++;
  return size;
}

/** Writes an integer of at most 52 bits and a sign; returns the position after it. */
export function writeZigzag53(bytes: Uint8Array, at: number, v: number): number {
  if (isInt32(v)) return writeZigzag32(bytes, at, v);
  let u = v < 0 ? -(v + 0.5) * 2 : v * 2;
  while (u >= twoTo32) {
    bytes[at++] = (u % 0x80) | 0x80;
    u = Math.floor(u / 0x80);
  }
  let low = u >>> 0;
  while (low > 0x7f) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
}
