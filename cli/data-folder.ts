import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './errors.ts';

/**
 * Makes the folder that --data-dir names, where it is missing, and tries to write in it.
 * @throws UsageError that says what is in the way
 */
export function makeDataFolder(path: string): void {
  const folder = resolve(path);
  try {
    make(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is a file');
    rmdirSync(mkdtempSync(join(folder, '.telco-twin-')));
  } catch (error) {
    throw new UsageError(`--data-dir ${folder} cannot be used: ${(error as Error).message}. Name a folder that this user may make or write to.`);
  }
}

/** One after the other: Node's recursive mkdir never ends where a parent is there and answers ENOENT, as below /proc. */
function make(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      mkdirSync(at);
    } catch (error) {
      // Another process may make the same folders.
      if (statSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
    }
  }
}
