import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock, unlock } from '../../../host/file-lock.ts';

/**
 * Makes the store's folder this process's own: two that write the same files would damage them.
 * @returns what gives it back
 * @throws Error when another process has it
 */
export function claimFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'lock');
  const holder = tryLock(file);
  if (holder !== undefined) {
    throw new Error(`${dir} is in use by the subscriber-db of process ${holder}: stop it, or set SUBSCRIBER_DB_DIR to a folder of its own`);
  }
  return () => { unlock(file); };
}
