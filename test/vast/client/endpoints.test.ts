import { describe, expect, it } from 'vitest';
import { VastClient, type VastClientOptions } from '../../../vast/client/index.ts';
import { EndpointRing, parseEndpoint } from '../../../vast/client/transport/endpoints.ts';
import { quick } from './support/connect.ts';
import { ScriptedServer } from './support/scripted-server.ts';

describe('an endpoint', () => {
  it.each([
    ['http://10.0.0.1', '10.0.0.1', 80, '10.0.0.1'],
    ['https://vast.example', 'vast.example', 443, 'vast.example'],
    ['http://vast.example:443', 'vast.example', 443, 'vast.example'],
    ['http://127.0.0.1:9090/', '127.0.0.1', 9090, '127.0.0.1:9090'],
    ['http://[::1]:9090', '::1', 9090, '[::1]:9090'],
  ])('%s', (text, hostname, port, host) => expect(parseEndpoint(text)).toMatchObject({ hostname, port, host }));

  it.each(['127.0.0.1:9090', 'ftp://host', 'http://host/bucket', 'http://host?x', ''])('"%s" is none', (text) => {
    expect(() => parseEndpoint(text)).toThrow('must look like');
  });
});

describe('the ring of endpoints', () => {
  const [a, b, c] = ['http://a', 'http://b', 'http://c'].map(parseEndpoint) as [ReturnType<typeof parseEndpoint>, ReturnType<typeof parseEndpoint>, ReturnType<typeof parseEndpoint>];
  const origins = (ring: EndpointRing, count: number, now: number): string[] => Array.from({ length: count }, () => ring.next(now).hostname);

  it('goes round', () => {
    expect(origins(new EndpointRing([a, b, c]), 5, 0)).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('passes over what could not be reached, and comes back to it', () => {
    const ring = new EndpointRing([a, b, c]);
    ring.unreachable(b, 0);
    expect(origins(ring, 4, EndpointRing.restMs - 1)).toEqual(['a', 'c', 'a', 'c']);
    expect(origins(ring, 3, EndpointRing.restMs)).toEqual(['a', 'b', 'c']);
    ring.unreachable(b, 9_000);
    ring.reached(b);
    expect(origins(ring, 3, 9_000)).toEqual(['a', 'b', 'c']);
  });

  it('goes round all of them when none could be reached', () => {
    const ring = new EndpointRing([a, b]);
    ring.unreachable(a, 0);
    ring.unreachable(b, 0);
    expect(origins(ring, 3, 1)).toEqual(['a', 'b', 'a']);
  });
});

describe('connecting', () => {
  const options: VastClientOptions = { ...quick, endpoints: ['http://127.0.0.1:1'] };
  const wrong: [string, Partial<VastClientOptions>, string][] = [
    ['no endpoint', { endpoints: [] }, 'VAST_ENDPOINT'],
    ['no secret', { secretAccessKey: '' }, 'VAST_SECRET_KEY'],
    ['a bucket that not all clients sign alike', { bucket: 'my bucket' }, '"my bucket" is not a usable bucket name'],
    ['a time-out of nothing', { attemptTimeoutMs: 0 }, 'attemptTimeoutMs must be positive'],
  ];
  it.each(wrong)('with %s says so', async (_, change, message) => {
    await expect(VastClient.connect({ ...options, ...change })).rejects.toMatchObject({
      name: 'FatalError', message: expect.stringContaining(message) as string,
    });
  });

  it('to a server that is not VAST says so', async () => {
    await using server = await ScriptedServer.start(() => (response) => {
      response.setHeader('Server', 'nginx');
      response.end();
    });
    await expect(VastClient.connect({ ...quick, endpoints: [server.origin] })).rejects.toMatchObject({
      name: 'FatalError', message: expect.stringContaining('"nginx", expected "vast A.B.C.D"') as string,
    });
  });

  it('to a bucket that is not there says what to create', async () => {
    await using server = await ScriptedServer.start((call) => ({ status: call.method === 'HEAD' ? 404 : 200 }));
    await expect(VastClient.connect({ ...quick, endpoints: [server.origin] })).rejects.toMatchObject({
      name: 'NotFoundError', bucket: 'vastdb', message: expect.stringContaining('set VAST_BUCKET') as string,
    });
  });

  it('with the wrong key says what to check', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 403 }));
    await expect(VastClient.connect({ ...quick, endpoints: [server.origin] })).rejects.toMatchObject({
      name: 'FatalError', status: 403, message: expect.stringContaining('secret key') as string,
    });
  });
});
