import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { cachedFolder } from './cached.ts';
import { buildPrograms, programsHash, requiredVersion, type GoPrograms } from './programs.ts';

const MODULE = 'github.com/kedacore/keda/v2';
/** A module apart from the other servers': KEDA's replacements hold Kubernetes' libraries back. */
const SOURCES = join(import.meta.dirname, 'keda');
const VERSION = requiredVersion(SOURCES, MODULE);

const PACKAGES = {
  'keda-operator': `${MODULE}/cmd/operator`,
  'keda-adapter': `${MODULE}/cmd/adapter`,
} as const;

const PROGRAMS: GoPrograms = {
  project: 'KEDA', sources: SOURCES, packages: PACKAGES, linkerFlags: `-s -w -X ${MODULE}/version.Version=${VERSION}`,
};

export interface KedaBinaries {
  /** KEDA's version, e.g. `2.20.2`. */
  readonly version: string;
  /** Path of an executable. */
  readonly path: (program: string) => string;
}

/**
 * KEDA's operator and its server of metrics, built from Go modules the first time (some ten minutes on two cores) into
 * `<cache>/kubernetes/keda-<hash of the sources>`.
 * @throws Unavailable when Go or the modules can't be had here
 */
export async function kedaBinaries(progress: (step: string) => void = () => undefined, cache: string = cacheFolder()): Promise<KedaBinaries> {
  const folder = await cachedFolder(
    join(cache, 'kubernetes', `keda-${programsHash(PROGRAMS)}`),
    async (work) => await buildPrograms(PROGRAMS, work, progress),
    (pid) => progress(`waiting for process ${pid}, which is building the same`),
  );
  return { version: VERSION, path: (program) => join(folder, program) };
}
