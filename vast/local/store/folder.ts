import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tryLock, unlock } from '../../../host/file-lock.ts';
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

/** Creates what is missing and locks the folder for this process. Returns what unlocks it. @throws StoreOpenError when it is in use */
export function claim(folder: Folder): () => void {
  for (const path of [folder.wal, folder.meta, folder.spare]) mkdirSync(path, { recursive: true });
  for (const path of [dirname(folder.manifest), folder.data]) syncFolderNow(path);
  // The folder above may be one that only others may read; then it was not made here.
  if (isReadable(dirname(folder.data))) syncFolderNow(dirname(folder.data));
  const holder = tryLock(folder.lock);
  if (holder !== undefined) throw new StoreOpenError(`${folder.data} is in use by process ${holder}. Stop it, or give this one another folder`);
  return () => { unlock(folder.lock); };
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
