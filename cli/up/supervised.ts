import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildExit, GuardedChild } from '../../deploy/local/child.ts';

/**
 * - `STARTING`: `start` is under way.
 * - `RUNNING`: the process lives.
 * - `WAITING`: it died; it is started again after a pause.
 * - `STOPPED`: `stop` was called.
 */
export type SupervisedState = 'STARTING' | 'RUNNING' | 'WAITING' | 'STOPPED';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long is healthy: the next pause is short again. */
const HEALTHY_MS = 60_000;

/** A process that is started again, with growing pauses, whenever it ends without having been asked to. */
export class Supervised {
  readonly name: string;
  readonly #start: () => Promise<GuardedChild>;
  readonly #stopped = new AbortController();
  #state: SupervisedState = 'STARTING';
  #child: GuardedChild | undefined;
  #restarts = 0;
  #reason: string | undefined;
  #loop: Promise<void> | undefined;

  /** @param start starts the process; may reject, which counts as a death */
  constructor(name: string, start: () => Promise<GuardedChild>) {
    this.name = name;
    this.#start = start;
  }

  get state(): SupervisedState {
    return this.#state;
  }

  get child(): GuardedChild | undefined {
    return this.#child;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Why it ended last; undefined if it never did. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Starts it and, from then on, again and again. Resolves when it was started, or could not be, for the first time. */
  async run(): Promise<void> {
    await new Promise<void>((started) => {
      this.#loop = this.#keepAlive(started);
    });
  }

  /** Ends it for good: SIGTERM, and SIGKILL after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort();
    await this.#child?.stop(graceMs);
    await this.#loop;
    this.#state = 'STOPPED';
  }

  async #keepAlive(started: () => void): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      this.#state = 'STARTING';
      const began = performance.now();
      await this.#runOnce(started);
      if (this.#stopped.signal.aborted) return;
      if (performance.now() - began > HEALTHY_MS) pause = FIRST_PAUSE_MS;
      this.#state = 'WAITING';
      await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      if (this.#stopped.signal.aborted) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      this.#restarts += 1;
    }
  }

  async #runOnce(started: () => void): Promise<void> {
    try {
      const child = await this.#start();
      this.#child = child;
      this.#state = 'RUNNING';
      started();
      // `stop` may have come while `start` was under way, and found no child to stop.
      if (this.#stopped.signal.aborted) await child.stop(0);
      const exit = await child.exited;
      if (!this.#stopped.signal.aborted) this.#reason = await reasonOf(child, exit);
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
    } finally {
      this.#child = undefined;
      started();
    }
  }
}

/** The last error a process logged (pino's level 50 and up), or else how it ended. */
async function reasonOf(child: GuardedChild, exit: ChildExit): Promise<string> {
  const ended = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
  const lines = (await child.output('last')).trimEnd().split('\n').reverse();
  for (const line of lines) {
    const message = line.startsWith('{') ? errorMessage(line) : /^error: (.*)/.exec(line)?.[1];
    if (message !== undefined) return `${message} (${ended})`;
  }
  return ended;
}

function errorMessage(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { level?: number; msg?: string };
    return level !== undefined && level >= 50 ? msg : undefined;
  } catch {
    return undefined;
  }
}
