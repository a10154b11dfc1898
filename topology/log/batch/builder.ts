import { crc32c } from '@node-rs/crc32';
import { free } from '../../../host/memory.ts';
import type { Compression, RecordHeader } from '../types.ts';
import { codecIds, compress } from './compression.ts';
import { attributeBits, layout, lengthOverhead } from './format.ts';
import { sizeOfZigzag32, sizeOfZigzag53, writeZigzag32, writeZigzag53 } from './varint.ts';

/** Who wrote a batch, for idempotence; -1s for neither. */
export interface ProducerStamp {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** A closed batch: complete but for the producer's stamp, which is only known when it is sent. */
export class SealedBatch {
  readonly records: number;
  readonly #header: Buffer;
  readonly #body: Buffer;

  constructor(header: Buffer, body: Buffer, records: number) {
    this.#header = header;
    this.#body = body;
    this.records = records;
  }

  /** Bytes on the wire. */
  get byteLength(): number {
    return this.#header.length + this.#body.length;
  }

  /** Header and records; valid on the log after `stamp`. */
  get parts(): readonly [Buffer, Buffer] {
    return [this.#header, this.#body];
  }

  /** Writes producer and first sequence number, then the checksum. A retry of a batch must not be stamped anew. */
  stamp(producer: ProducerStamp, baseSequence: number): void {
    const header = this.#header;
    header.writeBigInt64BE(producer.producerId, layout.producerId);
    header.writeInt16BE(producer.producerEpoch, layout.producerEpoch);
    header.writeInt32BE(baseSequence, layout.baseSequence);
    header.writeUInt32BE(crc32c(this.#body, crc32c(header.subarray(layout.attributes))), layout.crc);
  }

  /** Gives its memory back. Nothing may send it any more. */
  free(): void {
    free(this.#body);
  }
}

export interface BatchBuilderOptions {
  readonly compression: Compression;
  readonly transactional: boolean;
  /** Uncompressed size, batch header included, that a batch does not exceed (unless a single record does). */
  readonly maxBytes: number;
}

const initialBytes = 16 * 1024;
/** Below this, a copy loop beats the call into native code (30 to 100 ns, whatever the size). */
const smallCopy = 48;
/** Bytes that are copied at once where the source has a view: a third of the time of the call. */
const wordBytes = 8;
/** Bytes behind a record that a copy in words may write. */
const overshoot = wordBytes - 1;

/**
 * Builds one partition's record batches row by row in one slab that is reused, without allocating per record. `append`
 * returns false, having done nothing, when the record belongs in the next batch: `seal()` this one, then append again.
 */
export class BatchBuilder {
  readonly #options: BatchBuilderOptions;
  #slab = Buffer.allocUnsafeSlow(initialBytes);
  #view = new DataView(this.#slab.buffer);
  #end: number = layout.records;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  constructor(options: BatchBuilderOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** Uncompressed bytes so far, header included. */
  get byteLength(): number {
    return this.#end;
  }

  /** Copies a record. Null value = tombstone. @param valueView of `value`, where the caller has one: makes the copy cheap */
  append(
    timestampMs: number, key: Uint8Array | null, value: Uint8Array | null, valueStart: number, valueEnd: number,
    headers?: readonly RecordHeader[], valueView?: DataView,
  ): boolean {
    if (this.#count === 0) this.#baseTimestamp = this.#maxTimestamp = timestampMs;
    const timestampDelta = timestampMs - this.#baseTimestamp;
    const keyLength = key === null ? -1 : key.length;
    const valueLength = value === null ? -1 : valueEnd - valueStart;
    const recordLength = 1 + sizeOfZigzag53(timestampDelta) + sizeOfZigzag32(this.#count) +
      sizeOfZigzag32(keyLength) + (key === null ? 0 : keyLength) +
      sizeOfZigzag32(valueLength) + (value === null ? 0 : valueLength) +
      (headers === undefined ? 1 : sizeOfHeaders(headers));
    const needed = this.#end + sizeOfZigzag32(recordLength) + recordLength;
    if (needed > this.#options.maxBytes && this.#count > 0) return false;
    if (needed + overshoot > this.#slab.length) this.#grow(needed + overshoot);

    const slab = this.#slab;
    let at = writeZigzag32(slab, this.#end, recordLength);
    slab[at++] = 0; // attributes, unused
    at = writeZigzag53(slab, at, timestampDelta);
    at = writeZigzag32(slab, at, this.#count);
    at = writeZigzag32(slab, at, keyLength);
    if (key !== null) at = copy(key, 0, keyLength, slab, at);
    at = writeZigzag32(slab, at, valueLength);
    if (value !== null) {
      if (valueView !== undefined && valueEnd + overshoot <= valueView.byteLength) at = copyWords(valueView, valueStart, valueEnd, this.#view, at);
      else at = copy(value, valueStart, valueEnd, slab, at);
    }
    if (headers === undefined) slab[at++] = 0;
    else at = writeHeaders(slab, at, headers);

    this.#end = at;
    this.#count++;
    if (timestampMs > this.#maxTimestamp) this.#maxTimestamp = timestampMs;
    return true;
  }

  /** Closes the batch and starts the next one in the same slab. */
  seal(): SealedBatch {
    const body = compress(this.#options.compression, this.#slab.subarray(layout.records, this.#end));
    const header = Buffer.allocUnsafe(layout.records);
    header.writeBigInt64BE(0n, layout.baseOffset);
    header.writeInt32BE(layout.records - lengthOverhead + body.length, layout.length);
    header.writeInt32BE(-1, layout.leaderEpoch);
    header.writeInt8(2, layout.magic);
    header.writeInt16BE(
      codecIds[this.#options.compression] | (this.#options.transactional ? attributeBits.transactional : 0), layout.attributes);
    header.writeInt32BE(this.#count - 1, layout.lastOffsetDelta);
    header.writeBigInt64BE(BigInt(this.#baseTimestamp), layout.baseTimestamp);
    header.writeBigInt64BE(BigInt(this.#maxTimestamp), layout.maxTimestamp);
    header.writeInt32BE(this.#count, layout.count);
    const sealed = new SealedBatch(header, body, this.#count);
    this.clear();
    return sealed;
  }

  /** Drops what was appended since the last seal. */
  clear(): void {
    this.#end = layout.records;
    this.#count = 0;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.#slab.length * 2, this.#options.maxBytes + overshoot)));
    this.#slab.copy(larger, 0, 0, this.#end);
    this.#slab = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** `Buffer.prototype.copy` also takes a plain Uint8Array as its source, and makes no view as `set(subarray)` would. */
const copyBytes = Reflect.get(Buffer.prototype as object, 'copy') as (this: Uint8Array, to: Buffer, at: number, start: number, end: number) => number;

function copy(from: Uint8Array, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > smallCopy) return at + copyBytes.call(from, to, at, start, end);
  while (start < end) to[at++] = from[start++]!;
  return at;
}

/** Reads and writes up to `overshoot` bytes beyond the end. The words are never numbers of their own: V8 keeps them in a register. */
function copyWords(from: DataView, start: number, end: number, to: DataView, at: number): number {
  const behind = at + end - start;
  for (; start < end; start += wordBytes, at += wordBytes) to.setBigUint64(at, from.getBigUint64(start, true), true);
  return behind;
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = sizeOfZigzag32(headers.length);
  for (const { key, value } of headers) {
    const keyLength = Buffer.byteLength(key);
    size += sizeOfZigzag32(keyLength) + keyLength;
    size += value === null ? 1 : sizeOfZigzag32(value.length) + value.length;
  }
  return size;
}

function writeHeaders(slab: Buffer, at: number, headers: readonly RecordHeader[]): number {
  at = writeZigzag32(slab, at, headers.length);
  for (const { key, value } of headers) {
    const keyBytes = Buffer.from(key);
    at = writeZigzag32(slab, at, keyBytes.length);
    at = copy(keyBytes, 0, keyBytes.length, slab, at);
    at = writeZigzag32(slab, at, value === null ? -1 : value.length);
    if (value !== null) at = copy(value, 0, value.length, slab, at);
  }
  return at;
}
