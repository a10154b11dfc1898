import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuardedChild } from '../../../deploy/local/child.ts';

const CHILD = join(import.meta.dirname, '../../../deploy/local/child.ts');

describe('a guarded child', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telco-twin-guard-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is gone when its parent is killed with SIGKILL, also when it ignores SIGTERM', async () => {
    const stubborn = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', `
      const { GuardedChild } = await import(${JSON.stringify(CHILD)});
      const options = { command: process.execPath, logFile: ${JSON.stringify(join(folder, 'log'))}, graceSeconds: 1 };
      const polite = await GuardedChild.spawn({ ...options, name: 'polite', args: ['-e', 'setInterval(() => undefined, 1000)'] });
      const stubborn = await GuardedChild.spawn({ ...options, name: 'stubborn', args: ['-e', ${JSON.stringify(stubborn)}] });
      console.log(JSON.stringify([polite.pid, stubborn.pid]));
      setInterval(() => undefined, 1000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    expect(pids.map(isAlive)).toEqual([true, true]);

    parent.kill('SIGKILL');

    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), { timeout: 20_000, interval: 50 });
  });

  it('leaves no guard behind when it ends by itself', async () => {
    const child = await GuardedChild.spawn({
      name: 'short', command: '/bin/sh', args: ['-c', 'echo "$PPID"; exit 7'], logFile: join(folder, 'log'),
    });

    expect(await child.exited).toEqual({ code: 7, signal: null });
    const guard = Number(await readFile(join(folder, 'log'), 'utf8'));
    await vi.waitFor(() => expect(sessionOf(guard)).toEqual([]), { timeout: 20_000, interval: 50 });
  });

  it('is stopped with SIGTERM first, so that it can finish what it is doing', async () => {
    const child = await GuardedChild.spawn({
      name: 'tidy', command: process.execPath, logFile: join(folder, 'log'),
      args: ['-e', `process.once('SIGTERM', () => { console.log('drained'); process.exit(0); }); setInterval(() => undefined, 1000); console.log('up')`],
    });
    await vi.waitFor(async () => expect(await child.output('last')).toContain('up'), { timeout: 20_000 });

    expect(await child.stop()).toEqual({ code: 0, signal: null });
    expect(await child.output('last')).toBe('up\ndrained\n');
  });

  it('is killed when it does not stop within the grace period', async () => {
    const child = await GuardedChild.spawn({
      name: 'stubborn', command: process.execPath, logFile: join(folder, 'log'),
      args: ['-e', `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('up')`],
    });
    await vi.waitFor(async () => expect(await child.output('last')).toContain('up'), { timeout: 20_000 });

    expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(isAlive(child.pid)).toBe(false);
  });

  it('shows the beginning and the end of what it wrote in this run, and sets an overgrown log aside', async () => {
    const logFile = join(folder, 'log');
    await writeFile(logFile, 'x'.repeat(17 * 2 ** 20));
    const options = { name: 'wordy', command: '/bin/sh', logFile };
    await (await GuardedChild.spawn({ ...options, args: ['-c', 'echo before'] })).exited;
    const child = await GuardedChild.spawn({ ...options, args: ['-c', 'echo first; head -c 100000 /dev/zero; echo; echo last'] });
    await child.exited;

    expect((await child.output('first')).slice(0, 6)).toBe('first\n');
    expect((await child.output('last')).slice(-6)).toBe('\nlast\n');
    expect((await stat(`${logFile}.1`)).size).toBe(17 * 2 ** 20);
    expect((await readFile(logFile, 'utf8')).startsWith('before\nfirst\n')).toBe(true);
  });

  it('that cannot be started tells why in its log', async () => {
    const child = await GuardedChild.spawn({ name: 'absent', command: '/nowhere/java', args: [], logFile: join(folder, 'log') });

    expect(await child.exited).toEqual({ code: 127, signal: null });
    expect(await child.output('last')).toContain('/nowhere/java');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process group of a guard that is its leader: [] once all of it has ended. */
function sessionOf(group: number): number[] {
  try {
    process.kill(-group, 0);
    return [group];
  } catch {
    return [];
  }
}
