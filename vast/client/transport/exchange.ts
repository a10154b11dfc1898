import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Pieces } from '../../wire/ipc.ts';
import type { Endpoint } from './endpoints.ts';

export interface HttpCall {
  readonly method: string;
  /** Encoded path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Pieces | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

export interface ExchangeLimits {
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxResponseBytes: number;
}

/** No complete answer came. */
export class ExchangeError extends Error {
  /** False: the request cannot have reached the server, repeating it is safe. True: it may have been received and acted upon. */
  readonly sent: boolean;
  /** Errno or OpenSSL code, `TIMEOUT`, `ABORTED`, `TOO_LARGE`, or empty. */
  readonly code: string;

  constructor(message: string, sent: boolean, code: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ExchangeError';
    this.sent = sent;
    this.code = code;
  }
}

/** Kept below the five seconds after which Node servers close idle connections, so that a request rarely meets a closed one. */
const IDLE_SOCKET_MS = 4_000;

/** Persistent connections to all endpoints. */
export class Connections {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #limits: ExchangeLimits;

  constructor(connectionsPerEndpoint: number, limits: ExchangeLimits) {
    const options = { keepAlive: true, maxSockets: connectionsPerEndpoint, timeout: IDLE_SOCKET_MS };
    this.#http = new HttpAgent(options);
    this.#https = new HttpsAgent(options);
    this.#limits = limits;
  }

  /**
   * One request and its whole answer.
   * @throws ExchangeError when no complete answer came in time; its cause is the signal's reason when that was why
   */
  async exchange(endpoint: Endpoint, call: HttpCall, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    if (signal?.aborted === true) throw new ExchangeError('aborted', false, 'ABORTED', signal.reason);
    const options = {
      hostname: endpoint.hostname,
      port: endpoint.port,
      method: call.method,
      path: call.target,
      headers: call.headers,
    };
    const request = endpoint.secure
      ? httpsRequest({ ...options, agent: this.#https })
      : httpRequest({ ...options, agent: this.#http });
    return new Exchange(request, endpoint, this.#limits, signal).run(call.body);
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}

class Exchange {
  readonly #request: ClientRequest;
  readonly #endpoint: Endpoint;
  readonly #limits: ExchangeLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #answer = Promise.withResolvers<HttpAnswer>();
  #sent = false;

  constructor(request: ClientRequest, endpoint: Endpoint, limits: ExchangeLimits, signal: AbortSignal | undefined) {
    this.#request = request;
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#signal = signal;
  }

  async run(body: Pieces | undefined): Promise<HttpAnswer> {
    const { connectTimeoutMs, attemptTimeoutMs } = this.#limits;
    let connecting: NodeJS.Timeout | undefined;
    const whole = setTimeout(() => this.#expire(`no complete answer within ${attemptTimeoutMs} ms`), attemptTimeoutMs);
    const abort = (): void => this.#fail(new ExchangeError('aborted', this.#sent, 'ABORTED', this.#signal?.reason));
    this.#signal?.addEventListener('abort', abort, { once: true });
    this.#request.on('socket', (socket) => {
      const connected = (): void => {
        this.#sent = true;
        clearTimeout(connecting);
      };
      if (this.#request.reusedSocket || !socket.connecting) connected();
      else {
        connecting = setTimeout(() => this.#expire(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
        socket.once(this.#endpoint.secure ? 'secureConnect' : 'connect', connected);
      }
    });
    this.#request.on('close', () => this.#lose(new Error('the connection closed without an answer')));
    this.#request.on('error', (error) => this.#lose(error));
    this.#request.on('response', (response) => this.#receive(response));
    this.#send(body);
    try {
      return await this.#answer.promise;
    } finally {
      clearTimeout(connecting);
      clearTimeout(whole);
      this.#signal?.removeEventListener('abort', abort);
    }
  }

  #send(body: Pieces | undefined): void {
    this.#request.cork();
    for (const piece of body?.pieces ?? []) this.#request.write(piece);
    this.#request.uncork();
    this.#request.end();
  }

  #receive(response: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      chunks.push(chunk);
      if (bytes > this.#limits.maxResponseBytes) {
        this.#fail(new ExchangeError(`the answer exceeds ${this.#limits.maxResponseBytes} bytes`, true, 'TOO_LARGE'));
      }
    });
    response.on('error', (error) => this.#lose(error));
    response.on('close', () => {
      if (!response.complete) this.#lose(new Error('the connection closed in the middle of the answer'));
    });
    response.on('end', () => {
      this.#answer.resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks, bytes) });
    });
  }

  #expire(message: string): void {
    this.#fail(new ExchangeError(message, this.#sent, 'TIMEOUT'));
  }

  #lose(error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    this.#fail(new ExchangeError(error.message === '' ? code : error.message, this.#sent, code, error));
  }

  /** The first reason counts; destroying the request raises further events that change nothing. */
  #fail(reason: ExchangeError): void {
    this.#answer.reject(reason);
    this.#request.destroy();
  }
}
