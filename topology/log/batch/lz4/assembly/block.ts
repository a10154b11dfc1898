/**
 * LZ4 blocks (lz4_Block_format.md of the LZ4 project), both ways, in AssemblyScript: `npm run generate` compiles it to
 * `../block.generated.ts`. Addresses are bytes of the linear memory. The table of positions lies at its beginning; where data lies is
 * up to the caller, who keeps it beyond {@link FIRST_ADDRESS}.
 */
const HASH_BITS: u32 = 12;
/** Addresses of the data last seen, by hash of the seven bytes there; 0 for none. Matches of fewer cost more time than they save bytes. */
const TABLE: u32 = 0;
const TABLE_BYTES: u32 = 4 << HASH_BITS;
const MIN_MATCH: u32 = 4;
const MAX_DISTANCE: u32 = 0xffff;
/** A block ends with at least 5 literals, and its last match begins at least 12 bytes before its end. */
const LAST_LITERALS: u32 = 5;
const MATCH_LIMIT: u32 = 12;
/** Where no match is found, the step grows by one byte every 2^4 tries: data that does not compress costs little. */
const SKIP_SHIFT: u32 = 4;
const WORD: u32 = 8;
/** Multiplier of hashes of seven bytes (`prime7bytes` of Zstandard's zstd_compress_internal.h). */
const PRIME: u64 = 58295818150454627;

/** Behind the table, and so far from 0 that no distance reaches what an empty slot says. */
export const FIRST_ADDRESS: u32 = 0x20000;

// @ts-expect-error: a decorator of AssemblyScript
@inline
function slotOf(word: u64): u32 {
  return TABLE + (<u32>(((word << 8) * PRIME) >>> (64 - HASH_BITS)) << 2);
}

/** Writes what is left of a length behind its four bits in the token. */
function putLength(at: u32, rest: u32): u32 {
  for (; rest >= 255; rest -= 255) store<u8>(at++, 255);
  store<u8>(at++, rest);
  return at;
}

/** Both lengths as far as their four bits reach. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function putToken(at: u32, literals: u32, match: u32): void {
  store<u8>(at, (min<u32>(literals, 15) << 4) | min<u32>(match, 15));
}

/** Copies words, and so up to 7 bytes beyond the length. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function copyWords(to: u32, from: u32, length: u32): void {
  const end = to + length;
  for (; to < end; to += WORD, from += WORD) store<u64>(to, load<u64>(from));
}

/**
 * Compresses [start, end) to `at`, where there is room for what it takes at most and 8 bytes more.
 * @returns the address behind the block
 */
export function compress(start: u32, end: u32, at: u32): u32 {
  memory.fill(TABLE, 0, TABLE_BYTES);
  const searchEnd = max<u32>(start + MATCH_LIMIT, end) - MATCH_LIMIT;
  const matchEnd = end - LAST_LITERALS;
  let anchor = start;
  let here = start;
  let out = at;
  while (here < searchEnd) {
    let candidate: u32 = 0;
    let found = false;
    let tries: u32 = 1 << SKIP_SHIFT;
    for (let next = here; next < searchEnd; next += tries++ >>> SKIP_SHIFT) {
      const word = load<u64>(next);
      const slot = slotOf(word);
      candidate = load<u32>(slot);
      store<u32>(slot, next);
      if (load<u32>(candidate) === <u32>word && next - candidate <= MAX_DISTANCE) {
        here = next;
        found = true;
        break;
      }
    }
    if (!found) break;

    let matched = here + MIN_MATCH;
    let behind = candidate + MIN_MATCH;
    // No further back than a word: where more is the same, the search has mostly found it.
    if (here > anchor && candidate >= start + WORD) {
      const same = <u32>(clz(load<u64>(here - WORD) ^ load<u64>(candidate - WORD)) >> 3);
      const back = min<u32>(here - anchor, same);
      here -= back;
      candidate -= back;
    }
    const literals = here - anchor;
    const token = out++;
    if (literals >= 15) out = putLength(out, literals - 15);
    // Reads at most 7 bytes too many: `here` lies 12 bytes before the end.
    copyWords(out, anchor, literals);
    out += literals;
    store<u16>(out, here - candidate);
    out += 2;

    let difference: u64 = 0;
    while (difference === 0 && matched + WORD <= matchEnd) {
      difference = load<u64>(matched) ^ load<u64>(behind);
      const equal = difference === 0 ? WORD : <u32>(ctz(difference) >> 3);
      matched += equal;
      behind += equal;
    }
    if (difference === 0) {
      for (; matched < matchEnd && load<u8>(matched) === load<u8>(behind); matched++) behind++;
    }
    const length = matched - here - MIN_MATCH;
    putToken(token, literals, length);
    if (length >= 15) out = putLength(out, length - 15);
    here = anchor = matched;
    if (here < searchEnd) store<u32>(slotOf(load<u64>(here - 2)), here - 2);
  }
  const literals = end - anchor;
  putToken(out++, literals, 0);
  if (literals >= 15) out = putLength(out, literals - 15);
  memory.copy(out, anchor, literals);
  return out + literals;
}

/**
 * Decompresses [start, end) to `at`, no further than `limit`; matches may reach back to `base`.
 * @returns the address behind the data, or 0 when the block is malformed or does not fit
 */
export function decompress(start: u32, end: u32, base: u32, at: u32, limit: u32): u32 {
  let read = start;
  let write = at;
  while (read < end) {
    const token: u32 = load<u8>(read++);
    let literals = token >>> 4;
    if (literals === 15) {
      let more: u32 = 255;
      while (more === 255 && read < end) literals += more = load<u8>(read++);
    }
    if (literals > end - read || literals > limit - write) return 0;
    if (end - read - literals >= WORD && limit - write - literals >= WORD) copyWords(write, read, literals);
    else memory.copy(write, read, literals);
    read += literals;
    write += literals;
    if (read === end) return write;
    if (end - read < 2) return 0;

    const distance: u32 = load<u16>(read);
    read += 2;
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more: u32 = 255;
      while (more === 255 && read < end) length += more = load<u8>(read++);
    }
    if (distance === 0 || distance > write - base || length > limit - write || read >= end) return 0;
    if (distance >= WORD && limit - write - length >= WORD) copyWords(write, write - distance, length);
    else for (let k: u32 = 0; k < length; k++) store<u8>(write + k, load<u8>(write + k - distance));
    write += length;
  }
  return 0;
}
