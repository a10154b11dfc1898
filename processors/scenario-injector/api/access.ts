import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * With tokens every call must bring one of them. Without one the API listens on loopback only, and asks that it was called by such a
 * name: else a web page could reach it through a name of its own that resolves to loopback (DNS rebinding).
 */
export function guard(api: FastifyInstance, tokens: (() => readonly string[]) | null): void {
  api.addHook('onRequest', async (request) => {
    if (tokens === null) {
      if (!LOOPBACK.has(request.hostname)) throw new Problem(403, 'Forbidden', `this API answers calls to 127.0.0.1 or localhost, not to ${request.hostname}`);
      return;
    }
    const given = request.headers.authorization;
    if (given === undefined) throw new Problem(401, 'Unauthorized', 'this API wants a token: Authorization: Bearer <token>');
    if (!isOneOf(given, tokens())) throw new Problem(401, 'Unauthorized', 'the token is none of those in API_TOKEN or API_TOKEN_FILE');
  });
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
