import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
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
  const mine = identity(process.pid);
  for (;;) {
    try {
      const fd = openSync(folder.lock, 'wx');
      writeSync(fd, mine);
      fsyncSync(fd);
      closeSync(fd);
      return () => rmSync(folder.lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readFileSync(folder.lock, 'utf8');
    const pid = Number.parseInt(holder, 10);
    if (pid > 0 && isAlive(pid) && identity(pid) === holder) {
      throw new StoreOpenError(`${folder.data} is in use by process ${pid}. Stop it, or give this one another folder`);
    }
    rmSync(folder.lock, { force: true });
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
