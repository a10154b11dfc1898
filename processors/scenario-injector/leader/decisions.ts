import { FencedError, readRange, type Cluster, type LogWriter, type RecordHeader } from '../../../topology/log/index.ts';
import { stepHeader, stepOf, type Step } from '../../records/index.ts';

/**
 * Decides steps without transactions: by appending to `clock_state`, whose one partition orders what all leaders, also replaced ones, append. The
 * first record with a number is the decision; a leader that finds itself second has been replaced and has written nothing else for that step.
 */
export class Decisions {
  readonly #cluster: Cluster;
  readonly #writer: LogWriter;
  readonly #topic: string;
  /** Offset behind the last record known. */
  #end: number;
  #number: number;

  /** @param last number of the last step on the log, and the offset behind all that was read of it */
  constructor(cluster: Cluster, writer: LogWriter, topic: string, last: { readonly number: number; readonly end: number }) {
    this.#cluster = cluster;
    this.#writer = writer;
    this.#topic = topic;
    this.#end = last.end;
    this.#number = last.number;
  }

  /**
   * Resolves when this step, and no other, has the next number. Nothing else may wait in the writer.
   * @throws FencedError when another leader decided it
   */
  async decide(step: Omit<Step, 'number'>, time: number, key: Buffer, value: Buffer): Promise<void> {
    const decided: Step = { ...step, number: this.#number + 1 };
    const headers: RecordHeader[] = [stepHeader(decided)];
    this.#writer.append(this.#topic, 0, time, key, value, undefined, undefined, headers);
    const range = (await this.#writer.flush()).find(({ topic }) => topic === this.#topic);
    if (range === undefined) throw new Error('a flushed record has no offset');
    if (range.firstOffset > this.#end) await this.#requireFirst(decided, value, range.firstOffset);
    this.#end = range.lastOffset + 1;
    this.#number = decided.number;
  }

  /** Others have appended meanwhile, or our own request was repeated. */
  async #requireFirst(own: Step, ownValue: Buffer, offset: number): Promise<void> {
    let other: number | null = null;
    await readRange(this.#cluster, this.#topic, 0, this.#end, offset, (at, _time, bytes, _keyStart, _keyEnd, valueStart, valueEnd, headersStart) => {
      const step = stepOf(bytes, headersStart);
      const isOwn = step?.number === own.number && ownValue.compare(bytes, valueStart, valueEnd) === 0;
      if (step !== null && step.number >= own.number && !isOwn) other ??= at;
    });
    if (other !== null) {
      throw new FencedError(`Another leader decided step ${own.number} first; confirm ownership by a heartbeat, then start over from the log`,
        { topic: this.#topic, partition: 0, offset: other });
    }
  }
}
