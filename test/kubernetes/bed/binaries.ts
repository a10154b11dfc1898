import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { cachedFolder } from './cached.ts';
import { go, requireGo } from './go.ts';
import { Unavailable } from './unavailable.ts';

/** Executables by name, and the Go package that each is built from. `go/go.mod` pins their versions. */
const PROGRAMS = {
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

const SOURCES = join(import.meta.dirname, 'go');

export type Program = keyof typeof PROGRAMS;

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
    join(cache, 'kubernetes', sourcesHash()),
    async (work) => await build(work, progress),
    (pid) => progress(`waiting for process ${pid}, which is building the same`),
  );
  return {
    folder,
    version: kubernetesVersion(),
    path: (program) => join(folder, program),
    kwokFile: (name) => join(folder, 'kwok-files', name),
  };
}

async function build(work: string, progress: (step: string) => void): Promise<void> {
  await requireGo();
  await fetchModules(progress);
  const programs = Object.entries(PROGRAMS);
  for (const [index, [name, source]] of programs.entries()) {
    progress(`building ${name} (${index + 1} of ${programs.length})`);
    await go({ folder: SOURCES, args: ['build', `-ldflags=${linkerFlags()}`, '-o', join(work, name), source] });
  }
  const kwok = (await go({ folder: SOURCES, args: ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'] })).trim();
  for (const file of KWOK_FILES) cpSync(join(kwok, 'kustomize', file), join(work, 'kwok-files', basename(file)));
}

/** Fetches the modules of every package that is needed, and no other. */
async function fetchModules(progress: (step: string) => void): Promise<void> {
  try {
    await go({
      folder: SOURCES,
      args: ['list', '-deps', '-f', '{{with .Error}}{{.}}{{end}}', ...Object.values(PROGRAMS)],
      onDownload: (count, module) => progress(`fetching Go module ${count}, ${module}`),
    });
  } catch (error) {
    throw new Unavailable(`the Go modules of Kubernetes can't be fetched: ${(error as Error).message}`, { cause: error });
  }
}

/** Without these, servers report version v0.0.0 and clients refuse features. */
function linkerFlags(): string {
  const [major, minor] = kubernetesVersion().split('.');
  const variables = { gitVersion: `v${kubernetesVersion()}`, gitMajor: major, gitMinor: minor };
  return ['-s', '-w', ...Object.entries(variables).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(' ');
}

function kubernetesVersion(): string {
  const version = /^\s*k8s\.io\/kubernetes v(\S+)(?: \/\/ indirect)?$/m.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${SOURCES}/go.mod requires no version of k8s.io/kubernetes`);
  return version;
}

function sourcesHash(): string {
  const hash = createHash('sha256').update(JSON.stringify([PROGRAMS, KWOK_FILES, linkerFlags(), process.platform, process.arch]));
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).map((name) => join(SOURCES, name)).sort()) {
    if (statSync(file).isFile()) hash.update(relative(SOURCES, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
