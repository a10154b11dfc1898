import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../host/file-lock.ts';
import { runMaven, type MavenProgress } from './maven.ts';

/** A set of artifacts that one Maven call puts into a folder. */
interface Distribution {
  /** Name and version, the first part of the cache folder's name. */
  readonly name: string;
  readonly pom: string;
  readonly goal: 'copy-dependencies' | 'unpack-dependencies';
}

const MAVEN = join(import.meta.dirname, 'maven');

export const KAFKA: Distribution = {
  name: 'kafka-4.3.1',
  pom: join(MAVEN, 'kafka.pom.xml'),
  goal: 'copy-dependencies',
};

export const REGISTRY: Distribution = {
  name: 'apicurio-registry-3.3.3',
  pom: join(MAVEN, 'registry.pom.xml'),
  goal: 'unpack-dependencies',
};

/** `TELCO_TWIN_CACHE`, else `$XDG_CACHE_HOME/telco-twin`, else `~/.cache/telco-twin`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TELCO_TWIN_CACHE) return env.TELCO_TWIN_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'telco-twin');
}

/**
 * The folder of a distribution, resolved through Maven the first time. A folder with its final name is always complete: it is
 * filled under a temporary name and renamed, so a killed run leaves nothing half-made and two runs at once end with one copy.
 * @param javaHome JDK that runs Maven
 * @throws LocalStackError when Maven cannot resolve it
 */
export async function resolveDistribution(
  distribution: Distribution,
  javaHome: string,
  progress: (progress: MavenProgress) => void = () => undefined,
  cache: string = cacheFolder(),
): Promise<string> {
  const content = readFileSync(distribution.pom);
  const key = createHash('sha256').update(content).update(distribution.goal).digest('hex').slice(0, 8);
  const target = join(cache, `${distribution.name}-${key}`);
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  return await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return target;
    const work = mkdtempSync(`${target}.part-`);
    try {
      cpSync(distribution.pom, join(work, 'pom.xml'));
      await runMaven({ folder: work, goal: distribution.goal, output: join(work, 'out'), javaHome, progress });
      publish(join(work, 'out'), target);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    return target;
  });
}

/** Renames a complete folder into place; when another process was faster its copy, which is the same, stays. */
function publish(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
