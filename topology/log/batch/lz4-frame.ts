import { compressBlock, compressedBound, decompressBlock } from './lz4-block.ts';

/** LZ4 frames (lz4_Frame_format.md of the LZ4 project) as Kafka uses them for record batches. */
const MAGIC = 0x184d2204;
/** Version 1, independent blocks; no checksums, since a record batch has its own. */
const FLAGS = 0x60;
/** Maximum block sizes by their code. */
const BLOCK_BYTES = [0, 0, 0, 0, 64 << 10, 256 << 10, 1 << 20, 4 << 20];
/** Second byte of the xxHash-32 of (FLAGS, code << 4), by code. */
const HEADER_CHECKSUM = [0, 0, 0, 0, 0x82, 0xfb, 0x51, 0x73];
const HEADER_LENGTH = 7;
const UNCOMPRESSED = 0x8000_0000;
const flag = { blockChecksum: 0x10, contentSize: 0x08, dictionary: 0x01 };

/** Shared: both directions are synchronous and copy their result out, so that it takes no more memory than it needs. */
let scratch = Buffer.alloc(0);

/** A frame of its own memory. The smallest block size that fits is declared, because readers allocate it. */
export function compressFrame(source: Uint8Array): Buffer {
  let code = 4;
  while (code < 7 && BLOCK_BYTES[code] < source.length) code++;
  const blockBytes = BLOCK_BYTES[code];
  const blocks = Math.ceil(source.length / blockBytes);
  reserve(HEADER_LENGTH + 4 + blocks * 4 + compressedBound(source.length) + compressedBound(0), 0);
  const frame = scratch;
  frame.writeUInt32LE(MAGIC, 0);
  frame[4] = FLAGS;
  frame[5] = code << 4;
  frame[6] = HEADER_CHECKSUM[code];
  let at = HEADER_LENGTH;
  for (let start = 0; start < source.length; start += blockBytes) {
    const end = Math.min(source.length, start + blockBytes);
    const size = compressBlock(source, start, end, frame, at + 4) - at - 4;
    if (size < end - start) {
      frame.writeUInt32LE(size, at);
      at += 4 + size;
    } else {
      frame.writeUInt32LE((UNCOMPRESSED | (end - start)) >>> 0, at);
      frame.set(source.subarray(start, end), at + 4);
      at += 4 + end - start;
    }
  }
  frame.writeUInt32LE(0, at);
  return Buffer.from(frame.subarray(0, at + 4));
}

/**
 * The content of a frame, linked blocks included; checksums are skipped, since the record batch around it is verified.
 * @throws RangeError when it is malformed
 */
export function decompressFrame(source: Buffer): Buffer {
  if (source.length < HEADER_LENGTH || source.readUInt32LE(0) !== MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = source[4];
  const blockBytes = BLOCK_BYTES[(source[5] >>> 4) & 7];
  if (flags >>> 6 !== 1 || blockBytes === 0) throw new RangeError('an LZ4 frame of an unknown version');
  if ((flags & flag.dictionary) !== 0) throw new RangeError('the LZ4 frame needs a dictionary');
  let at = HEADER_LENGTH + ((flags & flag.contentSize) !== 0 ? 8 : 0);
  let length = 0;
  for (;;) {
    const head = source.readUInt32LE(at);
    at += 4;
    if (head === 0) return Buffer.from(scratch.subarray(0, length));
    const size = head & 0x7fff_ffff;
    if (size > blockBytes || at + size > source.length) throw new RangeError('the LZ4 frame is cut off');
    reserve(length + blockBytes, length);
    if (head >= UNCOMPRESSED) {
      scratch.set(source.subarray(at, at + size), length);
      length += size;
    } else {
      length = decompressBlock(source, at, at + size, scratch, length);
    }
    at += size + ((flags & flag.blockChecksum) !== 0 ? 4 : 0);
  }
}

/** Room for `size` bytes in the scratch memory, whose first `kept` bytes stay. */
function reserve(size: number, kept: number): void {
  if (scratch.length >= size) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * scratch.length));
  scratch.copy(larger, 0, 0, kept);
  scratch = larger;
}
