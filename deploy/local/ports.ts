import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LocalStackError } from './errors.ts';

const LOOPBACK = '127.0.0.1';

/**
 * Ports for servers: below those that the system gives to outgoing connections (Linux: from 32768; macOS and Windows: from 49152), any of which could be
 * taken in the time that a server needs to start.
 */
const FIRST = 20_000;
const END = 32_768;

/** Ports that this process was given or told to use, whether or not a server listens on them yet, and those that it found in use. */
const claimed = new Set<number>();

/** A TCP port of the loopback interface that is free now, that no outgoing connection will take, and that nothing else in this process has claimed. */
export async function freePort(): Promise<number> {
  const tried = new Set<number>();
  while (tried.size < END - FIRST) {
    const port = randomInt(FIRST, END);
    if (tried.has(port)) continue;
    tried.add(port);
    if (await claimPort(port)) return port;
  }
  throw new LocalStackError(`Every port of ${LOOPBACK} from ${FIRST} to ${END - 1} is in use.`, 'Stop some of the servers on this machine.');
}

/**
 * Claims a loopback port chosen by other means, so that `freePort` does not give it to another server.
 * @returns false when something in this process has claimed it before, or it is in use
 */
export async function claimPort(port: number): Promise<boolean> {
  if (claimed.has(port)) return false;
  claimed.add(port);
  return await isFree(port);
}

/** Whether a loopback port can be bound. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await bind(port);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/**
 * Claims the port that a user wants for a server, and fails when another program has it, naming the flag that chooses another.
 * @param what the server that wants the port, e.g. `Kafka`
 */
export async function requirePort(port: number, what: string, flag: string): Promise<void> {
  claimed.add(port);
  if (await isFree(port)) return;
  throw new LocalStackError(
    `Port ${port} on ${LOOPBACK}, wanted by ${what}, is in use by another program.`,
    `Stop that program (find it with: lsof -iTCP:${port} -sTCP:LISTEN), or choose another port with ${flag}, e.g. ${flag} ${port + 10000}.`,
  );
}

async function bind(port: number): Promise<void> {
  const server = createServer();
  server.listen({ port, host: LOOPBACK, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
