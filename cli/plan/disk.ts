import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Share of the free disk that a twin may plan with; the rest is for everything else on the machine. */
export const DISK_SHARE = 0.7;

/** Bytes that an ordinary user may still write where `path` is, or will be. */
export async function freeDisk(path: string): Promise<number> {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
