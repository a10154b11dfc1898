import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { cachedFolder } from './cached.ts';
import { go } from './go.ts';
import { buildPrograms, programsHash, requiredVersion, type GoPrograms } from './programs.ts';

const SOURCES = join(import.meta.dirname, 'go');
const VERSION = requiredVersion(SOURCES, 'k8s.io/kubernetes');

/** Executables by name, and the Go package that each is built from. */
const PACKAGES = {
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  etcd: 'go.etcd.io/etcd/server/v3',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
  'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  coredns: './coredns',
  pause: './pause',
} as const;

/** Files of the kwok module that say how simulated nodes, pods and volumes behave. */
const KWOK_FILES = [
  'stage/node/fast/node-initialize.yaml',
  'stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'stage/pod/fast/pod-ready.yaml',
  'stage/pod/fast/pod-complete.yaml',
  'stage/pod/fast/pod-delete.yaml',
  'stage/volume/fast/pv-bind.yaml',
  'stage/volume/fast/pv-delete.yaml',
  'stage/volume/fast/pvc-provision.yaml',
  'stage/volume/fast/pvc-delete.yaml',
  'stage/volume/fast/storage-class.yaml',
  'metrics/usage/usage-from-annotation.yaml',
  'metrics/resource/metrics-resource.yaml',
];

const PROGRAMS: GoPrograms = { project: 'Kubernetes', sources: SOURCES, packages: PACKAGES, linkerFlags: linkerFlags() };

export type Program = keyof typeof PACKAGES;

export interface KubernetesBinaries {
  /** Folder of the executables, to put on PATH. */
  readonly folder: string;
  /** Kubernetes version, e.g. `1.36.3`. */
  readonly version: string;
  /** Path of an executable. */
  readonly path: (program: Program) => string;
  /** Path of a copied file of the kwok module, by its base name. */
  readonly kwokFile: (name: string) => string;
}

/**
 * Kubernetes' servers, built from Go modules the first time (about six minutes on two cores) into
 * `<cache>/kubernetes/<hash of the sources>`. Go's own cache keeps what a killed build has compiled.
 * @param progress told what is being done, e.g. `building kubelet (7 of 10)`
 * @throws Unavailable when Go or the modules can't be had here
 */
export async function kubernetesBinaries(
  progress: (step: string) => void = () => undefined,
  cache: string = cacheFolder(),
): Promise<KubernetesBinaries> {
  const folder = await cachedFolder(
    join(cache, 'kubernetes', programsHash(PROGRAMS, KWOK_FILES)),
    async (work) => await build(work, progress),
    (pid) => progress(`waiting for process ${pid}, which is building the same`),
  );
  return {
    folder,
    version: VERSION,
    path: (program) => join(folder, program),
    kwokFile: (name) => join(folder, 'kwok-files', name),
  };
}

async function build(work: string, progress: (step: string) => void): Promise<void> {
  await buildPrograms(PROGRAMS, work, progress);
  const kwok = (await go({ folder: SOURCES, args: ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'] })).trim();
  for (const file of KWOK_FILES) cpSync(join(kwok, 'kustomize', file), join(work, 'kwok-files', basename(file)));
}

/** Without these, servers report version v0.0.0 and clients refuse features. */
function linkerFlags(): string {
  const [major, minor] = VERSION.split('.');
  const variables = { gitVersion: `v${VERSION}`, gitMajor: major, gitMinor: minor };
  return ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(' ');
}
