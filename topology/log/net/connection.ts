import { isIP, type Socket } from 'node:net';
import { apiVersionsV3, Connection, ConnectionStatuses, type Reader, type Writer } from '@platformatic/kafka';
import { free } from '../../../host/memory.ts';
import { AuthenticationError, FatalError, LogError, RetriableError } from '../errors.ts';
import type { ClusterOptions } from './options.ts';
import { noteRequestError } from './request-errors.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** A protocol call of @platformatic/kafka at one version. */
export interface VersionedApi<Args extends unknown[], Response> {
  readonly api: {
    readonly key: number;
    readonly version: number;
    async(connection: Connection, ...args: Args): Promise<Response>;
  };
}

/**
 * One authenticated connection to one broker, with the API versions it speaks. The broker serves one request per connection
 * at a time, so long polls must not share one. Failures of the transport are RetriableError or AuthenticationError.
 */
export class BrokerConnection {
  readonly address: BrokerAddress;
  /** Finalised features, e.g. `transaction.version` → 2. */
  readonly features = new Map<string, number>();
  readonly #connection: Connection;
  readonly #versions = new Map<number, { min: number; max: number; name: string }>();
  /** The socket is gone. Unlike the library's status this never changes back. */
  #isGone = false;

  private constructor(address: BrokerAddress, connection: Connection) {
    this.address = address;
    this.#connection = connection;
  }

  /** `requestTimeoutMs` overrides the cluster's, for calls that wait on the server by design (JoinGroup). */
  static async connect(address: BrokerAddress, options: ClusterOptions, requestTimeoutMs?: number): Promise<BrokerConnection> {
    const { tls, sasl } = options;
    const connection = new Connection(options.clientId ?? 'telco-twin', {
      connectTimeout: options.connectTimeoutMs ?? 5_000,
      requestTimeout: requestTimeoutMs ?? options.requestTimeoutMs ?? 30_000,
      maxInflights: 16,
      // No server name for addresses (RFC 6066); the certificate is checked against the host all the same.
      ...(tls && { tls, tlsServerName: isIP(address.host) === 0 }),
      ...(sasl && { sasl: { mechanism: sasl.mechanism, username: () => options.sasl!.username, password: () => options.sasl!.password } }),
    });
    // Every request rejects by itself when the connection breaks; without a listener the event would be thrown.
    connection.on('error', () => {});
    const self = new BrokerConnection(address, connection);
    connection.on('close', () => {
      self.#isGone = true;
      // Ends the timer of the next re-authentication, which outlives the socket: it would make the status say that sessions are being agreed.
      void connection.close();
    });
    try {
      await connection.connect(address.host, address.port);
      freeWhenSent(connection.socket);
      await self.#negotiate();
    } catch (error) {
      await connection.close();
      const reason = asLogError(error, address, 'connect');
      if (!(reason instanceof RetriableError) || !tls || tls.cert !== undefined || sasl) throw reason;
      // Since TLS 1.3 a server that misses a certificate just closes the connection.
      throw new RetriableError(`${reason.message}. Does it want a client certificate (KAFKA_SSL_CERT, KAFKA_SSL_KEY), or SASL (KAFKA_SECURITY_PROTOCOL)?`, { cause: error });
    }
    return self;
  }

  get isConnected(): boolean {
    return !this.#isGone && (this.#connection.isConnected() || this.#isReauthenticating);
  }

  /** The broker limits SASL sessions (connections.max.reauth.ms); it takes no other request until the new one is agreed. */
  get #isReauthenticating(): boolean {
    return this.#connection.status === ConnectionStatuses.REAUTHENTICATING;
  }

  /** Resolves at once, or when a session being renewed is agreed. Rejects with the library's error. */
  async #agreed(): Promise<void> {
    if (this.#isReauthenticating) await this.#connection.ready();
  }

  /** The highest version in [min, max] that the broker has too; FatalError if there is none. */
  version(apiKey: number, min: number, max: number): number {
    const broker = this.#versions.get(apiKey);
    const best = Math.min(max, broker?.max ?? -1);
    if (broker && best >= min && best >= broker.min) return best;
    throw new FatalError(
      `Broker ${this.address.host}:${this.address.port} has ${broker ? `${broker.name} v${broker.min}–v${broker.max}` : `no API ${apiKey}`}, ` +
      `this program speaks v${min}–v${max}; use Apache Kafka 2.8 or later (transactions and consumer groups included)`,
    );
  }

  /** Calls the highest version that both sides have. Error codes stay in the response: they are per topic or partition. */
  async call<Args extends unknown[], Response>(versions: readonly VersionedApi<Args, Response>[], ...args: Args): Promise<Response> {
    const numbers = versions.map((candidate) => candidate.api.version);
    const key = versions[0].api.key;
    let chosen: VersionedApi<Args, Response> | undefined;
    for (const candidate of versions) {
      const range = this.#versions.get(key);
      const { version } = candidate.api;
      if (range && version >= range.min && version <= range.max && version > (chosen?.api.version ?? -1)) chosen = candidate;
    }
    if (!chosen) {
      this.version(key, Math.min(...numbers), Math.max(...numbers));
      throw new FatalError(`No common version of API ${key} among v${numbers.join(', v')}`);
    }
    try {
      await this.#agreed();
      return await chosen.api.async(this.#connection, ...args);
    } catch (error) {
      const response = (error as { response?: Response }).response;
      if (response !== undefined) return response;
      throw asCallError(error, this.address, `call API ${key} v${chosen.api.version}`);
    }
  }

  /** A call that the library does not have at this version, or whose response must not be copied into objects. */
  async send<Response>(apiKey: number, version: number, write: () => Writer, parse: (reader: Reader) => Response): Promise<Response> {
    await this.#agreed().catch((error: unknown) => { throw asCallError(error, this.address, `call API ${apiKey} v${version}`); });
    return new Promise((resolve, reject) => {
      this.#connection.send<Response>(apiKey, version, write, (_id, _key, _version, reader) => parse(reader), true, true, (error, response) => {
        if (error) reject(asCallError(error, this.address, `call API ${apiKey} v${version}`));
        else resolve(response as Response);
      });
    });
  }

  async close(): Promise<void> {
    if (!this.#isGone) await this.#connection.close();
  }

  async #negotiate(): Promise<void> {
    const response = await apiVersionsV3.api.async(this.#connection, 'telco-twin', '0');
    for (const api of response.apiKeys) this.#versions.set(api.apiKey, { min: api.minVersion, max: api.maxVersion, name: api.name });
    for (const feature of response.finalizedFeatures ?? []) this.features.set(feature.name, feature.maxVersionLevel);
  }
}

/** Of a request. Smaller ones are left to the garbage collector. */
const LARGE = 64 * 1024;

/** The library puts each request together in memory of its own, which only the socket has then. */
function freeWhenSent(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]): boolean => {
    const [chunk] = args;
    return args.length === 1 && chunk instanceof Uint8Array && chunk.length >= LARGE ? write(chunk, () => { free(chunk); }) : write(...args);
  };
}

/** A session that could not be renewed has ended like any broken connection: the next one tells whether we are still let in. */
function asCallError(error: unknown, address: BrokerAddress, doing: string): LogError {
  const reason = asLogError(error, address, doing);
  return reason instanceof AuthenticationError ? new RetriableError(`The session with broker ${address.host}:${address.port} ended`, { cause: reason }) : reason;
}

const tlsRefusals = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_|ERR_SSL_|ERR_OSSL_|HOSTNAME_MISMATCH)/;

/** Sorts the library's and Node's errors into ours. */
function asLogError(error: unknown, address: BrokerAddress, doing: string): LogError {
  if (error instanceof LogError) return error;
  const where = `${address.host}:${address.port}`;
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    const code = (cause as { code?: string }).code ?? '';
    if (code === 'PLT_KFK_AUTHENTICATION') {
      noteRequestError('AUTHENTICATION');
      return new AuthenticationError(`Broker ${where} refused these credentials; check the SASL mechanism, user name and password`, { cause: error });
    }
    if (tlsRefusals.test(code) || cause.message.startsWith('TLS handshake failed') || cause.message.startsWith('Broker requires TLS')) {
      noteRequestError('TLS');
      return new AuthenticationError(
        `TLS with broker ${where} failed (${cause.message}); check KAFKA_SECURITY_PROTOCOL, the CA and the host name`, { cause: error });
    }
  }
  noteRequestError('TRANSPORT');
  const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
  return new RetriableError(`Can't ${doing} at broker ${where}: ${reason}`, { cause: error });
}
