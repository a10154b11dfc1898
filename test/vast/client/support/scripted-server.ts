import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, body read to the end. */
export interface ReceivedCall {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** What happens on a call: an answer, or anything that can be done to its socket. */
export type Reaction = ScriptedAnswer | ((response: ServerResponse, call: ReceivedCall) => void);

export const SERVER_HEADER = 'vast 5.4.0.0';

/** A real HTTP server on a free port whose every answer a test decides. Records what it was asked. */
export class ScriptedServer implements AsyncDisposable {
  readonly calls: ReceivedCall[] = [];
  readonly #server: Server;

  private constructor(react: (call: ReceivedCall) => Reaction) {
    // Idle connections stay: one that is closed as it is used again is a failure that no script asked for.
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) => void this.#handle(request, response, react));
  }

  static async start(react: (call: ReceivedCall) => Reaction): Promise<ScriptedServer> {
    const server = new ScriptedServer(react);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse, react: (call: ReceivedCall) => Reaction): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    this.calls.push(call);
    const reaction = react(call);
    response.setHeader('Server', SERVER_HEADER);
    if (typeof reaction === 'function') {
      reaction(response, call);
      return;
    }
    response.writeHead(reaction.status ?? 200, { 'Content-Length': Buffer.byteLength(reaction.body ?? ''), ...reaction.headers });
    response.end(reaction.body);
  }
}
