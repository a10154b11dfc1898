import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RequestVerifier, sha256Hex } from '../../wire/sigv4.ts';
import type { Store, Transaction } from '../store/types.ts';
import type { Answer } from './answer.ts';
import { readBody } from './body.ts';
import { ApiError, errorBody, toApiError } from './errors.ts';
import { FrameWriter } from './query/frames.ts';
import { Call, parseTarget } from './request.ts';
import { query } from './routes/data.ts';
import { routeOf } from './routes/index.ts';

export interface ServerOptions {
  readonly store: Store;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Secrets by access key id. */
  readonly keys: ReadonlyMap<string, string>;
  /** Version in the `Server` header. 5.4 is the last whose clients need no partitioned tables and vector indices. */
  readonly version?: string;
  /** Longest silence in an answer while rows are sought. Milliseconds, default 5,000. */
  readonly keepAliveMs?: number;
  /** Receives failures of this server itself, not refused requests. */
  readonly onFailure: (error: unknown, request: string) => void;
}

const VERSION = '5.4.0.0';

/** Clients keep connections for later, and must not lose one to a time-out while they send a statement that they cannot repeat. */
const IDLE_CONNECTION_MS = 600_000;

/** How long {@link LocalServer.close} waits for statements under way. */
const CLOSE_GRACE_MS = 10_000;

/** VAST's HTTP protocol over a {@link Store}. Closing it leaves the store open. */
export class LocalServer {
  readonly #server: Server;
  readonly #options: ServerOptions;
  readonly #verifier: RequestVerifier;

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#verifier = new RequestVerifier({ secrets: options.keys });
    this.#server = createServer({ keepAliveTimeout: IDLE_CONNECTION_MS }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#options.onFailure(error, `${request.method} ${request.url}`);
        response.destroy();
      });
    });
  }

  /** Resolves when requests are taken; rejects when the address cannot be had. */
  static async listen(options: ServerOptions): Promise<LocalServer> {
    const local = new LocalServer(options);
    await new Promise<void>((resolve, reject) => {
      local.#server.once('error', reject);
      local.#server.listen(options.port, options.host, () => {
        local.#server.off('error', reject);
        resolve();
      });
    });
    return local;
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Takes no more requests, lets those under way end, and closes all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('server', `vast ${this.#options.version ?? VERSION}`);
    response.setHeader('x-amz-request-id', requestId);
    // An idle connection that outlives its server would keep it from closing.
    if (!this.#server.listening) response.setHeader('connection', 'close');
    try {
      const call = await this.#authenticated(request);
      if (call.method === 'GET' && call.target.command === 'data') await this.#stream(call, response);
      else send(response, await routeOf(call)(call));
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      this.#refuse(request, response, error, requestId);
    }
  }

  async #authenticated(request: IncomingMessage): Promise<Call> {
    const { method = '', url = '', headers } = request;
    const target = parseTarget(url);
    const body = await readBody(request, target.command);
    const verdict = this.#verifier.verify({ method, target: url, headers, payloadSha256: sha256Hex(body) }, Date.now());
    if (!verdict.accepted) throw new ApiError(403, verdict.code, verdict.message);
    return new Call(this.#options.store, method, target, headers, body);
  }

  /** The transaction of a query that stands alone ends with its answer. */
  async #stream(call: Call, response: ServerResponse): Promise<void> {
    if (call.transactionId !== 0n) return this.#answerQuery(call, call.openTransaction(), response);
    const transaction = this.#options.store.begin();
    try {
      await this.#answerQuery(call, transaction, response);
    } finally {
      await transaction.abandon();
    }
  }

  async #answerQuery(call: Call, transaction: Transaction, response: ServerResponse): Promise<void> {
    const answer = query(call, transaction);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const frames = new FrameWriter(response);
    try {
      await answer(frames, { keepAliveMs: this.#options.keepAliveMs ?? 5000, signal: gone.signal });
      response.end();
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!frames.started) throw error;
      this.#options.onFailure(error, `GET ${call.target.path.join('/')}?data`);
      frames.failed(1n);
      response.end(() => response.destroy());
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, cause: unknown, requestId: string): void {
    const error = toApiError(cause);
    const { method = '', url = '' } = request;
    if (error.status === 500 && !(cause instanceof ApiError)) this.#options.onFailure(cause, `${method} ${url}`);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (!request.complete) response.setHeader('connection', 'close');
    response.statusCode = error.status;
    response.setHeader('content-type', 'application/xml');
    response.end(method === 'HEAD' ? undefined : errorBody(error, url.split('?', 1)[0] ?? '', requestId));
  }
}

function send(response: ServerResponse, { headers = {}, body = '' }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
