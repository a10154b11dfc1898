import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { render } from '../kustomize/render.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly path?: string;
    readonly source?: { readonly path?: string };
    readonly sourceRef?: { readonly kind: string; readonly name: string };
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly healthChecks?: readonly { readonly kind: string; readonly name: string }[];
  };
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

function manifests(tool: string): Manifest[] {
  const folder = join(ROOT, 'deploy', 'gitops', tool);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Manifest));
}

it.each(['argo-cd', 'flux'])('%s deploys folders of this repository', (tool) => {
  const paths = manifests(tool).flatMap(({ spec }) => spec.path ?? spec.source?.path ?? []);
  expect(paths).toContainEqual(expect.stringContaining('deploy/kustomize/overlays/prod'));
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
