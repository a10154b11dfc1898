import { once } from 'node:events';
import { createServer } from 'node:net';
import { LocalStackError } from './errors.ts';

const LOOPBACK = '127.0.0.1';

/** A TCP port of the loopback interface that is free now. */
export async function freePort(): Promise<number> {
  return await probe(0);
}

/** Whether a loopback port can be bound. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await probe(port);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/**
 * Fails when a port is taken, naming the flag that chooses another.
 * @param what the server that wants the port, e.g. `Kafka`
 */
export async function requirePort(port: number, what: string, flag: string): Promise<void> {
  if (await isFree(port)) return;
  throw new LocalStackError(
    `Port ${port} on ${LOOPBACK}, wanted by ${what}, is in use by another program.`,
    `Stop that program (find it with: lsof -iTCP:${port} -sTCP:LISTEN), or choose another port with ${flag}, e.g. ${flag} ${port + 10000}.`,
  );
}

async function probe(port: number): Promise<number> {
  const server = createServer();
  server.listen({ port, host: LOOPBACK, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`no TCP address for port ${port}`);
  return address.port;
}
