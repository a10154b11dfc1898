import { GuardedChild } from '../../deploy/local/child.ts';
import { PROGRAM } from './step.ts';
import { Supervised } from './supervised.ts';

/** The clock comes first: when it has stopped, the others have nothing new to do and drain quickly. */
export const PROCESSORS = [
  'scenario-injector', 'subscriber-db', 'cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator',
] as const;

/** Stops last: it lands what the others have written. */
export const SINK = 'vast-sink';

/**
 * What Node is told for a processor, and for the local VAST endpoint, as in the image (`deploy/docker/Dockerfile`).
 * - Left alone, V8 lets the young generation grow to 67 MB, which saves no time here: nearly nothing of it outlives a batch.
 * - An event is made by a tree of small functions. Where V8's budget for inlining (920 bytes of bytecode a function) ends, fractions and times are passed
 *   as objects; a larger one saves up to a tenth of a generator's CPU, and inlining what is called once in a hundred times another 3 to 5 %.
 * - V8 marks the whole heap when it has grown by a part of its size, and counts buffers that lie outside as growth. A generator's heap is the twin, which
 *   stays: waiting until it is three times as large saves another tenth, for 20 MB at 100,000 subscribers.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=4', '--max-inlined-bytecode-size-cumulative=2500', '--min-inlining-frequency=0.01', '--heap-growing-percent=200',
] as const;

/** A processor of the twin in a process of its own, and where its metrics are. */
export class ProcessorProcess {
  readonly supervised: Supervised;
  #child: GuardedChild | undefined;
  #healthUrl: string | undefined;

  /** @param env settings of the processor; its HTTP port is chosen by itself and read from its log */
  constructor(name: string, env: NodeJS.ProcessEnv, logFile: string) {
    this.supervised = new Supervised(name, () =>
      GuardedChild.spawn({
        name, command: process.execPath, args: [...NODE_FLAGS, PROGRAM, 'run', name], env: { ...env, HTTP_PORT: '0' }, logFile, graceSeconds: 30,
      }),
    );
  }

  get name(): string {
    return this.supervised.name;
  }

  /** Base address of `/metrics` and `/readyz`; undefined while the process has not said where it listens. */
  async healthUrl(): Promise<string | undefined> {
    const { child } = this.supervised;
    if (child !== this.#child) {
      this.#child = child;
      this.#healthUrl = undefined;
    }
    if (child === undefined) return undefined;
    this.#healthUrl ??= healthUrl(await child.output('first'));
    return this.#healthUrl;
  }
}

/** The address in the log line `{…,"url":"http://127.0.0.1:41234",…,"msg":"http listening"}`. */
export function healthUrl(log: string): string | undefined {
  for (const line of log.split('\n')) {
    if (!line.includes('"http listening"')) continue;
    try {
      const { url } = JSON.parse(line) as { url?: unknown };
      if (typeof url === 'string') return url;
    } catch {
      // The line is still being written.
    }
  }
  return undefined;
}
