import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { clockOf, putSpeed } from '../../../cli/up/api.ts';

describe('the clock as the API shows it', () => {
  const body = { event_time: '2026-03-01T08:00:00.000Z', mode: 'PAUSED', speed: 60, lag_seconds: null, paused_by: 'until' };

  it('has what paused it, if anything did', () => {
    expect(clockOf(body)).toEqual({ time: Date.UTC(2026, 2, 1, 8), mode: 'PAUSED', speed: 60, lagSeconds: 0, pausedBy: 'until' });
    expect(clockOf({ ...body, mode: 'LIVE', lag_seconds: 2, paused_by: null })).not.toHaveProperty('pausedBy');
  });
});

describe('telling the clock its speed', () => {
  it('puts it with the token, and tells whether it was taken', async () => {
    const asked: unknown[] = [];
    let status = 503;
    const server = createServer((request: IncomingMessage, response) => {
      void text(request).then((body) => {
        asked.push([request.method, request.url, request.headers.authorization, JSON.parse(body)]);
        response.writeHead(status).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
    try {
      expect(await putSpeed(api, 'secret', 60)).toBe(false);
      status = 202;
      expect(await putSpeed(api, undefined, 0.5)).toBe(true);
    } finally {
      server.close();
    }
    expect(asked).toEqual([
      ['PUT', '/api/v1/clock/speed', 'Bearer secret', { speed: 60 }],
      ['PUT', '/api/v1/clock/speed', undefined, { speed: 0.5 }],
    ]);
    await once(server, 'close');
    expect(await putSpeed(api, undefined, 1)).toBe(false);
  });
});
