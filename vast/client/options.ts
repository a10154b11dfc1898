import type { Credentials } from '../wire/sigv4.ts';
import { FatalError } from './errors.ts';
import { parseEndpoint, type Endpoint } from './transport/endpoints.ts';

/** What a user gives to `VastClient.connect`. The keys are read for each request, so they may be getters. */
export interface VastClientOptions extends Credentials {
  /** Origins such as `http://172.16.0.1`, one per CNode address. They are interchangeable and used in rotation. */
  readonly endpoints: readonly string[];
  /** Bucket of the database; it must exist. */
  readonly bucket: string;
  /** SigV4 region; VAST's SDK signs with the empty one. */
  readonly region?: string;
  /** Said to the server in `tabular-client-name`, for its own statistics. */
  readonly clientName?: string;
  /** Milliseconds for a connection to be established. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds from the start of one attempt to the last byte of its answer. Default 60,000. */
  readonly attemptTimeoutMs?: number;
  /** Attempts at most, where the protocol allows to repeat a call. Default 10. */
  readonly attempts?: number;
  /** Longest pause before the first repetition; it doubles up to 5 s, and the pause is drawn from zero to that. Default 100 ms. */
  readonly backoffMs?: number;
  /** Connections at most to each endpoint. Default 8. */
  readonly connectionsPerEndpoint?: number;
  /** Largest answer that is read into memory, in bytes. Default 256 MiB. */
  readonly maxResponseBytes?: number;
  /** Aborts every call of this client. */
  readonly signal?: AbortSignal;
}

export interface CompiledOptions {
  readonly endpoints: readonly Endpoint[];
  readonly credentials: () => Credentials;
  readonly bucket: string;
  readonly region: string;
  readonly clientName: string;
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly connectionsPerEndpoint: number;
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Names that Python's and Java's signatures encode alike. */
const NAME = /^[A-Za-z0-9._-]+$/;

/** @throws FatalError naming the option that is wrong */
export function compileOptions(options: VastClientOptions): CompiledOptions {
  if (options.endpoints.length === 0) throw new FatalError('no endpoint given: set VAST_ENDPOINT, for example http://127.0.0.1:9090');
  if (options.accessKeyId === '' || options.secretAccessKey === '') {
    throw new FatalError('access key or secret key is empty: set VAST_ACCESS_KEY and VAST_SECRET_KEY');
  }
  checkName('bucket', options.bucket);
  return {
    endpoints: options.endpoints.map(parseEndpoint),
    credentials: () => ({ accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey }),
    bucket: options.bucket,
    region: options.region ?? '',
    clientName: options.clientName ?? 'telco-twin',
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs ?? 5_000),
    attemptTimeoutMs: positive('attemptTimeoutMs', options.attemptTimeoutMs ?? 60_000),
    attempts: positive('attempts', options.attempts ?? 10),
    backoffMs: positive('backoffMs', options.backoffMs ?? 100),
    connectionsPerEndpoint: positive('connectionsPerEndpoint', options.connectionsPerEndpoint ?? 8),
    maxResponseBytes: positive('maxResponseBytes', options.maxResponseBytes ?? 256 * 1024 * 1024),
    signal: options.signal,
  };
}

/** @throws FatalError unless every part of the path is a name that all of VAST's clients can address */
export function checkName(what: 'bucket' | 'schema' | 'table', path: string): void {
  const parts = what === 'schema' ? path.split('/') : [path];
  if (!parts.every((part) => NAME.test(part))) {
    throw new FatalError(`"${path}" is not a usable ${what} name: use letters, digits, ".", "_" and "-"`);
  }
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new FatalError(`option ${name} must be positive, got ${value}`);
  return value;
}
