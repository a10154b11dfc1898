import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { withLock } from '../../../host/file-lock.ts';

/**
 * A folder that is filled the first time it is wanted. It appears under its name when it is complete, so a killed run leaves only
 * a `.part-` folder, which the next one removes; processes at once wait for the first.
 * @param onWait called with the pid of a process that is filling it already
 */
export async function cachedFolder(folder: string, fill: (work: string) => Promise<void>, onWait?: (pid: number) => void): Promise<string> {
  if (existsSync(folder)) return folder;
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  return await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return folder;
    const parts = readdirSync(parent).filter((name) => name.startsWith(`${basename(folder)}.part-`));
    for (const name of parts) rmSync(`${parent}/${name}`, { recursive: true, force: true });
    const work = mkdtempSync(`${folder}.part-`);
    try {
      await fill(work);
      renameSync(work, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    return folder;
  }, onWait);
}
