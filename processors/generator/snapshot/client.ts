import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { secretSource } from '../../../topology/task/secrets.ts';
import { SNAPSHOT_TYPE, SnapshotError } from './format.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Without a byte for this long the store is too slow to be of use: by then most of a million subscribers are read from the topic. ms. */
const TIMEOUT_MS = 5_000;
/** Slower than this, reading the topic is no worse. Bytes per ms. */
const LEAST_RATE = 5_000;
/** Beyond what one partition of the largest twin takes; a larger one means another server. */
const MAX_BYTES = 2 ** 31;

/** Where snapshots are fetched from. */
export interface SnapshotServer {
  /** SUBSCRIBER_DB_URL. */
  readonly url: URL;
  /** SUBSCRIBER_DB_TOKEN, or the first line of SUBSCRIBER_DB_TOKEN_FILE as it is then. */
  readonly token: (() => string) | null;
  /** SUBSCRIBER_DB_TIMEOUT_MS: a store that sends nothing for this long is not waited for. */
  readonly timeoutMs: number;
}

/** Null where there is none. @throws Error that names the variable */
export function snapshotServer(env: Environment): SnapshotServer | null {
  const text = env.SUBSCRIBER_DB_URL;
  if (text === undefined || text === '') return null;
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`SUBSCRIBER_DB_URL is '${text}'; use the address of a subscriber-db, such as http://subscriber-db:8080`);
  }
  const timeoutMs = Number(env.SUBSCRIBER_DB_TIMEOUT_MS || TIMEOUT_MS);
  if (!(timeoutMs > 0)) throw new Error(`SUBSCRIBER_DB_TIMEOUT_MS is '${env.SUBSCRIBER_DB_TIMEOUT_MS}'; use milliseconds, more than 0`);
  const token = secretSource(env, 'SUBSCRIBER_DB_TOKEN');
  // Of several lines the newest token is the first.
  return { url, token: token === null ? null : () => token().split('\n')[0].trim(), timeoutMs };
}

/**
 * Fetches the snapshot of one partition, in a buffer of its own. It is not verified yet.
 * @throws SnapshotError saying why there is none to be had: nobody answers, too slow, refused or cut off
 */
export async function fetchSnapshot({ url, token, timeoutMs }: SnapshotServer, topic: string, partition: number): Promise<Uint8Array<ArrayBuffer>> {
  const place = new URL(`v1/snapshots/${topic}/${partition}`, url);
  return new Promise((resolve, reject) => {
    const give = (reason: string, cause?: unknown): void => { reject(new SnapshotError(`${place.href}: ${reason}`, { cause })); };
    const send = place.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(place, {
      headers: { accept: SNAPSHOT_TYPE, ...(token === null ? {} : { authorization: `Bearer ${token()}` }) }, timeout: timeoutMs,
    });
    request.on('timeout', () => { request.destroy(new Error(`not a byte for ${timeoutMs} ms`)); });
    request.on('error', (error) => { give(error.message === '' ? error.name : error.message, error); });
    request.on('response', (response) => {
      receive(response, timeoutMs).then(resolve, (error: Error) => {
        request.destroy();
        give(error.message, error);
      });
    });
    request.end();
  });
}

/** The whole body, in a buffer of its own. */
async function receive(response: IncomingMessage, timeoutMs: number): Promise<Uint8Array<ArrayBuffer>> {
  const { statusCode, headers } = response;
  if (statusCode !== 200) throw new Error(`it answered ${statusCode}${statusCode === 503 ? ', not ready' : ''}`);
  if (headers['content-type'] !== SNAPSHOT_TYPE) throw new Error(`it sent ${headers['content-type'] ?? 'nothing known'}, not a snapshot`);
  const length = Number(headers['content-length']);
  if (!(length > 0 && length < MAX_BYTES)) throw new Error(`it announced ${headers['content-length'] ?? 'no'} bytes`);
  const bytes = new Uint8Array(length);
  const deadline = performance.now() + timeoutMs + length / LEAST_RATE;
  let at = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (at + chunk.length > length) throw new Error(`it sent more than the ${length} bytes announced`);
    bytes.set(chunk, at);
    at += chunk.length;
    if (performance.now() > deadline) throw new Error(`it is too slow: ${at} of ${length} bytes`);
  }
  if (at !== length) throw new Error(`it was cut off after ${at} of ${length} bytes`);
  return bytes;
}
