import { free } from '../../../host/memory.ts';
import { CorruptBatchError } from '../errors.ts';
import type { RecordBatchView } from './view.ts';

/**
 * Walks the data records of some batches: one object, whose fields each `next()` rewrites. Fields are positions in `bytes`, which
 * is one decompressed batch, whose memory is given back when the next begins; copy what must outlive the next call. A null key or
 * value starts (and ends) at -1.
 */
export class RecordCursor {
  bytes: Buffer = Buffer.alloc(0);
  offset = -1;
  /** Create time or, if the topic stamps on append, the broker's; ms. */
  timestamp = -1;
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  headersStart = -1;

  readonly #batches: Iterator<RecordBatchView>;
  readonly #from: number;
  #batch: RecordBatchView | undefined;
  #at = 0;
  #left = 0;
  #baseOffset = 0;
  #baseTimestamp = 0;
  #logAppendTime = -1;

  /** `from` cuts the first batch: a fetch returns the whole batch that contains the requested offset. */
  constructor(batches: Iterator<RecordBatchView>, from: number) {
    this.#batches = batches;
    this.#from = from;
  }

  /** Moves to the next record; false at the end. CorruptBatchError if a record contradicts its batch. */
  next(): boolean {
    do {
      if (this.#left === 0 && !this.#enter()) return false;
      this.#decode();
    } while (this.offset < this.#from);
    return true;
  }

  #enter(): boolean {
    while (this.#left === 0) {
      if (this.#batch?.isCompressed === true) free(this.bytes);
      const batch = this.#batches.next();
      if (batch.done) {
        this.#batch = undefined;
        return false;
      }
      this.#batch = batch.value;
      this.#left = batch.value.count;
      this.#baseOffset = batch.value.baseOffset;
      this.#baseTimestamp = batch.value.baseTimestamp;
      this.#logAppendTime = batch.value.logAppendTime;
      this.bytes = batch.value.records();
      this.#at = 0;
    }
    return true;
  }

  #decode(): void {
    const length = this.#varint();
    const end = this.#at + length;
    this.#at++; // attributes, unused
    const timestampDelta = this.#varint();
    this.offset = this.#baseOffset + this.#varint();
    this.timestamp = this.#logAppendTime >= 0 ? this.#logAppendTime : this.#baseTimestamp + timestampDelta;
    const keyLength = this.#varint();
    this.keyStart = keyLength < 0 ? -1 : this.#at;
    this.keyEnd = keyLength < 0 ? -1 : (this.#at += keyLength);
    const valueLength = this.#varint();
    this.valueStart = valueLength < 0 ? -1 : this.#at;
    this.valueEnd = valueLength < 0 ? -1 : (this.#at += valueLength);
    this.headersStart = this.#at;
    // Negated, so that NaN (a varint past the end of the buffer) counts as corrupt too.
    if (!(length >= 0 && this.#at < end && end <= this.bytes.length)) this.#corrupt();
    this.#at = end;
    this.#left--;
  }

  /** A zigzag varint of up to 53 bits. */
  #varint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.#at++];
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let u = byte & 0x7f;
    byte = bytes[this.#at++]!;
    u |= (byte & 0x7f) << 7;
    if (byte >= 0x80) {
      byte = bytes[this.#at++]!;
      u |= (byte & 0x7f) << 14;
      if (byte >= 0x80) {
        byte = bytes[this.#at++]!;
        u |= (byte & 0x7f) << 21;
        if (byte >= 0x80) return this.#longVarint(u);
      }
    }
    return (u >>> 1) ^ -(u & 1);
  }

  #longVarint(low: number): number {
    let u = low;
    let scale = 0x1000_0000;
    let byte: number;
    do {
      byte = this.bytes[this.#at++]!;
      u += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return u % 2 === 0 ? u / 2 : -(u + 1) / 2;
  }

  #corrupt(): never {
    throw new CorruptBatchError('A record runs past its batch; restore the partition or skip the offset by hand',
      { ...this.#batch?.source, offset: this.offset });
  }
}
