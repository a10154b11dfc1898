import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestProject } from 'vitest/node';
import { startKafka, startRegistry } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the shared servers: `POST kafka` and `POST registry` answer with an address. */
    stackUrl: string;
  }
}

/**
 * The servers that the test files of one run share. They are started when a test first asks, not here, so a run of unit tests
 * starts none; vitest's main process owns them, so they are gone when it ends, however it ends.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = { kafka: lazy(() => startKafka({ heapMb: 384 })), registry: lazy(() => startRegistry()) };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const address = request.url === '/kafka'
        ? (await servers.kafka.get()).bootstrapServers
        : (await servers.registry.get()).url;
      response.end(address);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  };
  const control = createServer((request, response) => void answer(request, response));
  control.listen(0, '127.0.0.1');
  await once(control, 'listening');
  const address = control.address();
  if (address === null || typeof address === 'string') throw new Error('the control server has no TCP address');
  project.provide('stackUrl', `http://127.0.0.1:${address.port}/`);

  return async () => {
    control.closeAllConnections();
    control.close();
    for (const server of [servers.registry, servers.kafka]) {
      const running = await server.peek();
      await running?.close();
    }
  };
}

/** Starts something on first use; all callers share the one start, also when it fails. */
function lazy<T>(start: () => Promise<T>): { get: () => Promise<T>; peek: () => Promise<T | undefined> } {
  let started: Promise<T> | undefined;
  return {
    get: () => (started ??= start()),
    peek: async () => await started?.catch(() => undefined),
  };
}
