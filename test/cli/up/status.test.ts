import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessorProcess } from '../../../cli/up/processors.ts';
import { StatusReader } from '../../../cli/up/status.ts';

const UNREADY = JSON.stringify({ ready: false, reasons: ['waiting for VAST: refused', 'and more'] });

describe('a look at a running twin', () => {
  let server: Server | undefined;

  afterEach(() => server?.close());

  /** A processor whose health server, which is also the API, answers with these; with 404 elsewhere. */
  async function look(answers: Readonly<Record<string, readonly [status: number, body: string]>>) {
    server = createServer((request, response) => {
      const [status, body] = answers[request.url!] ?? [404, 'not found'];
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const processor = { name: 'vast-sink', supervised: { name: 'vast-sink', state: 'RUNNING', restarts: 0 }, healthUrl: () => Promise.resolve(url) };
    return await new StatusReader([], [processor as unknown as ProcessorProcess], url, undefined).read();
  }

  it('tells what a processor waits for that says it is not ready', async () => {
    const { processes } = await look({ '/readyz': [503, UNREADY], '/metrics': [200, 'process_resident_memory_bytes 90\n'] });
    expect(processes).toEqual([{ name: 'vast-sink', state: 'RUNNING', restarts: 0, unready: 'waiting for VAST: refused; and more', memoryBytes: 90 }]);
  });

  it('has nothing to say of one that is ready', async () => {
    const { processes, clock } = await look({ '/readyz': [200, '{"ready":true,"reasons":[]}'], '/metrics': [503, ''] });
    expect(processes).toEqual([{ name: 'vast-sink', state: 'RUNNING', restarts: 0 }]);
    expect(clock).toBeUndefined();
  });
});
