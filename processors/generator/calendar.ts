import { Slab } from '../../schemas/slab.ts';
import { MINUTE } from '../../twin/config.ts';

/** Emptied buckets kept for later minutes. */
const IDLE_BUCKETS = 2;
/** Records are sorted into slots of 2^5 ms first. */
const SLOT_SHIFT = 5;
/** Where the next record of each slot goes; sorting is synchronous, so all buckets share it. */
const slotEnds = new Int32Array((MINUTE >>> SLOT_SHIFT) + 2);

/** Encoded records of one minute of event time, in order of filing. */
class Bucket {
  readonly slab = new Slab(4096);
  count = 0;
  /** Records before this position in `sorted` have been taken. */
  taken = 0;
  sortedCount = -1;
  /** Milliseconds into the minute. */
  time = new Uint16Array(64);
  entity = new Int32Array(64);
  order = new Float64Array(64);
  start = new Int32Array(65);
  sorted = new Int32Array(64);

  clear(): void {
    this.slab.position = 0;
    this.count = 0;
    this.taken = 0;
    this.sortedCount = -1;
  }

  grow(): void {
    const size = this.time.length * 2;
    const grow = <T extends Uint16Array | Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.time = grow(this.time, new Uint16Array(size));
    this.entity = grow(this.entity, new Int32Array(size));
    this.order = grow(this.order, new Float64Array(size));
    this.start = grow(this.start, new Int32Array(size + 1));
    this.sorted = new Int32Array(size);
  }

  /** Takes over the records of another bucket of the same minute. */
  absorb(other: Bucket): void {
    while (this.time.length < this.count + other.count) this.grow();
    const { count } = this;
    this.time.set(other.time.subarray(0, other.count), count);
    this.entity.set(other.entity.subarray(0, other.count), count);
    this.order.set(other.order.subarray(0, other.count), count);
    const { slab } = this;
    const base = slab.position;
    for (let k = 0; k <= other.count; k++) this.start[count + k] = base + other.start[k];
    slab.ensure(other.slab.position);
    slab.bytes.set(other.slab.bytes.subarray(0, other.slab.position), base);
    slab.position = base + other.slab.position;
    this.count = count + other.count;
  }

  /** Sorts by (time, entity, order). Counting by slots does the bulk: a slot holds few records. */
  sort(): void {
    const { count, sorted, time } = this;
    slotEnds.fill(0);
    for (let k = 0; k < count; k++) slotEnds[(time[k] >>> SLOT_SHIFT) + 1]++;
    for (let slot = 1; slot < slotEnds.length; slot++) slotEnds[slot] += slotEnds[slot - 1];
    for (let k = 0; k < count; k++) sorted[slotEnds[time[k] >>> SLOT_SHIFT]++] = k;
    for (let k = 1; k < count; k++) {
      const at = sorted[k];
      let j = k - 1;
      while (j >= 0 && this.#after(sorted[j], at)) {
        sorted[j + 1] = sorted[j];
        j--;
      }
      sorted[j + 1] = at;
    }
    this.sortedCount = count;
  }

  #after(a: number, b: number): boolean {
    if (this.time[a] !== this.time[b]) return this.time[a] > this.time[b];
    if (this.entity[a] !== this.entity[b]) return this.entity[a] > this.entity[b];
    return this.order[a] > this.order[b];
  }
}

/** Visits one record: value bytes with the wire header, event time in ms, entity as filed. */
export type RecordSink = (time: number, entity: number, bytes: Uint8Array, start: number, end: number) => void;

/**
 * Records that are due in the future, encoded, by minute of event time. Records leave in (time, entity, order), whatever the
 * order they were filed in and however the time is cut into ticks.
 *
 * Most records fall into the minute at hand, few into later ones: one large bucket serves the former, minute after minute,
 * and small ones the latter.
 */
export class Calendar {
  readonly #open = new Bucket();
  #openMinute = NaN;
  readonly #later = new Map<number, Bucket>();
  readonly #idle: Bucket[] = [];
  readonly #header: Uint8Array;
  /** Bucket that was filed in last: the next record mostly belongs there too. */
  #lastMinute = NaN;
  #lastBucket: Bucket | null = null;

  /** @param schemaId registry id that heads every value (Confluent wire format) */
  constructor(schemaId: number) {
    this.#header = Uint8Array.of(0, schemaId >>> 24, schemaId >>> 16, schemaId >>> 8, schemaId);
  }

  /** Files one record. The minute of `time` must not have been taken past `time` already. */
  file(time: number, entity: number, order: number, encode: (slab: Slab) => void): void {
    const minute = Math.floor(time / MINUTE);
    const bucket = minute === this.#lastMinute ? this.#lastBucket! : this.#bucketOf(minute);
    const k = bucket.count++;
    if (k === bucket.time.length) bucket.grow();
    bucket.time[k] = time - minute * MINUTE;
    bucket.entity[k] = entity;
    bucket.order[k] = order;
    const { slab } = bucket;
    bucket.start[k] = slab.position;
    slab.ensure(5);
    const { bytes } = slab;
    const header = this.#header;
    let at = slab.position;
    bytes[at++] = header[0];
    bytes[at++] = header[1];
    bytes[at++] = header[2];
    bytes[at++] = header[3];
    bytes[at++] = header[4];
    slab.position = at;
    encode(slab);
    bucket.start[k + 1] = slab.position;
  }

  /** Makes `minute` (minutes since the epoch) the one at hand. The one before must have been taken whole. */
  open(minute: number): void {
    if (minute === this.#openMinute) return;
    this.#open.clear();
    this.#openMinute = minute;
    const early = this.#later.get(minute);
    if (early !== undefined) {
      this.#open.absorb(early);
      this.#release(minute, early);
    }
    this.#lastMinute = minute;
    this.#lastBucket = this.#open;
  }

  /** Takes the records of [from, to) out, in order. Both lie in one minute, or `to` on its end. */
  take(from: number, to: number, sink: RecordSink): void {
    const minute = Math.floor(from / MINUTE);
    this.open(minute);
    const bucket = this.#open;
    if (bucket.sortedCount !== bucket.count) bucket.sort();
    const base = minute * MINUTE;
    const end = to - base;
    const { sorted, time, entity, start, slab } = bucket;
    let k = bucket.taken;
    while (k < bucket.count) {
      const at = sorted[k];
      if (time[at] >= end) break;
      sink(base + time[at], entity[at], slab.bytes, start[at], start[at + 1]);
      k++;
    }
    bucket.taken = k;
  }

  clear(): void {
    this.#open.clear();
    this.#openMinute = NaN;
    for (const [minute, bucket] of this.#later) this.#release(minute, bucket);
    this.#lastMinute = NaN;
  }

  #bucketOf(minute: number): Bucket {
    let bucket = minute === this.#openMinute ? this.#open : this.#later.get(minute);
    if (bucket === undefined) {
      bucket = this.#idle.pop() ?? new Bucket();
      this.#later.set(minute, bucket);
    }
    this.#lastMinute = minute;
    this.#lastBucket = bucket;
    return bucket;
  }

  #release(minute: number, bucket: Bucket): void {
    this.#later.delete(minute);
    if (this.#idle.length < IDLE_BUCKETS) {
      bucket.clear();
      this.#idle.push(bucket);
    }
  }
}
