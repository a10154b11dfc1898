import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { guard, type Tokens } from '../../../processors/rest/access.ts';
import { answerProblems } from '../../../processors/rest/problem.ts';
import { restServer } from '../../../processors/rest/server.ts';

const HOST = '127.0.0.1:8080';

function api(tokens: Tokens = null): FastifyInstance {
  const server = restServer();
  guard(server, '127.0.0.1', tokens, 'API_TOKEN');
  answerProblems(server, () => null);
  server.get('/clock', () => ({}));
  server.post('/clock/pause', () => ({}));
  return server;
}

async function status(server: FastifyInstance, method: 'GET' | 'HEAD' | 'POST', headers: Record<string, string>): Promise<number> {
  const answer = await server.inject({ method, url: method === 'POST' ? '/clock/pause' : '/clock', headers: { host: HOST, ...headers } });
  if (answer.statusCode >= 400) expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(;|$)/);
  return answer.statusCode;
}

describe('a web page', () => {
  it.each(['https://evil.example', 'http://127.0.0.1:3000', 'http://localhost:8080', 'null', 'http://127.0.0.1:8080.evil.example'])('of %s changes nothing', async (origin) => {
    expect(await status(api(), 'POST', { origin })).toBe(403);
    expect(await status(api(() => ['secret']), 'POST', { origin, authorization: 'Bearer secret' })).toBe(403);
  });

  it('of this API\'s own origin may, also behind a proxy that terminates TLS, and so may what is no page', async () => {
    for (const origin of [`http://${HOST}`, `https://${HOST}`]) expect(await status(api(), 'POST', { origin })).toBe(200);
    expect(await status(api(), 'POST', {})).toBe(200);
  });

  it('of any origin may send what only reads: browsers keep the answer from it', async () => {
    for (const method of ['GET', 'HEAD'] as const) expect(await status(api(), method, { origin: 'https://evil.example' })).toBe(200);
  });
});

describe('an API on loopback', () => {
  it('is not called by a name that merely resolves there', async () => {
    expect(await status(api(), 'POST', { host: 'evil.example:8080', origin: 'http://evil.example:8080' })).toBe(403);
    expect(await status(api(), 'GET', { host: 'evil.example:8080' })).toBe(403);
  });

  it('with tokens wants one of them', async () => {
    const server = api(() => ['old', 'new']);
    expect(await status(server, 'POST', {})).toBe(401);
    expect(await status(server, 'POST', { authorization: 'Bearer other' })).toBe(401);
    expect(await status(server, 'POST', { authorization: 'Bearer new' })).toBe(200);
  });
});
