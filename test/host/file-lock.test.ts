import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLock, unlock, withLock } from '../../host/file-lock.ts';

describe('a lock file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'telco-twin-lock-'));
    path = join(folder, 'lock');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('names its live holder to whoever comes second', () => {
    expect(tryLock(path)).toBeUndefined();
    expect(tryLock(path)).toBe(process.pid);
    unlock(path);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a holder that has died', () => {
    writeFileSync(path, String(deadPid()));
    expect(tryLock(path)).toBeUndefined();
    expect(readFileSync(path, 'utf8').split(' ')[0]).toBe(String(process.pid));
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it.runIf(existsSync('/proc/self/stat'))('is taken over when the id of its holder was given to a later process', () => {
    writeFileSync(path, `${process.pid} 1`);
    expect(tryLock(path)).toBeUndefined();
    expect(tryLock(path)).toBe(process.pid);
  });

  it('that another process holds is not given back by mistake', () => {
    writeFileSync(path, String(deadPid()));
    unlock(path);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('lets bodies run one at a time, and is free again after one that throws', async () => {
    const events: string[] = [];
    const body = (name: string) => async (): Promise<void> => {
      events.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} out`);
    };
    await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await Promise.all([withLock(path, body('a')), withLock(path, body('b'))]);
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
  });
});

/** Pid of a process that has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}
