/**
 * LZ4 blocks (lz4_Block_format.md of the LZ4 project), both ways. Written here because they are on the hot path of every record
 * and the only prebuilt binary for Node takes 1.4 times as long to compress and 1.65 times to decompress (`test/bench/lz4.ts`).
 */
const HASH_BITS = 12;
const MIN_MATCH = 4;
const MAX_DISTANCE = 0xffff;
/** A block ends with at least 5 literals, and its last match begins at least 12 bytes before its end. */
const LAST_LITERALS = 5;
const MATCH_LIMIT = 12;
/** Where no match is found, the step grows by one byte every 2^5 tries: data that does not compress costs little. */
const SKIP_SHIFT = 5;
/** Up to here a loop of words beats the call into native code. */
const SHORT_COPY = 64;

/** Positions by hash of the four bytes there. Shared: compressing is synchronous. */
const positions = new Int32Array(1 << HASH_BITS);

/** Bytes that `compressBlock` may need at most for so many; it also writes up to 8 bytes beyond what it returns. */
export function compressedBound(length: number): number {
  return length + Math.ceil(length / 255) + 32;
}

function hash(word: number): number {
  return Math.imul(word, -1640531535) >>> (32 - HASH_BITS);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Writes what is left of a length behind its four bits in the token. */
function putLength(target: Uint8Array, at: number, rest: number): number {
  for (; rest >= 255; rest -= 255) target[at++] = 255;
  target[at++] = rest;
  return at;
}

/**
 * Compresses source[start, end) into `target` at `at`, which has room for `compressedBound` bytes.
 * @returns the position behind the block
 */
export function compressBlock(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  const from = viewOf(source);
  const to = viewOf(target);
  const searchEnd = end - MATCH_LIMIT;
  const matchEnd = end - LAST_LITERALS;
  positions.fill(start - MAX_DISTANCE - 1);
  let anchor = start;
  let here = start;
  let out = at;
  for (;;) {
    let candidate = 0;
    let found = false;
    let tries = 1 << SKIP_SHIFT;
    for (let next = here; next < searchEnd; next += tries++ >>> SKIP_SHIFT) {
      const word = from.getInt32(next, true);
      const slot = hash(word);
      candidate = positions[slot];
      positions[slot] = next;
      if (next - candidate <= MAX_DISTANCE && from.getInt32(candidate, true) === word) {
        here = next;
        found = true;
        break;
      }
    }
    if (!found) break;

    let matched = here + MIN_MATCH;
    let behind = candidate + MIN_MATCH;
    while (here > anchor && candidate > start && source[here - 1] === source[candidate - 1]) {
      here--;
      candidate--;
    }
    const literals = here - anchor;
    const token = out++;
    if (literals >= 15) out = putLength(target, out, literals - 15);
    if (literals <= SHORT_COPY) {
      // Reads at most 7 bytes too many: `here` lies 12 bytes before the end.
      for (let read = anchor, write = out; read < here; read += 8, write += 8) {
        to.setInt32(write, from.getInt32(read, true), true);
        to.setInt32(write + 4, from.getInt32(read + 4, true), true);
      }
    } else {
      target.set(source.subarray(anchor, here), out);
    }
    out += literals;
    const distance = here - candidate;
    target[out++] = distance;
    target[out++] = distance >>> 8;

    let difference = 0;
    while (matched < matchEnd - 3) {
      difference = from.getInt32(matched, true) ^ from.getInt32(behind, true);
      if (difference !== 0) break;
      matched += 4;
      behind += 4;
    }
    if (difference !== 0) matched += (31 - Math.clz32(difference & -difference)) >>> 3;
    else while (matched < matchEnd && source[matched] === source[behind]) { matched++; behind++; }
    const length = matched - here - MIN_MATCH;
    target[token] = (Math.min(literals, 15) << 4) | Math.min(length, 15);
    if (length >= 15) out = putLength(target, out, length - 15);
    here = anchor = matched;
    if (here >= searchEnd) break;
    positions[hash(from.getInt32(here - 2, true))] = here - 2;
  }
  const literals = end - anchor;
  target[out++] = Math.min(literals, 15) << 4;
  if (literals >= 15) out = putLength(target, out, literals - 15);
  target.set(source.subarray(anchor, end), out);
  return out + literals;
}

/**
 * Decompresses source[start, end) into `target` at `at`; matches may reach back to `target[0]`.
 * @returns the position behind the data
 * @throws RangeError when the block is malformed or does not fit
 */
export function decompressBlock(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  const from = viewOf(source);
  const to = viewOf(target);
  // Copies of words may run 8 bytes over what they copy.
  const readSafe = end - 8;
  const writeSafe = target.length - 8;
  let read = start;
  let write = at;
  for (;;) {
    const token = source[read++];
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && read < end) literals += more = source[read++];
    }
    const literalEnd = read + literals;
    const written = write + literals;
    if (literalEnd > end || written > target.length) throw malformed(read);
    if (literals <= SHORT_COPY && literalEnd <= readSafe && written <= writeSafe) {
      for (; read < literalEnd; read += 8, write += 8) {
        to.setInt32(write, from.getInt32(read, true), true);
        to.setInt32(write + 4, from.getInt32(read + 4, true), true);
      }
    } else {
      target.set(source.subarray(read, literalEnd), write);
    }
    read = literalEnd;
    write = written;
    if (read === end) return write;
    if (read + 2 > end) throw malformed(read);

    const distance = source[read] | (source[read + 1] << 8);
    read += 2;
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more = 255;
      while (more === 255 && read < end) length += more = source[read++];
    }
    const matchEnd = write + length;
    let behind = write - distance;
    if (distance === 0 || behind < 0 || matchEnd > target.length || read >= end) throw malformed(read);
    if (distance >= 8 && matchEnd <= writeSafe) {
      for (; write < matchEnd; write += 8, behind += 8) {
        const low = to.getInt32(behind, true);
        to.setInt32(write + 4, to.getInt32(behind + 4, true), true);
        to.setInt32(write, low, true);
      }
      write = matchEnd;
    } else {
      while (write < matchEnd) target[write++] = target[behind++];
    }
  }
}

function malformed(position: number): RangeError {
  return new RangeError(`the LZ4 block is malformed at byte ${position}`);
}
