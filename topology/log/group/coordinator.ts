import type { Cluster } from '../cluster.ts';
import { FatalError, RetriableError } from '../errors.ts';
import type { BrokerConnection } from '../net/connection.ts';
import { withRetry } from '../net/retry.ts';

/** JoinGroup waits on the server for up to the rebalance time-out; leave it time to answer. */
const joinMarginMs = 10_000;

/** The way to a group's coordinator: one connection of our own for the blocking calls, a shared one for the rest. */
export class GroupCoordinator {
  readonly #cluster: Cluster;
  readonly #groupId: string;
  readonly #requestTimeoutMs: number;
  #node: number | undefined;
  #connection: BrokerConnection | undefined;
  #closed = false;

  constructor(cluster: Cluster, groupId: string, rebalanceTimeoutMs: number) {
    this.#cluster = cluster;
    this.#groupId = groupId;
    this.#requestTimeoutMs = rebalanceTimeoutMs + joinMarginMs;
  }

  /** JoinGroup, SyncGroup and heartbeats: a call may block those behind it. */
  async own(): Promise<BrokerConnection> {
    if (this.#closed) throw new FatalError('The member has left');
    if (!this.#connection?.isConnected) {
      await this.disconnect();
      this.#connection = await this.#cluster.dedicated(await this.#find(), this.#requestTimeoutMs);
    }
    return this.#connection;
  }

  /** Calls on a shared connection, never behind a JoinGroup; follows the coordinator for up to `timeoutMs`. */
  async call<T>(timeoutMs: number, call: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    return withRetry({ timeoutMs }, async () => {
      try {
        return await call(await this.#cluster.control(await this.#find()));
      } catch (error) {
        if (error instanceof RetriableError) this.#node = undefined;
        throw error;
      }
    });
  }

  /** The coordinator moved or can't be reached: look again before the next call. */
  async forget(): Promise<void> {
    this.#node = undefined;
    await this.disconnect();
  }

  /** Drops the connection of our own, and with it a JoinGroup that is waiting. */
  async disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) await this.#cluster.release(connection);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.disconnect();
  }

  async #find(): Promise<number> {
    return this.#node ??= await this.#cluster.coordinator('group', this.#groupId);
  }
}
