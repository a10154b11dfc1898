import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { kubernetesTools } from '../../kubernetes/support/tools.ts';
import type { KubernetesObject } from './objects.ts';

export const KUSTOMIZE = join(import.meta.dirname, '..', '..', '..', 'deploy', 'kustomize');

/** Every overlay and every tested combination of components, as paths below deploy/kustomize. */
export const trees: readonly string[] = ['overlays', 'tests'].flatMap((parent) => readdirSync(join(KUSTOMIZE, parent), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(KUSTOMIZE, parent, entry.name, 'kustomization.yaml')))
  .map(({ name }) => `${parent}/${name}`));

const rendered = new Map<string, Promise<readonly KubernetesObject[]>>();

/**
 * The objects of a kustomization, built once.
 * @param path below deploy/kustomize
 * @throws Error with what Kustomize says, also when it only warns
 */
export async function render(path: string): Promise<readonly KubernetesObject[]> {
  const found = rendered.get(path) ?? build(join(KUSTOMIZE, path));
  rendered.set(path, found);
  return await found;
}

async function build(folder: string): Promise<readonly KubernetesObject[]> {
  const { kubectl } = await kubernetesTools();
  const { stdout, stderr } = await promisify(execFile)(kubectl, ['kustomize', folder], { maxBuffer: 64 << 20 });
  if (stderr !== '') throw new Error(`kubectl kustomize ${folder} says: ${stderr}`);
  // Kubernetes reads YAML 1.1, where NO is false.
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as KubernetesObject;
  });
}
