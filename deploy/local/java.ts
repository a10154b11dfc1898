import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The registry is compiled for Java 21; Kafka 4 needs 17. */
export const MINIMUM_JAVA = 21;

export interface Java {
  /** JAVA_HOME of this runtime. */
  readonly home: string;
  /** Path of the `java` executable. */
  readonly bin: string;
  /** Feature release, e.g. 25. */
  readonly version: number;
}

/** Where to look; tests give their own. */
export interface JavaSearch {
  readonly env: NodeJS.ProcessEnv;
  /** Folders that hold one JDK per entry: the places where packages and version managers put them. */
  readonly folders: readonly string[];
}

const run = promisify(execFile);

/** The places where Linux packages, macOS installers, Homebrew and SDKMAN put JDKs. */
export function defaultSearch(): JavaSearch {
  return {
    env: process.env,
    folders: [
      '/usr/lib/jvm',
      '/usr/java',
      '/opt/java',
      '/Library/Java/JavaVirtualMachines',
      '/opt/homebrew/opt',
      join(homedir(), '.sdkman', 'candidates', 'java'),
      join(homedir(), '.jdks'),
    ],
  };
}

/**
 * The Java to use: JAVA_HOME if it is new enough, else the one on PATH, else the newest installed one that is.
 * @returns `found` undefined when none fits; `seen` lists every runtime found, for the message.
 */
export async function findJava(minimum = MINIMUM_JAVA, search = defaultSearch()): Promise<{ found?: Java; seen: Java[] }> {
  const preferred = [search.env.JAVA_HOME, javaHomeOnPath(search.env)];
  const installed = [...search.folders.flatMap(homesIn), ...(await macJavaHomes())];
  const seen = new Map<string, Java>();
  const inspectAll = async (homes: readonly (string | undefined)[]): Promise<Java[]> => {
    const javas: Java[] = [];
    for (const home of homes) {
      const java = home === undefined || home === '' ? undefined : await inspect(home);
      if (java === undefined) continue;
      seen.set(java.home, java);
      javas.push(java);
    }
    return javas;
  };
  const first = (await inspectAll(preferred)).find((java) => java.version >= minimum);
  if (first !== undefined) return { found: first, seen: [...seen.values()] };
  const newest = (await inspectAll(installed)).sort((a, b) => b.version - a.version)[0];
  const all = [...seen.values()];
  return newest !== undefined && newest.version >= minimum ? { found: newest, seen: all } : { seen: all };
}

/** JAVA_HOME that the `java` on PATH belongs to, links resolved (`/usr/bin/java` → `/etc/alternatives/java` → the JDK). */
function javaHomeOnPath(env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    try {
      return dirname(dirname(realpathSync(join(folder, 'java'))));
    } catch {
      continue;
    }
  }
  return undefined;
}

function homesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => [
    join(folder, name),
    join(folder, name, 'Contents', 'Home'),
    join(folder, name, 'libexec', 'openjdk.jdk', 'Contents', 'Home'),
  ]);
}

async function macJavaHomes(): Promise<string[]> {
  if (process.platform !== 'darwin') return [];
  try {
    return [(await run('/usr/libexec/java_home')).stdout.trim()];
  } catch {
    return [];
  }
}

async function inspect(home: string): Promise<Java | undefined> {
  const bin = join(home, 'bin', 'java');
  try {
    if (!statSync(bin).isFile()) return undefined;
  } catch {
    return undefined;
  }
  const version = releaseVersion(home) ?? (await reportedVersion(bin));
  return version === undefined ? undefined : { home: realpathSync(home), bin, version };
}

/** Every JDK since 8 has a `release` file of `NAME="value"` lines at its root; some distributions' JREs lack it. */
function releaseVersion(home: string): number | undefined {
  try {
    return featureVersion(/^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

async function reportedVersion(bin: string): Promise<number | undefined> {
  try {
    return featureVersion(/version "([^"]+)"/.exec((await run(bin, ['-version'])).stderr)?.[1]);
  } catch {
    return undefined;
  }
}

/** `25.0.3` → 25, `1.8.0_402` → 8. */
export function featureVersion(text: string | undefined): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(text ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Options that silence warnings of newer runtimes about what Kafka's and the registry's libraries do, and an exit instead of a zombie. */
export function javaOptions(java: Java, heapMb: number): string[] {
  return [
    `-Xmx${heapMb}m`,
    '-XX:+ExitOnOutOfMemoryError',
    ...(java.version >= 23 ? ['--sun-misc-unsafe-memory-access=allow'] : []),
    ...(java.version >= 22 ? ['--enable-native-access=ALL-UNNAMED'] : []),
  ];
}
