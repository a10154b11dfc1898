import { LocalServer } from './http/server.ts';
import { openStore } from './store/open.ts';
import type { Store, StoreOptions } from './store/types.ts';

export interface LocalEndpointOptions extends Omit<StoreOptions, 'log'> {
  /** Folder of the data; created when it is missing, and locked while the endpoint runs. */
  readonly data: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Longest silence in a query's answer while rows are sought. Milliseconds, default 5,000. */
  readonly keepAliveMs?: number;
  /** Receives what a person should know: failures, and what the store found when it opened. */
  readonly log: (message: string, error?: unknown) => void;
}

/** vastdb-local: VAST's tabular protocol over a folder. For development and tests; it is not VAST. */
export class LocalEndpoint implements AsyncDisposable {
  readonly #store: Store;
  readonly #server: LocalServer;

  private constructor(store: Store, server: LocalServer) {
    this.#store = store;
    this.#server = server;
  }

  /**
   * Resolves when it answers.
   * @throws StoreOpenError when the folder is in use or damaged; the error of `listen` when the port is taken
   */
  static async start(options: LocalEndpointOptions): Promise<LocalEndpoint> {
    const { data, host, port, accessKeyId, secretAccessKey, keepAliveMs, log, ...storeOptions } = options;
    const store = await openStore(data, { ...storeOptions, log });
    try {
      const server = await LocalServer.listen({
        store, host, port,
        keys: new Map([[accessKeyId, secretAccessKey]]),
        ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
        onFailure: (error, request) => log(`${request} failed`, error),
      });
      return new LocalEndpoint(store, server);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get url(): string {
    return this.#server.url;
  }

  /** Lets statements under way end, rolls back open transactions, writes everything committed to Parquet, unlocks the folder. */
  async close(): Promise<void> {
    await this.#server.close();
    await this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
