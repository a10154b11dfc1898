/**
 * Compiles every module that a command of the image may import, for the cache that NODE_COMPILE_CACHE names: a pod has no start before its
 * first. Node reads what fits its version, flags and user id, and compiles anew what does not.
 */
import { readdirSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { loadPlaces } from '../../processors/places/index.ts';

const ROOT = join(import.meta.dirname, '../..');

if (getCompileCacheDir() === undefined) throw new Error('nothing to fill: set NODE_COMPILE_CACHE to the folder of the cache');
const modules = [
  'cli/program.ts',
  ...readdirSync(join(ROOT, 'cli/commands')).map((file) => `cli/commands/${file}`),
  ...readdirSync(join(ROOT, 'processors'), { recursive: true, encoding: 'utf8' }).filter((file) => /^[^/]+\/index\.ts$/.test(file)).map((file) => `processors/${file}`),
];
for (const module of modules) await import(join(ROOT, module));
// What they import when it is first used.
loadPlaces('IE');
flushCompileCache();
console.log(`compiled ${modules.join(', ')} and what they import`);
