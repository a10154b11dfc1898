import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../../cli/telco-twin.ts');

export type Environment = Readonly<Record<string, string>>;

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly port?: number;
  readonly trace_id?: string;
  readonly span_id?: string;
}

/** Runs one command of telco-twin to its end. @throws Error with what it printed when it fails. */
export async function command(env: Environment, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`telco-twin ${args.join(' ')} ended with ${child.exitCode}:\n${printed}`);
  return printed;
}

/** `telco-twin run …` in a process of its own. */
export class RunningProcessor {
  readonly name: string;
  readonly errors: string[] = [];
  /** Lines of its log that belong to a trace. */
  readonly traced: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #httpPort = 0;

  constructor(env: Environment, name: string) {
    this.name = name;
    this.#child = spawn(process.execPath, [PROGRAM, 'run', name], {
      env: { ...process.env, LOG_LEVEL: 'info', GROUP_SESSION_TIMEOUT_MS: '6000', COMMIT_INTERVAL_MS: '100', API_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout! }).on('line', (text) => {
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as LogLine;
      if (line.msg === 'http listening') this.#httpPort = line.port ?? 0;
      if (line.trace_id !== undefined) this.traced.push(line);
      if (line.level >= 50) this.errors.push(line.msg);
    });
    this.#child.stderr!.on('data', (bytes: Buffer) => this.errors.push(bytes.toString()));
  }

  /** Port of /livez, /readyz and /metrics; 0 before it is known. */
  get httpPort(): number {
    return this.#httpPort;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What `/readyz` answers. */
  async readiness(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#httpPort}/readyz`, { signal: AbortSignal.timeout(5_000) })).text();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    this.signal('SIGCONT');
    await this.#closed;
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    await this.#closed;
    return this.#child.exitCode;
  }
}
