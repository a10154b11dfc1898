import { batchViews, offsetAfter } from '../batch/view.ts';
import type { Cluster } from '../cluster.ts';
import { FatalError, LogError, OffsetOutOfRangeError, RetriableError } from '../errors.ts';
import { Code, errorOf, isRetriable } from '../net/codes.ts';
import { backoffMs, sleep, type RetryListener } from '../net/retry.ts';
import { Signal } from '../net/signal.ts';
import type { Isolation, TopicPartition, TopicPartitionOffset } from '../types.ts';
import { BrokerFetcher, type FetchHost } from './broker-fetcher.ts';
import type { FetchAnswer, FetchSettings } from './fetch.ts';
import { FetchedPartition } from './fetched.ts';
import { lookUpLeaders } from './leader-lookup.ts';
import { PartitionState, type ReaderTarget } from './partition-state.ts';

export interface LogReaderOptions {
  /** Default read_committed, and the only one where the brokers have no transactions: it shows all there. */
  readonly isolation?: Isolation;
  /** How long a broker holds a poll that has nothing; also the longest that a new assignment waits. Default 250 ms. */
  readonly maxWaitMs?: number;
  /** Default 1. */
  readonly minBytes?: number;
  /** Per fetch. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Per fetch and partition. Default 2 MiB. */
  readonly maxPartitionBytes?: number;
  /** Fetching rests while this many (compressed) bytes are undelivered. Default 8 MiB. */
  readonly maxBufferedBytes?: number;
  readonly onRetry?: RetryListener;
}

interface Buffered {
  readonly state: PartitionState;
  readonly fetched: FetchedPartition;
}

/**
 * Reads partitions from given offsets, batch by batch. Leader changes, broker restarts and network failures are retried without
 * end (watch `onRetry`); what can't be retried rejects `poll`: OffsetOutOfRangeError, CorruptBatchError, FatalError,
 * AuthenticationError. Positions are fetch positions: they move past aborted records, control records and compacted gaps.
 * One caller polls; the methods that change the assignment may be called at any time.
 */
export class LogReader {
  readonly #cluster: Cluster;
  readonly #options: LogReaderOptions;
  readonly #states = new Map<string, PartitionState>();
  readonly #fetchers = new Map<number, BrokerFetcher<ReaderTarget>>();
  readonly #changed = new Signal();
  readonly #arrived = new Signal();
  readonly #closing = new AbortController();
  readonly #host: FetchHost<ReaderTarget>;
  readonly #maxBufferedBytes: number;
  readonly #isolation: Isolation;
  #buffer: Buffered[] = [];
  #bufferedBytes = 0;
  #failure: LogError | undefined;
  #rotation = 0;
  #lookup: Promise<void> | undefined;

  constructor(cluster: Cluster, options: LogReaderOptions = {}) {
    this.#cluster = cluster;
    this.#options = options;
    this.#isolation = cluster.profile.uncommittedReads ? options.isolation ?? 'read_committed' : 'read_committed';
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 8 << 20;
    const settings: FetchSettings = {
      isolation: this.#isolation,
      maxWaitMs: options.maxWaitMs ?? 250,
      minBytes: options.minBytes ?? 1,
      maxBytes: options.maxBytes ?? 4 << 20,
      maxPartitionBytes: options.maxPartitionBytes ?? 2 << 20,
      topicIds: cluster.profile.topicIds,
    };
    this.#host = {
      settings,
      changed: this.#changed,
      targets: (nodeId) => this.#targets(nodeId),
      accept: (target, answer) => this.#accept(target, answer),
      brokerFailed: (nodeId, error, attempt) => this.#brokerFailed(nodeId, error, attempt),
      fail: (error) => this.#fail(error),
    };
  }

  /** Adds partitions, or moves those assigned already to a new offset (their undelivered data is dropped). */
  assign(assignments: readonly TopicPartitionOffset[]): void {
    if (this.#closing.signal.aborted) throw new FatalError('The reader is closed');
    for (const assignment of assignments) {
      const key = keyOf(assignment);
      const old = this.#states.get(key);
      if (old) this.#forget(old);
      this.#states.set(key, new PartitionState(assignment));
    }
    this.#lookUp();
  }

  unassign(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const state = this.#states.get(keyOf(partition));
      if (!state) continue;
      this.#states.delete(keyOf(partition));
      this.#forget(state);
    }
    this.#changed.notify();
  }

  /** Holds back what is buffered and fetches no more. */
  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#state(partition).paused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#state(partition).paused = false;
    this.#changed.notify();
    this.#arrived.notify();
  }

  get assignment(): TopicPartition[] {
    return [...this.#states.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** Next offset that `poll` will cover. */
  position(topic: string, partition: number): number {
    return this.#state({ topic, partition }).position;
  }

  /** Fetched (compressed) bytes that `poll` has not returned yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** As of the latest fetch; -1 before the first. */
  highWatermark(topic: string, partition: number): number {
    return this.#state({ topic, partition }).highWatermark;
  }

  /** As of the latest fetch; -1 before the first. */
  lastStableOffset(topic: string, partition: number): number {
    return this.#state({ topic, partition }).lastStableOffset;
  }

  /**
   * What has arrived, waiting up to `timeoutMs` for something; [] on time-out. Includes partitions that only moved past aborted
   * or control records. `position` has moved when this resolves.
   */
  async poll(timeoutMs: number): Promise<FetchedPartition[]> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      this.#throwFailure();
      const ready = this.#take();
      const left = deadline - performance.now();
      if (ready.length > 0 || left <= 0 || this.#closing.signal.aborted) return ready;
      await this.#arrived.wait(left);
    }
  }

  /** Ends polls and fetches, closes this reader's connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#arrived.notify();
    this.#changed.notify();
    await Promise.all([...this.#fetchers.values()].map((fetcher) => fetcher.stop()));
    await this.#lookup;
    this.#states.clear();
    this.#buffer = [];
  }

  #take(): FetchedPartition[] {
    const ready: FetchedPartition[] = [];
    const held: Buffered[] = [];
    for (const entry of this.#buffer) {
      if (entry.state.paused) {
        held.push(entry);
        continue;
      }
      entry.state.position = entry.fetched.nextOffset;
      this.#bufferedBytes -= entry.fetched.byteLength;
      ready.push(entry.fetched);
    }
    this.#buffer = held;
    if (ready.length > 0) this.#changed.notify();
    return ready;
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure;
    for (const state of this.#states.values()) if (state.failure && !this.#buffer.some((entry) => entry.state === state)) throw state.failure;
  }

  #targets(nodeId: number): ReaderTarget[] {
    if (this.#bufferedBytes >= this.#maxBufferedBytes) return [];
    const targets: ReaderTarget[] = [];
    for (const state of this.#states.values()) {
      if (state.leader !== nodeId || state.paused || state.failure) continue;
      targets.push({ topic: state.topic, topicId: state.topicId, partition: state.partition, offset: state.fetchOffset, state });
    }
    // Brokers fill an answer in the order of the request, and return an oversize batch only for the first partition in it.
    const first = targets.length === 0 ? 0 : this.#rotation++ % targets.length;
    return [...targets.slice(first), ...targets.slice(0, first)];
  }

  #accept(target: ReaderTarget, answer: FetchAnswer | undefined): void {
    const { state, offset } = target;
    if (this.#states.get(keyOf(state)) !== state || state.fetchOffset !== offset) return;
    if (!answer || answer.errorCode !== 0) {
      this.#partitionFailed(state, answer?.errorCode ?? Code.UNKNOWN_TOPIC_OR_PARTITION, answer);
      return;
    }
    state.highWatermark = answer.highWatermark;
    state.lastStableOffset = answer.lastStableOffset;
    const next = offsetAfter(answer.records, offset);
    if (next <= offset) return;
    try {
      for (const batch of batchViews(answer.records, state)) batch.verify();
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      state.failure = error;
      this.#arrived.notify();
      return;
    }
    state.fetchOffset = next;
    const fetched = new FetchedPartition(state, { from: offset, next }, answer, this.#isolation);
    this.#buffer.push({ state, fetched });
    this.#bufferedBytes += fetched.byteLength;
    this.#arrived.notify();
  }

  #partitionFailed(state: PartitionState, code: number, answer: FetchAnswer | undefined): void {
    if (code === Code.OFFSET_OUT_OF_RANGE) {
      state.failure = new OffsetOutOfRangeError(
        `The position is not on the log (log start ${answer?.logStartOffset}, high watermark ${answer?.highWatermark}): ` +
        'retention deleted it or the topic was recreated; restore from a snapshot or start anew, by hand',
        { topic: state.topic, partition: state.partition, offset: state.fetchOffset, kafkaError: 'OFFSET_OUT_OF_RANGE' });
    } else if (isRetriable(code) || code === Code.UNKNOWN_SERVER_ERROR) {
      state.leader = -1;
      this.#cluster.invalidate(state.topic);
      this.#options.onRetry?.(errorOf(code, 'Fetch', { topic: state.topic, partition: state.partition, offset: state.fetchOffset }), 1);
      this.#lookUp();
    } else {
      state.failure = errorOf(code, 'Fetch', { topic: state.topic, partition: state.partition, offset: state.fetchOffset }, { topic: 'Read' });
    }
    this.#arrived.notify();
  }

  #brokerFailed(nodeId: number, error: LogError, attempt: number): void {
    this.#options.onRetry?.(error, attempt);
    for (const state of this.#states.values()) {
      if (state.leader !== nodeId) continue;
      state.leader = -1;
      this.#cluster.invalidate(state.topic);
    }
    this.#lookUp();
  }

  #fail(error: LogError): void {
    this.#failure ??= error;
    this.#arrived.notify();
  }

  #lookUp(): void {
    this.#lookup ??= this.#runLookup()
      .catch((error: unknown) => this.#fail(error instanceof LogError ? error : new LogError('Metadata look-up stopped', { cause: error })))
      .finally(() => { this.#lookup = undefined; });
  }

  async #runLookup(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (attempt > 0) await sleep(backoffMs(attempt - 1), signal);
      const missing = [...this.#states.values()].filter((state) => state.leader < 0 && !state.failure);
      if (missing.length === 0) return;
      const retriable = await lookUpLeaders(this.#cluster, missing);
      if (signal.aborted) return;
      if (retriable) this.#options.onRetry?.(retriable instanceof RetriableError ? retriable : new RetriableError(retriable.message, { cause: retriable }), attempt + 1);
      for (const { leader } of missing) {
        if (leader >= 0 && !this.#fetchers.has(leader)) this.#fetchers.set(leader, new BrokerFetcher(this.#cluster, leader, this.#host));
      }
      this.#changed.notify();
      if (missing.some((state) => state.failure)) this.#arrived.notify();
    }
  }

  #forget(state: PartitionState): void {
    this.#buffer = this.#buffer.filter((entry) => {
      if (entry.state !== state) return true;
      this.#bufferedBytes -= entry.fetched.byteLength;
      return false;
    });
  }

  #state(partition: TopicPartition): PartitionState {
    const state = this.#states.get(keyOf(partition));
    if (!state) throw new FatalError('The partition is not assigned to this reader', { topic: partition.topic, partition: partition.partition });
    return state;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
