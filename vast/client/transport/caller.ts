import { setTimeout as sleep } from 'node:timers/promises';
import { API_VERSION, CLIENT_NAME } from '../../wire/headers.ts';
import type { Pieces } from '../../wire/ipc.ts';
import { EMPTY_PAYLOAD_SHA256, RequestSigner, sha256Hex } from '../../wire/sigv4.ts';
import { FatalError, type ErrorPlace, type VastError } from '../errors.ts';
import type { CompiledOptions } from '../options.ts';
import { EndpointRing, type Endpoint } from './endpoints.ts';
import { Connections, ExchangeError, type HttpAnswer } from './exchange.ts';
import {
  areKeysRefused,
  errorOfAnswer,
  errorOfExchange,
  errorOfRenewal,
  isHarmless,
  isRefusedUnprocessed,
  isSecurityFailure,
  isWorthRepeating,
  type Effect,
} from './outcomes.ts';

export interface Call {
  /** For messages, for example `insert`. */
  readonly operation: string;
  readonly effect: Effect;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Pieces;
  readonly place?: Pick<ErrorPlace, 'schema' | 'table'>;
  /** Aborts this call, beside what aborts all calls of the client. */
  readonly signal?: AbortSignal | undefined;
}

const LONGEST_PAUSE_MS = 5_000;
/** How long keys that were good before may be refused: mounted secrets follow those of the server within two minutes. */
const RENEWAL_GRACE_MS = 5 * 60_000;

/** Signs calls, sends them to the endpoints in rotation, repeats them where that is allowed, and names what went wrong. */
export class Caller {
  readonly #options: CompiledOptions;
  readonly #signer: RequestSigner;
  readonly #ring: EndpointRing;
  readonly #connections: Connections;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  /** VAST has taken our keys before. */
  #accepted = false;
  /** Since when it no longer does (performance.now); -1 while it does. */
  #refusedSince = -1;

  constructor(options: CompiledOptions) {
    this.#options = options;
    this.#signer = new RequestSigner(options.credentials, options.region);
    this.#ring = new EndpointRing(options.endpoints);
    this.#connections = new Connections(options.connectionsPerEndpoint, options);
    this.#signal = options.signal === undefined ? this.#closing.signal : AbortSignal.any([options.signal, this.#closing.signal]);
  }

  get bucket(): string {
    return this.#options.bucket;
  }

  /**
   * Sends a call until it is answered with 200.
   * @throws VastError of the class that says what to do; the reason of the abort when the call was aborted or the client closed, and no
   * commit is at stake
   */
  async call(call: Call): Promise<HttpAnswer> {
    const signal = call.signal === undefined ? this.#signal : AbortSignal.any([call.signal, this.#signal]);
    const bodyHash = call.body === undefined ? EMPTY_PAYLOAD_SHA256 : sha256Hex(call.body.pieces);
    for (let attempt = 1; ; attempt++) {
      const endpoint = this.#ring.next(performance.now());
      const outcome = await this.#attempt(call, bodyHash, endpoint, signal);
      if (!(outcome instanceof Failure)) return outcome;
      if (!outcome.repeat || attempt >= this.#options.attempts) throw outcome.error;
      const longest = Math.min(LONGEST_PAUSE_MS, this.#options.backoffMs * 2 ** (attempt - 1));
      await sleep(Math.random() * longest, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** Aborts what is under way and closes all connections. */
  close(): void {
    this.#closing.abort(new FatalError('the VAST client is closed'));
    this.#connections.close();
  }

  async #attempt(call: Call, bodyHash: string, endpoint: Endpoint, signal: AbortSignal): Promise<HttpAnswer | Failure> {
    const place = { operation: call.operation, bucket: this.#options.bucket, ...call.place, endpoint: endpoint.origin };
    try {
      const answer = await this.#connections.exchange(
        endpoint,
        { method: call.method, target: call.target, headers: this.#headers(call, bodyHash, endpoint), body: call.body },
        signal,
      );
      this.#ring.reached(endpoint);
      if (areKeysRefused(answer)) {
        if (this.#mayBeRenewed()) return new Failure(errorOfRenewal(place), true);
      } else {
        this.#accepted = true;
        this.#refusedSince = -1;
      }
      if (answer.status === 200) return answer;
      return new Failure(errorOfAnswer(call.effect, answer, place), isRefusedUnprocessed(answer) || isWorthRepeating(call.effect, answer));
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.code === 'ABORTED' && !(call.effect === 'commit' && error.sent)) throw error.cause;
      if (!error.sent) this.#ring.unreachable(endpoint, performance.now());
      const repeat = !isSecurityFailure(error) && (!error.sent || (isHarmless(call.effect) && error.code !== 'TOO_LARGE'));
      return new Failure(errorOfExchange(call.effect, error, place), repeat);
    }
  }

  #mayBeRenewed(): boolean {
    if (this.#refusedSince < 0) this.#refusedSince = performance.now();
    return this.#accepted && performance.now() - this.#refusedSince < RENEWAL_GRACE_MS;
  }

  #headers(call: Call, payloadSha256: string, endpoint: Endpoint): Record<string, string> {
    const headers: Record<string, string> = {
      host: endpoint.host,
      [API_VERSION]: '1',
      [CLIENT_NAME]: this.#options.clientName,
      ...call.headers,
    };
    if (call.body !== undefined || call.method === 'POST' || call.method === 'PUT' || call.method === 'DELETE') {
      headers['content-length'] = String(call.body?.byteLength ?? 0);
    }
    return { ...headers, ...this.#signer.sign({ method: call.method, target: call.target, headers, payloadSha256 }, Date.now()) };
  }
}

class Failure {
  readonly error: VastError;
  readonly repeat: boolean;

  constructor(error: VastError, repeat: boolean) {
    this.error = error;
    this.repeat = repeat;
  }
}
