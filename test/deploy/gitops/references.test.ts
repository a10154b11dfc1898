import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { kubernetesTools } from '../../kubernetes/support/tools.ts';
import { ofKind, type KubernetesObject } from '../kustomize/objects.ts';
import { KUSTOMIZE, render } from '../kustomize/render.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly path?: string;
    readonly patches?: readonly object[];
    readonly source?: { readonly path?: string; readonly kustomize?: { readonly patches: readonly object[] }; readonly helm?: { readonly valuesObject?: Watching } };
    readonly values?: Watching;
    readonly sourceRef?: { readonly kind: string; readonly name: string };
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly healthChecks?: readonly { readonly kind: string; readonly name: string }[];
  };
}

interface Watching {
  readonly watchNamespaces?: readonly string[];
}

const OVERLAY = 'deploy/kustomize/overlays/prod';
const ROOT = join(import.meta.dirname, '..', '..', '..');

function manifests(tool: string): Manifest[] {
  const folder = join(ROOT, 'deploy', 'gitops', tool);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Manifest));
}

/** What a tool deploys of a folder of this repository: with its patches, as both add them to what is in the folder. */
async function deployedOf(path: string, patches: readonly object[] = []): Promise<readonly KubernetesObject[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'telco-twin-gitops-')));
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ resources: [relative(folder, join(ROOT, path))], patches }));
    return await render(relative(KUSTOMIZE, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

beforeAll(async () => { await kubernetesTools(); }, 120_000);

it.each(['argo-cd', 'flux'])('%s deploys folders of this repository', (tool) => {
  const paths = manifests(tool).flatMap(({ spec }) => spec.path ?? spec.source?.path ?? []);
  expect(paths).toContainEqual(expect.stringContaining(OVERLAY));
  for (const path of paths) expect(existsSync(join(ROOT, path)), path).toBe(true);
});

it('what Flux waits for is there', async () => {
  const all = manifests('flux');
  const named = (kind: string, name: string): boolean => all.some((other) => other.kind === kind && other.metadata.name === name);
  for (const { kind, spec } of all) {
    if (kind !== 'Kustomization') continue;
    if (spec.sourceRef !== undefined) expect(named(spec.sourceRef.kind, spec.sourceRef.name), spec.sourceRef.name).toBe(true);
    for (const { name } of spec.dependsOn ?? []) expect(named('Kustomization', name), name).toBe(true);
  }
  const deployed = (await render('overlays/prod')).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const checked = all.flatMap(({ spec }) => spec.healthChecks ?? []).map(({ kind, name }) => `${kind} ${name}`);
  expect(checked.length).toBeGreaterThan(0);
  expect(deployed).toEqual(expect.arrayContaining(checked));
});

it('Argo CD makes the namespace that Strimzi watches before Strimzi, and nobody else makes it', async () => {
  const all = manifests('argo-cd');
  const wave = ({ metadata }: Manifest): number => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  const owners: string[] = [];
  for (const { metadata, spec: { source } } of all.filter(({ spec }) => spec.source?.path?.startsWith('deploy/kustomize/') === true)) {
    const namespaces = ofKind(await deployedOf(source!.path!, source!.kustomize?.patches), 'Namespace');
    if (namespaces.length > 0) owners.push(metadata.name);
    for (const namespace of namespaces) expect(namespace).toEqual(await namespaceOfOverlay());
  }
  expect(owners).toHaveLength(1);
  const [owner] = all.filter(({ metadata }) => metadata.name === owners[0]);
  const watching = all.filter(({ spec }) => spec.source?.helm?.valuesObject?.watchNamespaces?.includes('data-generator-ns') === true);
  expect(watching).toHaveLength(1);
  expect(wave(owner)).toBeLessThan(wave(watching[0]));
});

it('Flux makes the namespace that Strimzi watches with Strimzi, and nobody else makes it', async () => {
  const kustomizations = manifests('flux').filter(({ kind }) => kind === 'Kustomization');
  const made = await Promise.all(kustomizations.map(async ({ spec }) => await deployedOf(spec.path!, spec.patches)));
  const namespaces = made.flatMap((objects) => ofKind(objects, 'Namespace'));
  expect(namespaces).toEqual([await namespaceOfOverlay()]);
  const watching = made.filter((objects) => objects.some(({ spec }) => (spec as Manifest['spec'] | undefined)?.values?.watchNamespaces?.includes('data-generator-ns') === true));
  expect(watching).toEqual([expect.arrayContaining(namespaces)]);
});

async function namespaceOfOverlay(): Promise<KubernetesObject> {
  const [namespace] = ofKind(await render('overlays/prod'), 'Namespace');
  expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  return namespace;
}
