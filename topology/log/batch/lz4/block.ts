import { BLOCK } from './block.generated.ts';

/**
 * LZ4 blocks, both ways, in a linear memory that frames are made and read in: on the hot path of every record, and much
 * faster than in JavaScript, which has no words of 64 bits (`test/bench/lz4.ts` has the prebuilt binary beside it). The code is
 * `assembly/block.ts`; its addresses come back as signed numbers.
 */
interface BlockCodec {
  readonly memory: WebAssembly.Memory;
  readonly FIRST_ADDRESS: { readonly value: number };
  readonly compress: (start: number, end: number, at: number) => number;
  readonly decompress: (start: number, end: number, base: number, at: number, limit: number) => number;
}

const { memory, FIRST_ADDRESS: firstAddress, ...codec } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(BLOCK, 'base64')),
).exports as BlockCodec;

/** Where data may begin. */
export const FIRST_ADDRESS = firstAddress.value;
const PAGE = 65_536;
let bytes = Buffer.from(memory.buffer);

/**
 * The memory, with room below address `end`. One for all, since both ways are synchronous; it grows to what the largest frame takes, which
 * invalidates what this returned before. @throws RangeError when that is more than 4 GiB
 */
export function reserve(end: number): Buffer {
  if (bytes.length < end) {
    memory.grow(Math.ceil((end - bytes.length) / PAGE));
    bytes = Buffer.from(memory.buffer);
  }
  return bytes;
}

/** Bytes that `compressBlock` may need at most for so many; it also writes up to 8 bytes beyond what it returns. */
export function compressedBound(length: number): number {
  return length + Math.ceil(length / 255) + 32;
}

/**
 * Compresses the bytes at [start, end) to `at`, where there is room for `compressedBound` bytes.
 * @returns the address behind the block
 */
export function compressBlock(start: number, end: number, at: number): number {
  return codec.compress(start, end, at) >>> 0;
}

/**
 * Decompresses the block at [start, end) to `at`; matches may reach back to `base`.
 * @returns the address behind the data
 * @throws RangeError when the block is malformed, or its data would end behind `limit`
 */
export function decompressBlock(start: number, end: number, base: number, at: number, limit: number): number {
  const behind = codec.decompress(start, end, base, at, limit) >>> 0;
  if (behind === 0) throw new RangeError('an LZ4 block is malformed');
  return behind;
}
