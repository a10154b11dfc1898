import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { secretSource } from '../../topology/task/secrets.ts';
import { Problem } from './problem.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const READING = new Set(['GET', 'HEAD']);

/** Bearer tokens that an API takes, read again for each call; null where it asks for none. */
export type Tokens = (() => readonly string[]) | null;

/** True for a host that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1';
}

/**
 * The tokens in a setting, or in the file that `<name>_FILE` names, a line each. The file is read again for each call, so that a new token is
 * taken beside the old one before callers change, and the old one dropped after.
 */
export function tokensOf(env: Environment, name: string): Tokens {
  const read = secretSource(env, name);
  return read === null ? null : () => read().split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/**
 * A web page may change nothing unless it comes from this API's own origin: else any page could send a call that needs no body, and so no
 * preflight, to an API that its reader can reach (CSRF). Browsers name the origin of every call that could change something.
 *
 * With tokens every call must bring one of them. Without one an API that listens on loopback asks that it was called by such a name: else
 * a web page could reach it through a name of its own that resolves to loopback (DNS rebinding).
 * @param host it listens on
 * @param setting that holds the tokens
 */
export function guard(api: FastifyInstance, host: string, tokens: Tokens, setting: string): void {
  api.addHook('onRequest', async (request) => {
    if (!READING.has(request.method) && isForeign(request.headers.origin, request.host)) {
      throw new Problem(403, 'Forbidden', `this API takes ${request.method} from no web page of another origin, such as ${request.headers.origin}: call it outside of a browser`);
    }
    if (tokens === null) {
      if (!isLoopback(host) || LOOPBACK.has(request.hostname)) return;
      throw new Problem(403, 'Forbidden', `this API answers calls to 127.0.0.1 or localhost, not to ${request.hostname}`);
    }
    const given = request.headers.authorization;
    if (given === undefined) throw new Problem(401, 'Unauthorized', 'this API wants a token: Authorization: Bearer <token>');
    if (!isOneOf(given, tokens())) throw new Problem(401, 'Unauthorized', `the token is none of those in ${setting} or ${setting}_FILE`);
  });
}

/** The host alone is compared: behind a proxy that terminates TLS the scheme is another. `null`, which a page in a sandbox sends, is no URL. */
function isForeign(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return false;
  const url = URL.parse(origin);
  return url === null || url.host !== host.toLowerCase();
}

/** Looks at all of them, so that the time tells nothing. */
function isOneOf(given: string, tokens: readonly string[]): boolean {
  const wanted = digest(given);
  return tokens.map((token) => timingSafeEqual(digest(`Bearer ${token}`), wanted)).includes(true);
}

/** Of one length, so that a comparison takes the same time for all. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
