import { BatchBuilder, type BatchBuilderOptions, type ProducerStamp, type SealedBatch } from '../batch/builder.ts';
import type { OffsetRange, TopicPartition } from '../types.ts';

/** Of a batch without a producer id. */
const noSequence = -1;

/**
 * What a writer holds for one partition: the open batch, sealed ones in order, and at most one in flight. One at a time keeps
 * sequence numbers in order through every retry; other partitions go on meanwhile.
 */
export class PartitionQueue implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly builder: BatchBuilder;
  /** Announced to the open transaction (transactions v1). */
  isAnnounced = false;
  readonly #ready: SealedBatch[] = [];
  #inFlight: SealedBatch | undefined;
  #nextSequence = 0;
  #firstOffset = -1;
  #lastOffset = -1;
  #records = 0;

  constructor(source: TopicPartition, options: BatchBuilderOptions) {
    this.topic = source.topic;
    this.partition = source.partition;
    this.builder = new BatchBuilder(options);
  }

  /** Closes the open batch if it has records; returns the bytes that it takes on the wire. */
  seal(): number {
    if (this.builder.count === 0) return 0;
    const sealed = this.builder.seal();
    this.#ready.push(sealed);
    return sealed.byteLength;
  }

  /** Nothing sealed, nothing in flight. */
  get isDrained(): boolean {
    return this.#ready.length === 0 && this.#inFlight === undefined;
  }

  get inFlight(): SealedBatch | undefined {
    return this.#inFlight;
  }

  /** Puts the next sealed batch in flight under the given producer; false if one is in flight already or none is sealed. */
  launch(producer: ProducerStamp): boolean {
    if (this.#inFlight || this.#ready.length === 0) return false;
    this.#inFlight = this.#ready.shift()!;
    this.#inFlight.stamp(producer, producer.producerId < 0n ? noSequence : this.#nextSequence);
    // Sequence numbers wrap from 2^31 - 1 to 0.
    this.#nextSequence = (this.#nextSequence + this.#inFlight.records) % 0x8000_0000;
    return true;
  }

  /** The batch in flight is on the log. Returns the bytes that are free again. */
  acknowledge(baseOffset: number): number {
    const batch = this.#inFlight!;
    const { byteLength } = batch;
    batch.free();
    this.#inFlight = undefined;
    if (this.#firstOffset < 0) this.#firstOffset = baseOffset;
    this.#lastOffset = baseOffset + batch.records - 1;
    this.#records += batch.records;
    return byteLength;
  }

  /** Offsets since `startRange`, or undefined if nothing was written. */
  get range(): OffsetRange | undefined {
    if (this.#firstOffset < 0) return undefined;
    return { topic: this.topic, partition: this.partition, firstOffset: this.#firstOffset, lastOffset: this.#lastOffset, records: this.#records };
  }

  startRange(): void {
    this.#firstOffset = this.#lastOffset = -1;
    this.#records = 0;
  }

  /** Drops everything that is not acknowledged. */
  clear(): void {
    this.builder.clear();
    this.#ready.length = 0;
    this.#inFlight = undefined;
  }

  /** A new producer epoch counts from zero. */
  resetSequence(): void {
    this.#nextSequence = 0;
  }
}
