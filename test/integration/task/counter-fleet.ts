import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, 'counter-process.ts');

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly partitions?: readonly number[];
  readonly err?: { readonly type: string; readonly message: string };
}

/** A counter in a process of its own. Everything it logged is kept. */
export class CounterProcess {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #changed = new Set<() => void>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, COMMIT_INTERVAL_MS: '50', GROUP_SESSION_TIMEOUT_MS: '6000', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#closed = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout! }).on('line', (text) => {
      if (!text.startsWith('{')) return;
      this.log.push(JSON.parse(text) as LogLine);
      for (const changed of this.#changed) changed();
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code, null after a signal. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    // A stopped process would keep its pipe open.
    this.signal('SIGCONT');
    await this.#closed;
  }

  /** Waits until `found` finds something in what was logged from line `from` on. */
  async logged<T>(found: (lines: readonly LogLine[]) => T | undefined, from = 0): Promise<T> {
    for (;;) {
      const result = found(this.log.slice(from));
      if (result !== undefined) return result;
      if (!this.running) throw new Error(`the process ended before it logged what was waited for:\n${this.log.map(({ msg }) => msg).join('\n')}`);
      const logged = Promise.withResolvers<void>();
      this.#changed.add(logged.resolve);
      await Promise.race([logged.promise, this.#closed]);
      this.#changed.delete(logged.resolve);
    }
  }

  /** Waits for a message. */
  async says(message: string, from = 0): Promise<LogLine> {
    return this.logged((lines) => lines.find(({ msg }) => msg === message), from);
  }
}
