import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { go, requireGo } from './go.ts';
import { Unavailable } from './unavailable.ts';

/** Programs that one Go module of the bed has as tools; its go.mod pins their versions. */
export interface GoPrograms {
  /** Whose they are, for messages. */
  readonly project: string;
  /** Folder of the module. */
  readonly sources: string;
  /** Executables by name, and the Go package that each is built from. */
  readonly packages: Readonly<Record<string, string>>;
  readonly linkerFlags: string;
}

/**
 * Builds all of them into a folder.
 * @param progress told what is being done, e.g. `building kubelet (7 of 10)`
 * @throws Unavailable when Go or the modules can't be had here
 */
export async function buildPrograms(programs: GoPrograms, folder: string, progress: (step: string) => void): Promise<void> {
  await requireGo();
  await fetchModules(programs, progress);
  const packages = Object.entries(programs.packages);
  for (const [index, [name, source]] of packages.entries()) {
    progress(`building ${name} (${index + 1} of ${packages.length})`);
    await go({ folder: programs.sources, args: ['build', `-ldflags=${programs.linkerFlags}`, '-o', join(folder, name), source] });
  }
}

/** Names what would be built: 16 hexadecimal digits that change with the module, the packages, the platform, and `more`. */
export function programsHash({ sources, packages, linkerFlags }: GoPrograms, ...more: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify([packages, ...more, linkerFlags, process.platform, process.arch]));
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' }).map((name) => join(sources, name)).sort()) {
    if (statSync(file).isFile()) hash.update(relative(sources, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Version of a module that a go.mod requires, without the `v`. */
export function requiredVersion(sources: string, module: string): string {
  const words = readFileSync(join(sources, 'go.mod'), 'utf8').split('\n').map((line) => line.replace(/^require /, '').trim().split(' '));
  const version = words.find(([name]) => name === module)?.[1]?.replace(/^v/, '');
  if (version === undefined) throw new Error(`${sources}/go.mod requires no version of ${module}`);
  return version;
}

/** Fetches the modules of every package that is needed, and no other. */
async function fetchModules({ project, sources, packages }: GoPrograms, progress: (step: string) => void): Promise<void> {
  try {
    await go({
      folder: sources,
      args: ['list', '-deps', '-f', '{{with .Error}}{{.}}{{end}}', ...Object.values(packages)],
      onDownload: (count, module) => progress(`fetching Go module ${count}, ${module}`),
    });
  } catch (error) {
    throw new Unavailable(`the Go modules of ${project} can't be fetched: ${(error as Error).message}`, { cause: error });
  }
}
