/**
 * Writes what the Kustomize tree derives from the topology, and removes generated files that nothing derives any more.
 * `--check` changes nothing and fails when a file is out of date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles, generatedFolders } from './files.ts';

const ROOT = join(import.meta.dirname, '..');

/** @throws Error naming every file that is out of date, with `check`. */
function generate(check: boolean): void {
  const files = generatedFiles();
  const outdated: string[] = [];
  for (const [path, content] of files) {
    const file = join(ROOT, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
    outdated.push(path);
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const path of strays(files)) {
    outdated.push(path);
    if (!check) rmSync(join(ROOT, path));
  }
  if (check && outdated.length > 0) throw new Error(`out of date under deploy/kustomize: ${outdated.join(', ')}; npm run generate`);
}

function strays(files: ReadonlyMap<string, string>): string[] {
  return generatedFolders.filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path));
}

if (import.meta.main) {
  try {
    generate(process.argv.includes('--check'));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
