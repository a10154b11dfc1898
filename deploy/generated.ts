import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that are derived from the code: path below the root → content. */
export interface Generated {
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
  /** Folders below the root that hold generated files only; what nothing derives any more is removed from them. */
  readonly folders: readonly string[];
}

/** Entry point of a generator: writes the files, or with `--check` among the arguments changes nothing and fails when one is out of date. */
export function runGenerator(generated: Generated, args: readonly string[]): void {
  try {
    const check = args.includes('--check');
    const outdated = sync(generated, check);
    if (check && outdated.length > 0) throw new Error(`out of date under ${generated.root}: ${outdated.join(', ')}; npm run generate`);
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** Returns the paths that were out of date; with `check` they still are. */
function sync({ root, files, folders }: Generated, check: boolean): string[] {
  const outdated: string[] = [];
  for (const [path, content] of files) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
    outdated.push(path);
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const strays = folders.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !files.has(path));
  for (const path of strays) {
    outdated.push(path);
    if (!check) rmSync(join(root, path));
  }
  return outdated;
}
