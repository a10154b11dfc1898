import { accessSync, closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreOpenError } from './errors.ts';
import type { Path } from './types.ts';

/** The store's own files lie in `.store` below the data folder; beside it only Parquet files, in a folder for each table. */
export interface Folder {
  readonly data: string;
  readonly wal: string;
  /** Row ids and value ranges of each Parquet file. */
  readonly meta: string;
  /** Parquet files in the making, and those replaced that a transaction still reads. */
  readonly spare: string;
  readonly manifest: string;
  readonly lock: string;
}

export function folderOf(data: string): Folder {
  const own = join(data, '.store');
  return {
    data, wal: join(own, 'wal'), meta: join(own, 'meta'), spare: join(own, 'spare'),
    manifest: join(own, 'manifest.json'), lock: join(own, 'lock'),
  };
}

/** Folder of a table's Parquet files. A name is its own folder name where that is safe, percent-encoded elsewhere. */
export function tableFolder(folder: Folder, path: Path): string {
  return join(folder.data, ...path.map((name) => encodeURIComponent(name).replace(/^\./, '%2E').replaceAll('*', '%2A')));
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file as a whole: after a crash either the old or the new content is there. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const handle = await open(`${path}.new`, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** Creates what is missing and locks the folder for this process. Returns what unlocks it. */
export function claim(folder: Folder): () => void {
  for (const path of [folder.wal, folder.meta, folder.spare]) mkdirSync(path, { recursive: true });
  for (const path of [dirname(folder.manifest), folder.data]) syncFolderNow(path);
  // The folder above may be one that only others may read; then it was not made here.
  if (isReadable(dirname(folder.data))) syncFolderNow(dirname(folder.data));
  const mine = `${folder.lock}.${process.pid}`;
  const fd = openSync(mine, 'w');
  writeSync(fd, identity(process.pid));
  closeSync(fd);
  try {
    // A link appears with its content, or not at all.
    while (!tryLink(mine, folder.lock)) removeStale(folder, mine);
  } finally {
    rmSync(mine);
  }
  return () => rmSync(folder.lock, { force: true });
}

/** Removes the lock of a process that is gone. @throws StoreOpenError when it is not */
function removeStale(folder: Folder, mine: string): void {
  const holder = readIfThere(folder.lock);
  if (holder === undefined) return;
  const pid = Number.parseInt(holder, 10);
  if (pid > 0 && isAlive(pid) && identity(pid) === holder) {
    throw new StoreOpenError(`${folder.data} is in use by process ${pid}. Stop it, or give this one another folder`);
  }
  const aside = `${mine}.stale`;
  renameSync(folder.lock, aside);
  // Someone else may have taken the folder between the look and the removal.
  if (readIfThere(aside) !== holder) tryLink(aside, folder.lock);
  rmSync(aside);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
  }
  // Some mounted volumes have no hard links.
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function syncFolderNow(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
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

/** Process id and, where the system tells it, when the process began: ids are used again after a restart. */
function identity(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  const started = existsSync(stat) ? readFileSync(stat, 'utf8').split(') ').at(-1)!.split(' ')[19] : '';
  return `${pid} ${started}`;
}
