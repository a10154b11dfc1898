import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;

/** What a link fails with where a mounted volume has no hard links. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** What reading a file fails with that is not there, or that describes a process which ended meanwhile. */
const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH']);

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
 * Takes the lock if it is free or its holder is gone. It holds between processes that see each other's ids: those of one machine, not those
 * of two containers with a volume in common.
 * @returns undefined when taken, else the pid of the live holder, which may be this process
 */
export function tryLock(path: string): number | undefined {
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  writeFileSync(mine, identity(process.pid));
  try {
    for (;;) {
      if (appear(mine, path)) return undefined;
      const holder = readIfThere(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) return pidOf(holder);
      discard(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Gives the lock back; a lock that another process holds is left alone. */
export function unlock(path: string): void {
  if (readIfThere(path) === identity(process.pid)) rmSync(path, { force: true });
}

/** Removes a dead holder's lock by renaming it away first, so that of two processes that try, one wins and none removes a new lock. */
function discard(path: string, holder: string): void {
  const grave = `${path}.${process.pid}.${randomUUID()}`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(grave) !== holder) appear(grave, path);
  rmSync(grave, { force: true });
}

/** Makes a finished file appear under a second name, with its content or not at all. @returns false when that name is taken */
function appear(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
  }
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(holder: string): boolean {
  const pid = pidOf(holder);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return identity(pid) === holder;
}

function pidOf(holder: string): number {
  return Number.parseInt(holder, 10);
}

/** Process id and, where the system tells it, when the process began: ids are used again, in a container at every start. */
function identity(pid: number): string {
  const started = readIfThere(`/proc/${pid}/stat`)?.split(') ').at(-1)!.split(' ')[19];
  return started === undefined ? String(pid) : `${pid} ${started}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
