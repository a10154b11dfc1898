import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Unavailable } from './unavailable.ts';

/** The Go release that the modules of the bed declare. */
const MINIMUM_GO = [1, 26] as const;

export interface GoCall {
  /** Folder of the module to run in. */
  readonly folder: string;
  readonly args: readonly string[];
  /** Called with the number of modules fetched so far and the one being fetched. */
  readonly onDownload?: (count: number, module: string) => void;
}

/**
 * Runs the `go` on PATH, with static binaries and pinned modules: what go.sum does not name is an error, never fetched.
 * @returns standard output
 * @throws Error with the end of standard error when it fails
 */
export async function go(call: GoCall): Promise<string> {
  const child = spawn('go', call.args, {
    cwd: call.folder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -trimpath -buildvcs=false', GOWORK: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill();
  process.once('exit', end);
  const closed = once(child, 'close').finally(() => process.off('exit', end));
  const errors: string[] = [];
  let output = '';
  let downloads = 0;
  const readOutput = async (): Promise<void> => {
    for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk);
  };
  const readErrors = async (): Promise<void> => {
    for await (const line of createInterface({ input: child.stderr })) {
      const module = /^go: downloading (\S+ \S+)/.exec(line)?.[1];
      if (module === undefined) errors.push(line);
      else call.onDownload?.((downloads += 1), module);
    }
  };
  const [[code]] = (await Promise.all([closed, readOutput(), readErrors()])) as [[number | null], void, void];
  if (code !== 0) throw new Error(`go ${call.args.slice(0, 3).join(' ')} … failed:\n${errors.slice(-10).join('\n')}`);
  return output;
}

/** @throws Unavailable when there is no Go on PATH, or an older one than the modules need */
export async function requireGo(): Promise<void> {
  const needed = MINIMUM_GO.join('.');
  let reported: string;
  try {
    reported = await go({ folder: import.meta.dirname, args: ['env', 'GOVERSION'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Unavailable(`no Go on PATH: the servers are built from Go modules with Go ${needed} or newer`);
  }
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(reported) ?? []).map(Number);
  if (major > MINIMUM_GO[0] || (major === MINIMUM_GO[0] && minor >= MINIMUM_GO[1])) return;
  throw new Unavailable(`${reported.trim()} is on PATH, and the servers are built with Go ${needed} or newer`);
}

/** A pinned Go module whose files, not its packages, are wanted. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** Checksum of its files, as in a go.sum. */
  readonly sum: string;
}

/**
 * The folder of a module's files in Go's own cache, fetched when it is not there.
 * @throws Unavailable when it can't be fetched
 * @throws Error when its checksum is another one
 */
export async function moduleFolder({ path, version, sum }: GoModule): Promise<string> {
  let output: string;
  try {
    output = await go({ folder: '/', args: ['mod', 'download', '-json', `${path}@${version}`] });
  } catch (error) {
    throw new Unavailable(`the Go module ${path} ${version} can't be fetched: ${(error as Error).message}`, { cause: error });
  }
  const fetched = JSON.parse(output) as { Dir: string; Sum: string };
  if (fetched.Sum !== sum) throw new Error(`the Go module ${path} ${version} has checksum ${fetched.Sum} instead of ${sum}`);
  return fetched.Dir;
}
