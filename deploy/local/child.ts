import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
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
  /** File that receives stdout and stderr, appended to; one of more than 16 MiB is renamed to `<file>.1` at the start. */
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
const OUTPUT_BYTES = 65_536;
const LOG_BYTES = 16 * 2 ** 20;

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
    rotate(options.logFile);
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

  /** What this run has written to the log file: the first 64 KiB, or the last. */
  async output(part: 'first' | 'last'): Promise<string> {
    const file = await open(this.logFile, 'r');
    try {
      const { size } = await file.stat();
      const from = part === 'first' ? this.#logStart : Math.max(this.#logStart, size - OUTPUT_BYTES);
      const length = Math.max(0, Math.min(size - from, OUTPUT_BYTES));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

/** Sets a log that has grown too large aside, in the place of the one set aside before. */
function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES) renameSync(logFile, `${logFile}.1`);
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
