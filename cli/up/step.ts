import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuardedChild } from '../../deploy/local/child.ts';
import { LocalStackError } from '../../deploy/local/errors.ts';

/** This program, to be run by the Node that runs it now. */
export const PROGRAM = join(import.meta.dirname, '..', 'telco-twin.ts');

export interface Step {
  readonly name: string;
  /** Arguments of `telco-twin`. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** Called with the newest line the step has printed. */
  readonly onOutput: (line: string) => void;
}

const POLL_MS = 250;

/**
 * Runs one command of this program to its end, in a process of its own.
 * @throws LocalStackError with the end of its output when it fails; the signal's reason when aborted
 */
export async function runStep({ name, args, env, logFile, signal, onOutput }: Step): Promise<void> {
  signal.throwIfAborted();
  const child = await GuardedChild.spawn({ name, command: process.execPath, args: [PROGRAM, ...args], env, logFile });
  const abort = (): void => void child.stop();
  signal.addEventListener('abort', abort);
  let shown = '';
  while (child.running) {
    await Promise.race([child.exited, sleep(POLL_MS)]);
    const line = (await child.output('last')).trimEnd().split('\n').at(-1) ?? '';
    if (line !== shown) onOutput(line);
    shown = line;
  }
  signal.removeEventListener('abort', abort);
  signal.throwIfAborted();
  const { code } = await child.exited;
  if (code === 0) return;
  const tail = (await child.output('last')).trimEnd().split('\n').slice(-10).join('\n');
  throw new LocalStackError(`telco-twin ${args.join(' ')} failed:\n${tail}`, `The whole log: ${logFile}`);
}
