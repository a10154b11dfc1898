import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../../deploy/local/cache.ts';
import { cachedFolder } from '../cached.ts';
import { go, moduleFolder, requireGo, type GoModule } from '../go.ts';
import type { Kubectl } from '../kubectl.ts';
import { writeStrimziCrds } from './strimzi.ts';

/** A project whose Go module carries its definitions as files. */
interface Shipped {
  readonly name: string;
  readonly module: GoModule;
  /** Folder of the definitions inside the module. */
  readonly path: string;
  /** Whether the folder's kustomization changes what the files say. */
  readonly kustomized?: boolean;
}

const SHIPPED: readonly Shipped[] = [
  {
    name: 'keda',
    module: { path: 'github.com/kedacore/keda/v2', version: 'v2.20.2', sum: 'h1:SR60v8uIcelbveS8n/1jcl8tLdBBIbHMxmdOHw8tKqA=' },
    path: 'config/crd',
    kustomized: true,
  },
  {
    name: 'gateway-api',
    module: { path: 'sigs.k8s.io/gateway-api', version: 'v1.6.3', sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=' },
    path: 'config/crd/standard',
  },
  {
    name: 'external-secrets',
    module: { path: 'github.com/external-secrets/external-secrets', version: 'v1.3.2', sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=' },
    path: 'config/crds/bases',
  },
  {
    name: 'argo-cd',
    module: { path: 'github.com/argoproj/argo-cd/v3', version: 'v3.2.0', sum: 'h1:m2eGAV+nXQGgzZbH5SyJD5laaPW27mzWXBrgisUHY/0=' },
    path: 'manifests/crds',
  },
  {
    name: 'flux-source',
    module: { path: 'github.com/fluxcd/source-controller', version: 'v1.7.0', sum: 'h1:/fBgS4CSmT5Jj/fjQDF92y+pC3gst1GJjgNSzY8Ff9I=' },
    path: 'config/crd/bases',
  },
  {
    name: 'flux-kustomize',
    module: { path: 'github.com/fluxcd/kustomize-controller', version: 'v1.7.3', sum: 'h1:SzNnGn/4ObAPEHHleM5U7y/AKxKXph3Vj6ZhteeXw8M=' },
    path: 'config/crd/bases',
  },
  {
    name: 'flux-helm',
    module: { path: 'github.com/fluxcd/helm-controller', version: 'v1.4.0', sum: 'h1:rkm8rmB6Na7eNc4pJOnvtXEaJ19iKluRtayHKjBxcUM=' },
    path: 'config/crd/bases',
  },
];

const PROMETHEUS_OPERATOR = join(import.meta.dirname, 'prometheus-operator');
const PROMETHEUS_TYPES = 'github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1';

/**
 * Folder with the custom resource definitions of Strimzi, KEDA, Gateway API, External Secrets, the Prometheus Operator, Argo CD and
 * Flux, one folder each; made once per machine.
 * @param kubectl builds kustomizations; no cluster is asked
 * @throws Unavailable when something can't be had here
 */
export async function customResourceDefinitions(
  kubectl: Kubectl,
  progress: (step: string) => void = () => undefined,
  cache: string = cacheFolder(),
): Promise<string> {
  const folder = join(cache, 'kubernetes', `crds-${sourcesHash()}`);
  return await cachedFolder(folder, async (work) => await collect(work, kubectl, progress));
}

async function collect(work: string, kubectl: Kubectl, progress: (step: string) => void): Promise<void> {
  await requireGo();
  for (const shipped of SHIPPED) await copyShipped(shipped, subfolder(work, shipped.name), kubectl, progress);
  await writeStrimziCrds(subfolder(work, 'strimzi'), progress);
  progress('generating the definitions of the Prometheus Operator');
  await go({
    folder: PROMETHEUS_OPERATOR,
    args: ['tool', 'controller-gen', 'crd:crdVersions=v1', `paths=${PROMETHEUS_TYPES}`, `output:crd:dir=${subfolder(work, 'prometheus-operator')}`],
    onDownload: (_, module) => progress(`fetching Go module ${module}`),
  });
}

async function copyShipped({ name, module, path, kustomized }: Shipped, target: string, kubectl: Kubectl, progress: (step: string) => void): Promise<void> {
  progress(`fetching Go module ${module.path} ${module.version}`);
  const source = join(await moduleFolder(module), path);
  if (kustomized) {
    writeFileSync(join(target, `${name}.yaml`), await kubectl.run(['kustomize', source]));
    return;
  }
  const files = readdirSync(source).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  for (const file of files) cpSync(join(source, file), join(target, file));
}

function subfolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|xml|mod|sum|go)$/.test(name)).sort()) {
    hash.update(file).update('\0').update(readFileSync(join(import.meta.dirname, file))).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
