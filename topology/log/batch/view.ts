import { crc32c } from '@node-rs/crc32';
import { CorruptBatchError } from '../errors.ts';
import type { TopicPartition } from '../types.ts';
import { decompress } from './compression.ts';
import { attributeBits, layout, lengthOverhead } from './format.ts';

/** One record batch, read in place: a window on the bytes of a fetch response. */
export class RecordBatchView {
  readonly source: TopicPartition;
  readonly #bytes: Buffer;

  /** `bytes` is exactly the batch, from `baseOffset` to its last record. */
  constructor(bytes: Buffer, source: TopicPartition) {
    this.#bytes = bytes;
    this.source = source;
  }

  /** Header and records as stored. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  get baseOffset(): number {
    return Number(this.#bytes.readBigInt64BE(layout.baseOffset));
  }

  /** Also after compaction: the header keeps the range that the batch once covered. */
  get lastOffset(): number {
    return this.baseOffset + this.#bytes.readInt32BE(layout.lastOffsetDelta);
  }

  get count(): number {
    return this.#bytes.readInt32BE(layout.count);
  }

  get producerId(): bigint {
    return this.#bytes.readBigInt64BE(layout.producerId);
  }

  get producerEpoch(): number {
    return this.#bytes.readInt16BE(layout.producerEpoch);
  }

  get baseSequence(): number {
    return this.#bytes.readInt32BE(layout.baseSequence);
  }

  get isTransactional(): boolean {
    return (this.#attributes & attributeBits.transactional) !== 0;
  }

  /** A control batch holds one commit or abort marker, no data. */
  get isControl(): boolean {
    return (this.#attributes & attributeBits.control) !== 0;
  }

  /** The marker is an abort (control record key: version int16, type int16; 0 = abort, 1 = commit). */
  get isAbortMarker(): boolean {
    const records = this.records();
    // Length, attributes, timestamp and offset deltas and key length of a marker are one byte each (its delta fields are 0).
    return records.length >= 9 && records.readInt16BE(7) === 0;
  }

  get baseTimestamp(): number {
    return Number(this.#bytes.readBigInt64BE(layout.baseTimestamp));
  }

  /** The broker's time for all records if the topic stamps on append, else -1. */
  get logAppendTime(): number {
    return this.#attributes & attributeBits.logAppendTime ? Number(this.#bytes.readBigInt64BE(layout.maxTimestamp)) : -1;
  }

  /** CorruptBatchError unless magic and CRC-32C are right. */
  verify(): void {
    const magic = this.#bytes.readInt8(layout.magic);
    if (magic !== 2) throw this.#corrupt(`has magic ${magic}, not 2 (written by a client or broker older than Kafka 0.11)`);
    const stored = this.#bytes.readUInt32BE(layout.crc);
    const computed = crc32c(this.#bytes.subarray(layout.attributes));
    if (stored !== computed) throw this.#corrupt(`fails its CRC-32C (stored ${stored.toString(16)}, computed ${computed.toString(16)})`);
  }

  get isCompressed(): boolean {
    return (this.#attributes & attributeBits.codec) !== 0;
  }

  /** The records, decompressed; a new buffer if they were compressed, else a window. */
  records(): Buffer {
    const records = this.#bytes.subarray(layout.records);
    if (!this.isCompressed) return records;
    try {
      return decompress(this.#attributes & attributeBits.codec, records);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'FatalError') throw cause;
      throw this.#corrupt("can't be decompressed", cause);
    }
  }

  #corrupt(what: string, cause?: unknown): CorruptBatchError {
    return new CorruptBatchError(
      `The record batch ${what}; check the disk and the network of the broker, restore the partition or skip past offset ${this.lastOffset}`,
      { ...this.source, offset: this.baseOffset, cause });
  }

  get #attributes(): number {
    return this.#bytes.readInt16BE(layout.attributes);
  }
}

/** Size of the complete batch at `at`, or 0 if the rest is a truncated one (brokers cut the last batch at the fetch size). */
export function batchSize(bytes: Buffer, at: number): number {
  if (at + layout.records > bytes.length) return 0;
  const size = lengthOverhead + bytes.readInt32BE(at + layout.length);
  return at + size > bytes.length ? 0 : size;
}

/** Complete batches of a fetch response, in offset order. */
export function* batchViews(bytes: Buffer, source: TopicPartition): Generator<RecordBatchView> {
  for (let at = 0, size = batchSize(bytes, 0); size > 0; at += size, size = batchSize(bytes, at)) {
    yield new RecordBatchView(bytes.subarray(at, at + size), source);
  }
}

/** The offset after the last complete batch, without decompressing; `fallback` if there is none. */
export function offsetAfter(bytes: Buffer, fallback: number): number {
  let next = fallback;
  for (let at = 0, size = batchSize(bytes, 0); size > 0; at += size, size = batchSize(bytes, at)) {
    next = Number(bytes.readBigInt64BE(at + layout.baseOffset)) + bytes.readInt32BE(at + layout.lastOffsetDelta) + 1;
  }
  return next;
}
