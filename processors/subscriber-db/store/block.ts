import { crc32 } from 'node:zlib';

/**
 * A block: some records of a partition in the order of the log, and the offset to read on from behind them. Numbers are
 * little-endian. Header: magic, payload length, CRC-32 of the payload, record count (u32 each), next offset (f64), zero,
 * CRC-32 of the header before it (u32 each). Record: offset (f64), key length (u32), value length (i32, -1 for a tombstone), key, value.
 */
export const BLOCK_HEADER = 32;
const MAGIC = 0x314b4c42;
const RECORD_HEADER = 16;
/** Enough for some 800 subscribers; small enough to be read and verified for one look-up. */
const FULL = 192 * 1024;

export interface BlockHeader {
  readonly length: number;
  readonly crc: number;
  readonly count: number;
  readonly next: number;
}

/** Visits a record of a block. `at` is where it lies in the payload; `valueStart` is -1 for a tombstone. */
export type EntryVisitor = (offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, at: number) => void;

/** Null when these bytes begin no block. */
export function readHeader(bytes: Buffer, at: number): BlockHeader | null {
  if (at + BLOCK_HEADER > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return null;
  if (crc32(bytes.subarray(at, at + BLOCK_HEADER - 4)) !== bytes.readUInt32LE(at + BLOCK_HEADER - 4)) return null;
  return { length: bytes.readUInt32LE(at + 4), crc: bytes.readUInt32LE(at + 8), count: bytes.readUInt32LE(at + 12), next: bytes.readDoubleLE(at + 16) };
}

/** True when the payload is what was written under this header. */
export function isIntact(header: BlockHeader, payload: Buffer): boolean {
  return payload.length === header.length && crc32(payload) === header.crc;
}

export function visitEntries(payload: Buffer, count: number, visit: EntryVisitor): void {
  for (let k = 0, at = 0; k < count; k++) at = visitEntry(payload, at, visit);
}

/** Visits the record at `at`, and answers where the next one lies. */
export function visitEntry(payload: Buffer, at: number, visit: EntryVisitor): number {
  const keyStart = at + RECORD_HEADER;
  const keyEnd = keyStart + payload.readUInt32LE(at + 8);
  const length = payload.readInt32LE(at + 12);
  const end = keyEnd + Math.max(0, length);
  visit(payload.readDoubleLE(at), payload, keyStart, keyEnd, length < 0 ? -1 : keyEnd, length < 0 ? -1 : end, at);
  return end;
}

/** Gathers records of one block. Reusable. */
export class BlockBuilder {
  #bytes = Buffer.alloc(2 * FULL);
  #end = BLOCK_HEADER;
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#end >= FULL;
  }

  /** Copies a record, and answers where it lies in the payload. */
  add(offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): number {
    const keyLength = keyEnd - keyStart;
    const length = RECORD_HEADER + keyLength + (valueStart < 0 ? 0 : valueEnd - valueStart);
    if (this.#end + length > this.#bytes.length) {
      const grown = Buffer.alloc(2 * (this.#end + length));
      this.#bytes.copy(grown, 0, 0, this.#end);
      this.#bytes = grown;
    }
    const at = this.#end;
    const to = this.#bytes;
    to.writeDoubleLE(offset, at);
    to.writeUInt32LE(keyLength, at + 8);
    to.writeInt32LE(valueStart < 0 ? -1 : valueEnd - valueStart, at + 12);
    bytes.copy(to, at + RECORD_HEADER, keyStart, keyEnd);
    if (valueStart >= 0) bytes.copy(to, at + RECORD_HEADER + keyLength, valueStart, valueEnd);
    this.#end += length;
    this.#count++;
    return at - BLOCK_HEADER;
  }

  /** A copy of the payload so far. */
  payload(): Buffer {
    return Buffer.from(this.#bytes.subarray(BLOCK_HEADER, this.#end));
  }

  /** The block with what was gathered, in a buffer of its own. `next` is the offset to read on from behind it. */
  seal(next: number): Buffer {
    const block = Buffer.from(this.#bytes.subarray(0, this.#end));
    block.writeUInt32LE(MAGIC, 0);
    block.writeUInt32LE(this.#end - BLOCK_HEADER, 4);
    block.writeUInt32LE(crc32(block.subarray(BLOCK_HEADER)), 8);
    block.writeUInt32LE(this.#count, 12);
    block.writeDoubleLE(next, 16);
    block.writeUInt32LE(0, 24);
    block.writeUInt32LE(crc32(block.subarray(0, BLOCK_HEADER - 4)), BLOCK_HEADER - 4);
    this.#end = BLOCK_HEADER;
    this.#count = 0;
    return block;
  }
}
