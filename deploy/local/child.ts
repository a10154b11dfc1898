import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChildOptions {
  /** Name for messages, e.g. `kafka`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** File that receives stdout and stderr, appended to. */
  readonly logFile: string;
  /** Seconds between SIGTERM and SIGKILL when the parent dies (default 10). */
  readonly graceSeconds?: number;
}

/** How a child ended: its exit code, or the name of the signal that ended it. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const GUARD = join(import.meta.dirname, 'guard.sh');

/**
 * A child process that cannot outlive its parent. It runs below `guard.sh`, in a session of its own, so that Ctrl-C in the
 * terminal reaches only the parent, which then stops its children in order.
 */
export class GuardedChild {
  readonly name: string;
  readonly logFile: string;
  /** Pid of the command itself, not of the guard. */
  readonly pid: number;
  /** Resolves when the command has ended; never rejects. */
  readonly exited: Promise<ChildExit>;
  readonly #logStart: number;
  #exit: ChildExit | undefined;

  private constructor(options: ChildOptions, pid: number, logStart: number, exited: Promise<ChildExit>) {
    this.name = options.name;
    this.logFile = options.logFile;
    this.pid = pid;
    this.#logStart = logStart;
    this.exited = exited.then((exit) => (this.#exit = exit));
  }

  /** Starts the command; resolves once its pid is known, which says nothing about its being ready. */
  static async spawn(options: ChildOptions): Promise<GuardedChild> {
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'a');
    const logStart = statSync(options.logFile).size;
    let guard: ChildProcess;
    try {
      guard = spawn('/bin/sh', [GUARD, String(options.graceSeconds ?? 10), options.command, ...options.args], {
        stdio: ['pipe', log, log, 'pipe'],
        detached: true,
        env: options.env ?? process.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
    } finally {
      closeSync(log);
    }
    const exited = once(guard, 'exit').then(([code, signal]) => toExit(code as number | null, signal as NodeJS.Signals | null));
    const pid = await readPid(guard);
    return new GuardedChild(options, pid, logStart, exited);
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Sends SIGTERM, and SIGKILL after `graceMs`; resolves when the process is gone. */
  async stop(graceMs = 20_000): Promise<ChildExit> {
    this.signal('SIGTERM');
    const timer = new AbortController();
    const killer = sleep(graceMs, undefined, { signal: timer.signal }).then(
      () => this.signal('SIGKILL'),
      () => false,
    );
    const exit = await this.exited;
    timer.abort();
    await killer;
    return exit;
  }

  /** Sends a signal to the command; false when it has already ended. */
  signal(signal: NodeJS.Signals): boolean {
    if (!this.running) return false;
    try {
      return process.kill(this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  }

  /** What this run has written to the log file so far (the last 64 KiB of it). */
  async output(): Promise<string> {
    const file = await open(this.logFile, 'r');
    try {
      const { size } = await file.stat();
      const from = Math.max(this.#logStart, size - 65_536);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), 0, Math.max(0, size - from), from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

/** A shell reports a child's death by signal n as status 128 + n. */
function toExit(code: number | null, signal: NodeJS.Signals | null): ChildExit {
  if (code === 137) return { code: null, signal: 'SIGKILL' };
  if (code === 143) return { code: null, signal: 'SIGTERM' };
  return { code, signal };
}

async function readPid(guard: ChildProcess): Promise<number> {
  const pipe = guard.stdio[3] as NodeJS.ReadableStream;
  let text = '';
  for await (const chunk of pipe) text += String(chunk);
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid)) throw new Error(`${GUARD} printed no pid but ${JSON.stringify(text)}`);
  return pid;
}
