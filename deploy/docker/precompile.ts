/**
 * Compiles every module that a command of the image may import, for the cache that NODE_COMPILE_CACHE names: a pod has no start before its
 * first. Node reads what fits its version, flags and user id, and compiles anew what does not.
 */
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { commandNames } from '../../cli/program.ts';
import { loadPlaces } from '../../processors/places/index.ts';
import { processors } from '../../topology/graph/index.ts';

const ROOT = join(import.meta.dirname, '../..');

if (getCompileCacheDir() === undefined) throw new Error('nothing to fill: set NODE_COMPILE_CACHE to the folder of the cache');
const modules = [...commandNames().map((name) => `cli/commands/${name}.ts`), ...processors.map(({ name }) => `processors/${name}/index.ts`)];
for (const module of modules) await import(join(ROOT, module));
// What they import when it is first used.
loadPlaces('IE');
console.log(`compiled ${modules.join(', ')} and what they import`);
