import type { ProducerStamp } from '../batch/builder.ts';
import type { Cluster } from '../cluster.ts';
import { LogError, RetriableError, UnknownOutcomeError } from '../errors.ts';
import { withRetry, type RetryListener } from '../net/retry.ts';
import type { BrokerConnection } from '../net/connection.ts';
import type { GroupIdentity, TopicPartition, TopicPartitionOffset } from '../types.ts';
import { addOffsets, addPartitions, commitTxnOffsets, endTxn, initProducerId } from './transaction-calls.ts';

export interface CoordinatorOptions {
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  /** How long a coordinator that moves, loads or finishes an earlier transaction is waited for. */
  readonly retryTimeoutMs: number;
  readonly onRetry?: RetryListener | undefined;
}

/** CONCURRENT_TRANSACTIONS lasts a few ms: the markers of the transaction before. */
const firstBackoffMs = 4;

/**
 * The coordinator's side of one transactional id: finds it, follows it when it moves, speaks transactions v2 where the cluster
 * has finalised them (KIP-890) and v1 otherwise.
 */
export class TransactionCoordinator {
  readonly #cluster: Cluster;
  readonly #options: CoordinatorOptions;
  readonly #lane: number;
  #producer: ProducerStamp = { producerId: -1n, producerEpoch: -1 };
  #node: number | undefined;
  #groupNode: { groupId: string; node: number } | undefined;
  #v2 = false;

  constructor(cluster: Cluster, lane: number, options: CoordinatorOptions) {
    this.#cluster = cluster;
    this.#lane = lane;
    this.#options = options;
  }

  get producer(): ProducerStamp {
    return this.#producer;
  }

  /** Transactions v2: the broker adds partitions and groups itself, and every transaction has its own epoch. */
  get isV2(): boolean {
    return this.#v2;
  }

  /** Takes the id over: fences its former writer and aborts that one's open transaction. */
  async takeOver(): Promise<void> {
    await this.#retrying(async (connection) => {
      this.#v2 = (connection.features.get('transaction.version') ?? 0) >= 2;
      this.#producer = await initProducerId(connection, this.#options.transactionalId, this.#options.transactionTimeoutMs);
    });
  }

  /** Aborts, and starts a new epoch: after a failure nobody knows which sequence numbers the brokers have seen. */
  async abortAfterFailure(): Promise<void> {
    try {
      await this.end(false);
    } catch (error) {
      // The failure came before the coordinator heard of this transaction: there is none to abort.
      if (!(error instanceof UnknownOutcomeError && error.kafkaError === 'INVALID_TXN_STATE')) throw error;
    }
    // Under v2 the abort itself has bumped the epoch.
    if (this.#v2) return;
    await this.#retrying(async (connection) => {
      this.#producer = await initProducerId(connection, this.#options.transactionalId, this.#options.transactionTimeoutMs, this.#producer);
    });
  }

  async addPartitions(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#retrying((connection) => addPartitions(connection, this.#identified, partitions));
  }

  async sendOffsets(identity: GroupIdentity, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    if (!this.#v2) await this.#retrying((connection) => addOffsets(connection, this.#identified, identity.groupId));
    await withRetry(this.#retryOptions, async () => {
      const node = await this.#groupCoordinator(identity.groupId);
      try {
        await commitTxnOffsets(await this.#cluster.writeLane(node, this.#lane), this.#identified, identity, offsets, this.#v2);
      } catch (error) {
        if (error instanceof RetriableError) this.#groupNode = undefined;
        throw error;
      }
    });
  }

  /** UnknownOutcomeError if the connection broke after the request was sent: it may or may not have happened. */
  async end(committed: boolean): Promise<void> {
    await this.#retrying(async (connection) => {
      try {
        this.#producer = await endTxn(connection, this.#identified, committed, this.#v2);
      } catch (error) {
        if (error instanceof LogError && error.kafkaError === undefined) {
          throw new UnknownOutcomeError(`${committed ? 'Commit' : 'Abort'} of ${this.#options.transactionalId} was sent, but no answer came; ` +
            'close this writer, open a new one, rebuild from the committed offset', { cause: error });
        }
        if (error instanceof LogError && error.kafkaError === 'INVALID_TXN_STATE') {
          throw new UnknownOutcomeError(`The coordinator has another state for ${this.#options.transactionalId} than this writer; ` +
            'close it, open a new one, rebuild from the committed offset', { cause: error, kafkaError: error.kafkaError });
        }
        throw error;
      }
    });
  }

  get #identified(): ProducerStamp & { transactionalId: string } {
    return { transactionalId: this.#options.transactionalId, ...this.#producer };
  }

  get #retryOptions() {
    return { timeoutMs: this.#options.retryTimeoutMs, onRetry: this.#options.onRetry, firstBackoffMs };
  }

  async #retrying(call: (connection: BrokerConnection) => Promise<void>): Promise<void> {
    await withRetry(this.#retryOptions, async () => {
      try {
        this.#node ??= await this.#cluster.coordinator('transaction', this.#options.transactionalId);
        await call(await this.#cluster.writeLane(this.#node, this.#lane));
      } catch (error) {
        if (error instanceof RetriableError && error.kafkaError !== 'CONCURRENT_TRANSACTIONS') this.#node = undefined;
        throw error;
      }
    });
  }

  async #groupCoordinator(groupId: string): Promise<number> {
    if (this.#groupNode?.groupId !== groupId) {
      this.#groupNode = { groupId, node: await this.#cluster.coordinator('group', groupId) };
    }
    return this.#groupNode.node;
  }
}
