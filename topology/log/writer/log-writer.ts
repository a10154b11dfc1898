import type { BatchBuilderOptions, ProducerStamp } from '../batch/builder.ts';
import { assertCompression } from '../batch/compression.ts';
import type { Cluster } from '../cluster.ts';
import { FatalError, FencedError, LogError, RetriableError, UnknownOutcomeError } from '../errors.ts';
import { within, withRetry, type RetryListener } from '../net/retry.ts';
import { Signal } from '../net/signal.ts';
import type { Compression, GroupIdentity, OffsetRange, RecordHeader, TopicPartitionOffset } from '../types.ts';
import { TransactionCoordinator } from './coordinator.ts';
import { deliver, type DeliveryOptions } from './delivery.ts';
import { batchOptions, checkSize } from './limits.ts';
import { PartitionQueue } from './partition-queue.ts';
import { initProducerId } from './transaction-calls.ts';

export interface LogWriterOptions {
  /** Absent: idempotent without transactions. Two writers with the same id fence each other: the later wins. Not where brokers have no transactions. */
  readonly transactionalId?: string;
  /** Default lz4. */
  readonly compression?: Compression;
  /** The broker aborts a transaction that stays open for longer. Default 60 s. */
  readonly transactionTimeoutMs?: number;
  /** Uncompressed size at which a batch is closed. Default 500,000 (brokers accept batches of 1 MiB by default). */
  readonly maxBatchBytes?: number;
  /** `append` returns false beyond this many sealed, unacknowledged bytes (as sent, compressed). Default 16 MiB. */
  readonly maxBufferedBytes?: number;
  /** How long retriable errors are retried. Default 60 s; keep it below the transaction time-out where fast hand-over matters. */
  readonly deliveryTimeoutMs?: number;
  readonly onRetry?: RetryListener;
  /** What speaks against sending just now, or null: asked before every request, for writers that the brokers do not fence. */
  readonly doubt?: () => LogError | null;
}

const closeTimeoutMs = 5_000;

/**
 * `open`: appends and flushes work. `failed`: only `abort` helps. `unusable`: only `close`; the error says why.
 */
export type WriterState = 'open' | 'failed' | 'unusable' | 'closed';

/**
 * Writes record batches, exactly once per append: idempotent, and transactional if it has a transactional id. Where the brokers have neither, at least
 * once, uncompressed, in the order of the appends of a partition: a retry may repeat a whole batch. A transaction begins with its first append or
 * `sendOffsets` and ends with `commit` or `abort`. One caller at a time: methods are not re-entrant, except that `append` may go on while `flush` is
 * pending without being covered by it.
 *
 * Back-pressure: memory is bounded only if the caller awaits `drained()` (or `flush()`) whenever `append` returns false.
 */
export class LogWriter {
  readonly transactionalId: string | null;
  readonly #cluster: Cluster;
  readonly #options: LogWriterOptions;
  readonly #coordinator: TransactionCoordinator | undefined;
  readonly #lane: number;
  readonly #progress = new Signal();
  readonly #queues: PartitionQueue[] = [];
  readonly #byTopic = new Map<string, (PartitionQueue | undefined)[]>();
  readonly #maxBufferedBytes: number;
  readonly #batchOptions: BatchBuilderOptions;
  #idempotentProducer: ProducerStamp = { producerId: -1n, producerEpoch: -1 };
  #lastTopic = '';
  #lastQueues: (PartitionQueue | undefined)[] = [];
  #state: WriterState = 'open';
  #error: LogError | undefined;
  #bufferedBytes = 0;
  #deliveries = new Set<Promise<void>>();
  #cancel = new AbortController();
  /** The coordinator may know of this transaction, so it must be ended. */
  #begun = false;

  private constructor(cluster: Cluster, options: LogWriterOptions) {
    const { profile } = cluster;
    if (options.transactionalId !== undefined && !profile.transactions) throw new FatalError(`Brokers of the profile ${profile.name} have no transactions`);
    this.#batchOptions = batchOptions(profile, options);
    assertCompression(this.#batchOptions.compression);
    this.#cluster = cluster;
    this.#options = options;
    this.#lane = cluster.claimLane();
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 16 << 20;
    this.transactionalId = options.transactionalId ?? null;
    if (options.transactionalId !== undefined) {
      this.#coordinator = new TransactionCoordinator(cluster, this.#lane, {
        transactionalId: options.transactionalId,
        transactionTimeoutMs: options.transactionTimeoutMs ?? 60_000,
        retryTimeoutMs: options.deliveryTimeoutMs ?? 60_000,
        onRetry: options.onRetry,
      });
    }
  }

  /** With a transactional id: fences its former writer and aborts what that one left open, before this resolves. */
  static async open(cluster: Cluster, options: LogWriterOptions = {}): Promise<LogWriter> {
    const writer = new LogWriter(cluster, options);
    if (writer.#coordinator) {
      await writer.#coordinator.takeOver();
    } else if (cluster.profile.transactions) {
      writer.#idempotentProducer = await withRetry({ timeoutMs: options.deliveryTimeoutMs ?? 60_000, onRetry: options.onRetry },
        async () => initProducerId(await cluster.control(), null, 0));
    }
    return writer;
  }

  get state(): WriterState {
    return this.#state;
  }

  /** Transactions v2 (KIP-890) are in use. */
  get isTransactionV2(): boolean {
    return this.#coordinator?.isV2 ?? false;
  }

  /** Sealed bytes that are not acknowledged yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /**
   * Copies one record into the open batch of its partition; `value[valueStart, valueEnd)` is the value, null a tombstone.
   * False: await `drained()` before the next append. Throws the error that broke the writer, if one did.
   * @param valueView of `value`, where the caller has one: makes the copy cheap
   */
  append(
    topic: string, partition: number, timestampMs: number, key: Uint8Array | null, value: Uint8Array | null,
    valueStart = 0, valueEnd = value === null ? 0 : value.length, headers?: readonly RecordHeader[], valueView?: DataView,
  ): boolean {
    if (this.#state !== 'open') throw this.#refusal();
    checkSize(this.#cluster.profile, topic, partition, key === null ? 0 : key.length, valueEnd - valueStart);
    if (topic !== this.#lastTopic) this.#selectTopic(topic);
    const queue = this.#lastQueues[partition] ?? this.#addQueue(topic, partition);
    if (!queue.builder.append(timestampMs, key, value, valueStart, valueEnd, headers, valueView)) {
      this.#bufferedBytes += queue.seal();
      queue.builder.append(timestampMs, key, value, valueStart, valueEnd, headers, valueView);
      this.#launch([queue]);
    }
    return this.#bufferedBytes < this.#maxBufferedBytes;
  }

  /** Resolves when sealed bytes are below the bound; rejects if the writer breaks. */
  async drained(): Promise<void> {
    while (this.#state === 'open' && this.#bufferedBytes >= this.#maxBufferedBytes) await this.#progress.wait();
    if (this.#state !== 'open') throw this.#refusal();
  }

  /**
   * Sends everything appended so far and waits until all replicas in sync have it. Offsets of the open transaction so far, also
   * those of earlier flushes; without transactions, of the records since the last flush.
   */
  async flush(): Promise<OffsetRange[]> {
    if (this.#state !== 'open') throw this.#refusal();
    for (const queue of this.#queues) this.#bufferedBytes += queue.seal();
    const unsent = this.#queues.filter((queue) => !queue.isDrained);
    this.#launch(unsent);
    while (this.#state === 'open' && unsent.some((queue) => !queue.isDrained)) await this.#progress.wait();
    if (this.#state !== 'open') throw this.#refusal();
    const ranges = this.#queues.flatMap((queue) => queue.range ?? []);
    if (!this.#coordinator) for (const queue of this.#queues) queue.startRange();
    return ranges;
  }

  /** Makes input offsets part of the transaction. IllegalGenerationError if the group moved on: then abort. */
  async sendOffsets(identity: GroupIdentity, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    if (this.#state !== 'open') throw this.#refusal();
    if (!this.#coordinator) throw new FatalError('sendOffsets needs a writer with a transactional id');
    if (offsets.length === 0) return;
    this.#begun = true;
    await this.#guard(this.#coordinator.sendOffsets(identity, offsets));
  }

  /**
   * Flushes, then commits. Offsets of the transaction's records. UnknownOutcomeError: the writer is unusable. The decision is durable
   * when this resolves; the brokers write the markers that let read_committed readers see it a few ms later.
   */
  async commit(): Promise<OffsetRange[]> {
    if (!this.#coordinator) throw new FatalError('commit needs a writer with a transactional id; use flush');
    const ranges = await this.flush();
    if (this.#begun) await this.#guard(this.#coordinator.end(true));
    this.#nextTransaction();
    return ranges;
  }

  /** Drops what is not sent, aborts what is. The writer is `open` again, unless it is unusable. */
  async abort(): Promise<void> {
    if (!this.#coordinator) throw new FatalError('abort needs a writer with a transactional id');
    if (this.#state === 'unusable' || this.#state === 'closed') throw this.#refusal();
    this.#cancel.abort();
    await Promise.all(this.#deliveries);
    for (const queue of this.#queues) queue.clear();
    this.#bufferedBytes = 0;
    if (this.#begun) {
      await this.#guard(this.#state === 'failed' ? this.#coordinator.abortAfterFailure() : this.#coordinator.end(false));
      if (this.#state === 'failed') for (const queue of this.#queues) queue.resetSequence();
    }
    this.#cancel = new AbortController();
    this.#state = 'open';
    this.#error = undefined;
    this.#nextTransaction();
  }

  /** Aborts an open transaction if the coordinator answers within 5 s; unsent records of a writer without transactions are dropped. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    if (this.#coordinator && this.#begun && this.#state !== 'unusable') {
      // If it can't be reached, the coordinator aborts at the time-out, or when the next writer takes over.
      await within(closeTimeoutMs, this.abort().catch(() => {}));
    }
    this.#cancel.abort();
    await Promise.all(this.#deliveries);
    this.#state = 'closed';
    this.#progress.notify();
  }

  #selectTopic(topic: string): void {
    let queues = this.#byTopic.get(topic);
    if (!queues) this.#byTopic.set(topic, queues = []);
    this.#lastTopic = topic;
    this.#lastQueues = queues;
  }

  #addQueue(topic: string, partition: number): PartitionQueue {
    const queue = new PartitionQueue({ topic, partition }, this.#batchOptions);
    this.#lastQueues[partition] = queue;
    this.#queues.push(queue);
    return queue;
  }

  /** Puts the next batch of each idle queue in flight, and again when that one is acknowledged. */
  #launch(queues: readonly PartitionQueue[]): void {
    // What waits behind a batch in flight is not to follow it into a transaction that is being aborted.
    if (this.#cancel.signal.aborted) return;
    const producer = this.#coordinator?.producer ?? this.#idempotentProducer;
    const launched = queues.filter((queue) => queue.launch(producer));
    if (launched.length === 0) return;
    this.#begun = true;
    const delivery = this.#deliver(launched).catch((error: unknown) => void this.#break(error));
    this.#deliveries.add(delivery);
    void delivery.finally(() => this.#deliveries.delete(delivery));
  }

  async #deliver(queues: readonly PartitionQueue[]): Promise<void> {
    if (this.#coordinator && !this.#coordinator.isV2) {
      const unannounced = queues.filter((queue) => !queue.isAnnounced);
      if (unannounced.length > 0) await this.#coordinator.addPartitions(unannounced);
      for (const queue of unannounced) queue.isAnnounced = true;
    }
    await deliver(this.#cluster, queues, this.#deliveryOptions);
  }

  get #deliveryOptions(): DeliveryOptions {
    return {
      transactionalId: this.transactionalId,
      versions: () => (this.#coordinator?.isV2 ? { min: 12, max: 12 } : { min: 9, max: this.#coordinator ? 11 : 12 }),
      lane: this.#lane,
      timeoutMs: this.#options.deliveryTimeoutMs ?? 60_000,
      signal: this.#cancel.signal,
      onRetry: this.#options.onRetry,
      doubt: this.#options.doubt,
      onDelivered: (queue, baseOffset) => {
        this.#bufferedBytes -= queue.acknowledge(baseOffset);
        if (this.#state === 'open') this.#launch([queue]);
        this.#progress.notify();
      },
    };
  }

  #nextTransaction(): void {
    this.#begun = false;
    for (const queue of this.#queues) {
      queue.startRange();
      queue.isAnnounced = false;
      if (this.#coordinator?.isV2) queue.resetSequence();
    }
  }

  async #guard(call: Promise<void>): Promise<void> {
    try {
      await call;
    } catch (error) {
      throw this.#break(error);
    }
  }

  /** Notes what broke the writer; returns it as the error to throw. */
  #break(error: unknown): LogError {
    let reason = error instanceof LogError ? error : new FatalError('Writing failed', { cause: error });
    if (!this.#coordinator && reason instanceof RetriableError) {
      reason = new UnknownOutcomeError('Records were sent, but whether they are on the log is unknown; open a new writer',
        { topic: reason.topic, partition: reason.partition, kafkaError: reason.kafkaError, cause: reason });
    }
    if (this.#state === 'open' || this.#state === 'failed') {
      const final = !this.#coordinator || reason instanceof FencedError || reason instanceof UnknownOutcomeError;
      this.#state = final ? 'unusable' : 'failed';
      this.#error = reason;
    }
    this.#progress.notify();
    return reason;
  }

  #refusal(): LogError {
    return this.#error ?? new FatalError(`The writer is ${this.#state}`);
  }
}
