import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Kubectl, KubernetesObject } from '../bed/kubectl.ts';
import type { KubernetesTools } from './tools.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', '..', 'deploy');
const KUSTOMIZE = join(DEPLOY, 'kustomize');
const CHART = join(DEPLOY, 'helm', 'telco-twin');
const GITOPS = join(DEPLOY, 'gitops');

/** The namespace that everything is deployed to. */
export const NAMESPACE = 'data-generator-ns';

/** Something that a user can apply: an overlay, a combination of components, a chart with values, or a folder of manifests. */
export interface Tree {
  /** E.g. `overlays/prod`, `tests/hpa`, `helm ci/dev-values.yaml`. */
  readonly name: string;
  readonly source: { readonly kustomization: string } | { readonly chart: string; readonly values: readonly string[] } | { readonly manifests: string };
}

/** A tree as it would be sent to a cluster. */
export interface RenderedTree {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** Every overlay and every combination that lies in the repository. */
export function kustomizeTrees(): readonly Tree[] {
  return ['overlays', 'tests'].flatMap((parent) => foldersIn(join(KUSTOMIZE, parent))
    .filter((name) => existsSync(join(KUSTOMIZE, parent, name, 'kustomization.yaml')))
    .map((name) => ({ name: `${parent}/${name}`, source: { kustomization: join(KUSTOMIZE, parent, name) } })));
}

/** The chart with its default values and with every file of `ci/`; none while there is no chart. */
export function helmTrees(): readonly Tree[] {
  if (!existsSync(join(CHART, 'Chart.yaml'))) return [];
  const ci = existsSync(join(CHART, 'ci')) ? readdirSync(join(CHART, 'ci')).filter((file) => file.endsWith('-values.yaml')).sort() : [];
  return [
    { name: 'helm', source: { chart: CHART, values: [] } },
    ...ci.map((file) => ({ name: `helm ci/${file}`, source: { chart: CHART, values: [join(CHART, 'ci', file)] } })),
  ];
}

/** What Argo CD and Flux are given, their operators' manifests included. */
export function gitopsTrees(): readonly Tree[] {
  return [
    { name: 'gitops argo-cd', source: { manifests: join(GITOPS, 'argo-cd') } },
    { name: 'gitops flux', source: { kustomization: join(GITOPS, 'flux') } },
    { name: 'gitops flux/operators', source: { kustomization: join(GITOPS, 'flux', 'operators') } },
  ];
}

/**
 * What a tree consists of.
 * @throws Error when it can't be built, or with a warning of the tool that builds it
 */
export async function render(tree: Tree, kubectl: Kubectl, tools: KubernetesTools): Promise<RenderedTree> {
  const text = await renderSource(tree.source, kubectl, tools);
  const documents = parseAllDocuments(text, { version: '1.1' });
  const objects = documents.map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as KubernetesObject | null;
  });
  return { name: tree.name, objects: objects.filter((object) => object !== null) };
}

async function renderSource(source: Tree['source'], kubectl: Kubectl, tools: KubernetesTools): Promise<string> {
  if ('kustomization' in source) return await renderKustomization(source.kustomization, kubectl);
  if ('chart' in source) return await renderChart(source.chart, source.values, kubectl, tools);
  const files = readdirSync(source.manifests, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml')).sort();
  return files.map((file) => readFileSync(join(source.manifests, file), 'utf8')).join('\n---\n');
}

async function renderKustomization(folder: string, kubectl: Kubectl): Promise<string> {
  const { code, stdout, stderr, warnings } = await kubectl.try(['kustomize', folder]);
  if (code !== 0 || stderr !== '') throw new Error(`kubectl kustomize ${folder}: ${stderr}`);
  if (warnings.length > 0) throw new Error(`kubectl kustomize ${folder} warns: ${warnings.join('\n')}`);
  return stdout;
}

async function renderChart(chart: string, values: readonly string[], kubectl: Kubectl, tools: KubernetesTools): Promise<string> {
  const { serverVersion } = JSON.parse(await kubectl.run(['version', '-o', 'json'])) as { serverVersion: { gitVersion: string } };
  const args = [
    'template', 'telco-twin', chart, '--namespace', NAMESPACE, '--kube-version', serverVersion.gitVersion,
    ...values.flatMap((file) => ['--values', file]),
  ];
  const { stdout, stderr } = await promisify(execFile)(tools.helm, args, { maxBuffer: 64 << 20 });
  if (stderr !== '') throw new Error(`helm template says: ${stderr}`);
  return stdout;
}

function foldersIn(parent: string): readonly string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}
