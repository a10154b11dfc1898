import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerProblems } from '../../../processors/rest/problem.ts';
import { restServer } from '../../../processors/rest/server.ts';

const PROBLEM: unknown = expect.stringMatching(/^application\/problem\+json(;|$)/);
let server: FastifyInstance;

beforeEach(async () => {
  server = restServer();
  answerProblems(server, () => null);
  server.get('/things/:id', { schema: { params: { type: 'object', properties: { id: { type: 'string', maxLength: 128 } } } } }, ({ params }) => params);
  server.post('/pause', () => ({ paused: true }));
  server.put('/speed', { schema: { body: { type: 'object', required: ['speed'] } } }, () => ({}));
  server.put('/start', { schema: { body: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } } } } }, () => ({}));
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

describe('every error is problem+json', () => {
  it.each([
    ['a path that is no UTF-8', '/things/%E0%A4%A', 400], ['an id that is too long', `/things/${'a'.repeat(129)}`, 400],
    ['an id that no router reads', `/things/${'a'.repeat(2_000)}`, 414], ['no such path', '/nothing', 404],
  ])('%s', async (_what, url, status) => {
    const answer = await server.inject({ url });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, PROBLEM]);
    expect(answer.json()).toMatchObject({ type: 'about:blank', status, instance: url, detail: expect.any(String) as string });
  });

  it('an id as long as its schema allows is none', async () => {
    expect((await server.inject({ url: `/things/${'a'.repeat(128)}` })).statusCode).toBe(200);
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400], ['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s on a connection', async (_what, request, status) => {
    const socket = connect((server.server.address() as { port: number }).port, '127.0.0.1');
    socket.write(request);
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\nContent-Type: application/problem\\+json`));
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, detail: expect.any(String) as string });
  });
});

describe('a body', () => {
  const json = { 'content-type': 'application/json' };

  it('may be empty where none is needed, whatever type it has', async () => {
    expect((await server.inject({ method: 'POST', url: '/pause', headers: json })).json()).toEqual({ paused: true });
  });

  it.each([['empty', ''], ['no JSON', '{'], ['of another kind', '[]']])('that is %s is refused where one is needed', async (_what, payload) => {
    const answer = await server.inject({ method: 'PUT', url: '/speed', headers: json, payload });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, PROBLEM]);
  });

  it('can\'t reach for the prototype of what it becomes', async () => {
    const answer = await server.inject({ method: 'PUT', url: '/speed', headers: json, payload: '{"speed": 1, "__proto__": {"a": 1}}' });
    expect(answer.statusCode).toBe(400);
  });
});

describe('a time', () => {
  const put = (at: string): Promise<LightMyRequestResponse> => server.inject({ method: 'PUT', url: '/start', payload: { at } });

  it.each(['2026-12-01T08:00Z', '2026-12-01T08:00:00Z', '2026-12-01T08:00:00.250+01:00', '2028-02-29T23:59-11:30'])('may be %s', async (at) => {
    expect((await put(at)).statusCode).toBe(200);
  });

  it.each([
    '2026-12-01', '2026-12-01T08:00', '2026-12-01T08Z', '2026-02-30T08:00Z', '2026-02-29T08:00:00Z', '2026-13-01T08:00Z', '2026-12-01T25:00Z', '2026-12-01T08:00+1', '2026-12-31T23:59:60Z', 'Dec 1 2026 08:00Z', 'tomorrow',
  ])('is not %s, which is answered with an example', async (at) => {
    const answer = await put(at);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { errors: [{ pointer: '/at', detail: expect.stringContaining('such as 2026-12-01T08:00Z') as string }] }]);
  });
});
