import { compressBlock, compressedBound, decompressBlock, FIRST_ADDRESS, reserve } from './block.ts';

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

/** A frame of its own memory. The smallest block size that fits is declared, because readers allocate it. */
export function compressFrame(source: Uint8Array): Buffer {
  let code = 4;
  while (code < 7 && BLOCK_BYTES[code] < source.length) code++;
  const blockBytes = BLOCK_BYTES[code];
  const blocks = Math.ceil(source.length / blockBytes);
  const sourceEnd = FIRST_ADDRESS + source.length;
  const memory = reserve(sourceEnd + HEADER_LENGTH + 4 + blocks * 4 + compressedBound(source.length) + compressedBound(0));
  memory.set(source, FIRST_ADDRESS);
  let at = sourceEnd;
  memory.writeUInt32LE(MAGIC, at);
  memory[at + 4] = FLAGS;
  memory[at + 5] = code << 4;
  memory[at + 6] = HEADER_CHECKSUM[code];
  at += HEADER_LENGTH;
  for (let start = FIRST_ADDRESS; start < sourceEnd; start += blockBytes) {
    const end = Math.min(sourceEnd, start + blockBytes);
    const size = compressBlock(start, end, at + 4) - at - 4;
    if (size < end - start) {
      memory.writeUInt32LE(size, at);
      at += 4 + size;
    } else {
      memory.writeUInt32LE((UNCOMPRESSED | (end - start)) >>> 0, at);
      memory.copyWithin(at + 4, start, end);
      at += 4 + end - start;
    }
  }
  memory.writeUInt32LE(0, at);
  return Buffer.from(memory.subarray(sourceEnd, at + 4));
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
  const base = FIRST_ADDRESS + source.length;
  let memory = reserve(base + blockBytes);
  memory.set(source, FIRST_ADDRESS);
  let at = HEADER_LENGTH + ((flags & flag.contentSize) !== 0 ? 8 : 0);
  let end = base;
  for (;;) {
    const head = source.readUInt32LE(at);
    at += 4;
    if (head === 0) return Buffer.from(memory.subarray(base, end));
    const size = head & 0x7fff_ffff;
    if (size > blockBytes || at + size > source.length) throw new RangeError('the LZ4 frame is cut off');
    memory = reserve(end + blockBytes);
    if (head >= UNCOMPRESSED) {
      memory.set(source.subarray(at, at + size), end);
      end += size;
    } else {
      end = decompressBlock(FIRST_ADDRESS + at, FIRST_ADDRESS + at + size, base, end, end + blockBytes);
    }
    at += size + ((flags & flag.blockChecksum) !== 0 ? 4 : 0);
  }
}
