import { mkdirSync } from 'node:fs';
import { claim, folderOf } from './folder.ts';
import { readManifest } from './manifest.ts';
import { LocalStore } from './store.ts';
import type { Store, StoreOptions } from './types.ts';
import { replay } from './wal/replay.ts';
import { Wal } from './wal/wal.ts';

/**
 * Opens the store in `data`, creating it when it is missing, and locks the folder. Everything whose commit was answered is there.
 * @throws StoreOpenError when the folder is in use, damaged or of another version
 */
export async function openStore(data: string, options: StoreOptions): Promise<Store> {
  const folder = folderOf(data);
  mkdirSync(data, { recursive: true });
  const unlock = claim(folder);
  let wal: Wal | undefined;
  try {
    const log = options.log ?? ((message: string) => { process.emitWarning(message); });
    const manifest = await readManifest(folder);
    const replayed = await replay(folder, manifest, log);
    wal = await Wal.open(folder.wal, replayed.tail);
    const store = new LocalStore({ folder, unlock, wal, replayed, nextFile: manifest?.nextFile ?? 1, options: { ...options, log } });
    await store.start(options.buckets);
    return store;
  } catch (error) {
    await wal?.close();
    unlock();
    throw error;
  }
}
