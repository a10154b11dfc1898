import { GuardedChild } from '../../deploy/local/child.ts';
import { PROGRAM } from './step.ts';
import { Supervised } from './supervised.ts';

/** The clock comes first: when it has stopped, the others have nothing new to do and drain quickly. */
export const PROCESSORS = [
  'scenario-injector', 'cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator',
] as const;

/** A processor of the twin in a process of its own, and where its metrics are. */
export class ProcessorProcess {
  readonly supervised: Supervised;
  #child: GuardedChild | undefined;
  #metricsPort: number | undefined;

  /** @param env settings of the processor; its HTTP port is chosen by itself and read from its log */
  constructor(name: string, env: NodeJS.ProcessEnv, logFile: string) {
    this.supervised = new Supervised(name, () =>
      GuardedChild.spawn({
        name, command: process.execPath, args: [PROGRAM, 'run', name], env: { ...env, HTTP_PORT: '0' }, logFile, graceSeconds: 30,
      }),
    );
  }

  get name(): string {
    return this.supervised.name;
  }

  /** Address of `/metrics`; undefined while the process has not said which port it listens on. */
  async metricsUrl(): Promise<string | undefined> {
    const { child } = this.supervised;
    if (child !== this.#child) {
      this.#child = child;
      this.#metricsPort = undefined;
    }
    if (child === undefined) return undefined;
    this.#metricsPort ??= listeningPort(await child.output());
    return this.#metricsPort === undefined ? undefined : `http://127.0.0.1:${this.#metricsPort}/metrics`;
  }
}

/** The port in the log line `{…,"msg":"http listening","port":N}`, whatever the order of its fields. */
export function listeningPort(log: string): number | undefined {
  for (const line of log.split('\n')) {
    if (!line.includes('"http listening"')) continue;
    try {
      const { port } = JSON.parse(line) as { port?: unknown };
      if (typeof port === 'number') return port;
    } catch {
      // The line is still being written.
    }
  }
  return undefined;
}
