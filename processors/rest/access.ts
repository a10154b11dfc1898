import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True for a host that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1';
}

/**
 * With a token every call must bring it. Without one an API that listens on loopback asks that it was called by such a name: else a
 * web page could reach it through a name of its own that resolves to loopback (DNS rebinding).
 * @param tokenName setting that holds the token
 */
export function guard(api: FastifyInstance, host: string, token: string | null, tokenName: string): void {
  const expected = token === null ? null : digest(`Bearer ${token}`);
  api.addHook('onRequest', async (request) => {
    if (expected === null) {
      if (!isLoopback(host) || LOOPBACK.has(request.hostname)) return;
      throw new Problem(403, 'Forbidden', `this API answers calls to 127.0.0.1 or localhost, not to ${request.hostname}`);
    }
    const given = request.headers.authorization;
    if (given === undefined) throw new Problem(401, 'Unauthorized', 'this API wants a token: Authorization: Bearer <token>');
    if (!timingSafeEqual(digest(given), expected)) throw new Problem(401, 'Unauthorized', `the token is not the one that ${tokenName} names`);
  });
}

/** Of one length, so that a comparison takes the same time for all. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
