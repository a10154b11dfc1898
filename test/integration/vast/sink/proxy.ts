import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What becomes of a request:
 * - `pass`: goes to VAST and is answered;
 * - `cut-before`: the connection is cut, VAST never hears of it;
 * - `cut-after`: VAST has answered, and the connection is cut before the answer is passed on;
 * - `late`: the connection is cut, and the request reaches VAST some time later;
 * - `hold`: VAST never hears of it, and the connection stays open without an answer;
 * - `slow-down`: 503 SlowDown, VAST never hears of it.
 */
export type Fate = 'pass' | 'cut-before' | 'cut-after' | 'late' | 'hold' | 'slow-down';

const LATE_MS = 300;
const SLOW_DOWN = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><Resource>/</Resource><RequestId>0</RequestId></Error>';

/** An HTTP proxy before VAST that decides about each request. Signatures stay right: the Host header is passed on as it is. */
export class FaultyProxy {
  readonly #target: string;
  readonly #server: Server;
  /** Decides; `pass` by default. */
  fate: (method: string, target: string) => Fate = () => 'pass';
  readonly counts: Record<Fate, number> = { pass: 0, 'cut-before': 0, 'cut-after': 0, late: 0, hold: 0, 'slow-down': 0 };

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const fate = this.fate(request.method ?? '', request.url ?? '');
    this.counts[fate] += 1;
    switch (fate) {
      case 'slow-down':
        response.writeHead(503, { server: 'vast 5.4.0.0', 'content-type': 'application/xml', 'content-length': Buffer.byteLength(SLOW_DOWN) });
        response.end(SLOW_DOWN);
        return;
      case 'cut-before':
        response.destroy();
        return;
      case 'hold':
        return;
      case 'late':
        response.destroy();
        await sleep(LATE_MS);
        await this.#forward(request, Buffer.concat(chunks)).catch(() => undefined);
        return;
      case 'pass': case 'cut-after':
        await this.#answer(fate, request, Buffer.concat(chunks), response);
    }
  }

  async #answer(fate: 'pass' | 'cut-after', request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#forward(request, body);
      if (fate === 'cut-after') {
        response.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    } catch {
      response.destroy();
    }
  }

  async #forward(request: IncomingMessage, body: Buffer): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    const out = httpRequest(new URL(request.url ?? '/', this.#target), { method: request.method, headers: request.headers, agent: false });
    out.end(body);
    const [answer] = (await once(out, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const joined = Buffer.concat(chunks);
    const headers = { ...answer.headers };
    delete headers['transfer-encoding'];
    delete headers.connection;
    if (request.method !== 'HEAD') headers['content-length'] = String(joined.length);
    return { status: answer.statusCode ?? 0, headers, body: joined };
  }
}
