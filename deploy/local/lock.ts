import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Runs `body` while holding a lock file that names the holder's pid. A lock whose holder has died is taken over.
 * @param onWait called once, with the holder's pid, when the lock is held by another process
 */
export async function withLock<T>(path: string, body: () => Promise<T>, onWait?: (pid: number) => void): Promise<T> {
  let waited = false;
  for (;;) {
    const holder = tryLock(path);
    if (holder === undefined) break;
    if (!waited) onWait?.(holder);
    waited = true;
    await sleep(POLL_MS);
  }
  try {
    return await body();
  } finally {
    unlock(path);
  }
}

/**
 * Takes the lock if it is free or its holder is dead. The file appears with its content in one step (link of a finished file), so
 * a reader never sees an empty lock.
 * @returns undefined when taken, else the pid of the live holder
 */
export function tryLock(path: string): number | undefined {
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder !== undefined && isAlive(holder)) return holder;
      if (holder !== undefined) discard(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Gives the lock back; a lock that another process holds is left alone. */
export function unlock(path: string): void {
  if (readHolder(path) === process.pid) rmSync(path, { force: true });
}

/** Removes a dead holder's lock by renaming it away first, so that of two processes that try, one wins and none removes a new lock. */
function discard(path: string, holder: number): void {
  const grave = `${path}.${process.pid}.${randomUUID()}`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const removed = readHolder(grave);
  if (removed !== holder) {
    try {
      linkSync(grave, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  rmSync(grave, { force: true });
}

function readHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
