import type { Cluster } from '../cluster.ts';
import { LogError, RetriableError } from '../errors.ts';
import { errorOf } from '../net/codes.ts';
import type { BrokerConnection } from '../net/connection.ts';
import { backoffMs, sleep } from '../net/retry.ts';
import type { Signal } from '../net/signal.ts';
import { answerKey, fetchesById, fetchOnce, type FetchAnswer, type FetchSettings, type FetchTarget } from './fetch.ts';

/** What a fetcher needs from its reader. */
export interface FetchHost<Target extends FetchTarget> {
  readonly settings: FetchSettings;
  /** Fires when `targets` may have changed. */
  readonly changed: Signal;
  /** What to fetch from a broker now; [] while there is nothing, or too much is buffered already. */
  targets(nodeId: number): readonly Target[];
  accept(target: Target, answer: FetchAnswer | undefined): void;
  /** The broker could not be asked; its partitions need a new look at the metadata. */
  brokerFailed(nodeId: number, error: LogError, attempt: number): void;
  fail(error: LogError): void;
}

/** How long a broker that does not hold fetches is left alone after it had nothing; ms. */
const idlePauseMs = 50;

/**
 * Keeps one long poll running at one broker. The next poll goes out as soon as an answer is noted, so it is in flight while the
 * reader's caller decodes the previous one.
 */
export class BrokerFetcher<Target extends FetchTarget> {
  readonly #cluster: Cluster;
  readonly #nodeId: number;
  readonly #host: FetchHost<Target>;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #connection: BrokerConnection | undefined;

  constructor(cluster: Cluster, nodeId: number, host: FetchHost<Target>) {
    this.#cluster = cluster;
    this.#nodeId = nodeId;
    this.#host = host;
    this.#loop = this.#run();
  }

  /** Drops the poll in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#host.changed.notify();
    await this.#disconnect();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const targets = this.#host.targets(this.#nodeId);
      if (targets.length === 0) {
        await this.#host.changed.wait();
        continue;
      }
      try {
        await this.#poll(targets);
        failures = 0;
      } catch (error) {
        await this.#disconnect();
        if (signal.aborted) return;
        if (!(error instanceof RetriableError)) {
          this.#host.fail(error instanceof LogError ? error : new LogError('Fetching stopped', { cause: error }));
          return;
        }
        this.#host.brokerFailed(this.#nodeId, error, ++failures);
        await sleep(backoffMs(failures), signal);
      }
    }
  }

  async #poll(targets: readonly Target[]): Promise<void> {
    if (!this.#connection?.isConnected) {
      await this.#disconnect();
      this.#connection = await this.#cluster.dedicated(this.#nodeId);
      if (this.#stopping.signal.aborted) return;
    }
    const connection = this.#connection;
    const { errorCode, answers } = await fetchOnce(connection, targets, this.#host.settings);
    if (errorCode !== 0) throw errorOf(errorCode, 'Fetch');
    const byId = fetchesById(connection, this.#host.settings);
    for (const target of targets) this.#host.accept(target, answers.get(answerKey(target, byId)));
    if (!this.#cluster.profile.heldFetches && [...answers.values()].every((answer) => answer.records.length === 0)) {
      await sleep(Math.min(idlePauseMs, this.#host.settings.maxWaitMs), this.#stopping.signal);
    }
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) await this.#cluster.release(connection);
  }
}
