import { free } from '../../../host/memory.ts';
import { RecordCursor } from '../batch/cursor.ts';
import { batchViews, type RecordBatchView } from '../batch/view.ts';
import type { Isolation, RecordVisitor, TopicPartition } from '../types.ts';
import { committedBatches, dataBatches } from './committed-filter.ts';
import type { FetchAnswer } from './fetch.ts';

/** What one fetch brought for one partition: raw batches that passed their CRC, decoded in place on iteration. */
export class FetchedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** First offset that this fetch covers. */
  readonly fromOffset: number;
  /** The position after it: past gaps, aborted records and control records too. */
  readonly nextOffset: number;
  /** Offset after the last replicated record. */
  readonly highWatermark: number;
  /** Everything below is decided: committed or aborted. */
  readonly lastStableOffset: number;
  /** Records below have been deleted. */
  readonly logStartOffset: number;
  readonly #answer: FetchAnswer;
  readonly #isolation: Isolation;

  constructor(source: TopicPartition, range: { from: number; next: number }, answer: FetchAnswer, isolation: Isolation) {
    this.topic = source.topic;
    this.partition = source.partition;
    this.fromOffset = range.from;
    this.nextOffset = range.next;
    this.highWatermark = answer.highWatermark;
    this.lastStableOffset = answer.lastStableOffset;
    this.logStartOffset = answer.logStartOffset;
    this.#answer = answer;
    this.#isolation = isolation;
  }

  /** Bytes as fetched, compressed. */
  get byteLength(): number {
    return this.#answer.records.length;
  }

  /** Gives the memory back; nothing of it may be read any more. */
  free(): void {
    free(this.#answer.records);
  }

  /** Data batches that the isolation level shows. */
  batches(): Generator<RecordBatchView> {
    const all = batchViews(this.#answer.records, { topic: this.topic, partition: this.partition });
    return this.#isolation === 'read_committed' ? committedBatches(all, this.#answer.aborted) : dataBatches(all);
  }

  /** A cursor over the data records in [fromOffset, nextOffset), for consumers that await between records. */
  cursor(): RecordCursor {
    return new RecordCursor(this.batches(), this.fromOffset);
  }

  /** Visits the data records in [fromOffset, nextOffset). */
  forEachRecord(visit: RecordVisitor): void {
    const cursor = this.cursor();
    while (cursor.next()) {
      visit(cursor.offset, cursor.timestamp, cursor.bytes, cursor.keyStart, cursor.keyEnd, cursor.valueStart, cursor.valueEnd,
        cursor.headersStart);
    }
  }
}
