import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster.ts';
import type { KubernetesObject } from '../kubectl.ts';

/**
 * Installs the definitions that some objects need, and no other: each costs the API server seconds and megabytes.
 * @param folder of `customResourceDefinitions`
 */
export async function installDefinitions(cluster: Cluster, folder: string, objects: readonly KubernetesObject[]): Promise<void> {
  const used = new Set(objects.map(({ apiVersion, kind }) => `${apiVersion.split('/')[0]}/${kind}`));
  await install(cluster, documentsIn(folder).filter((document) => used.has(definedBy(document))));
}

/**
 * Installs all definitions of one project, for its own operator.
 * @param folder of `customResourceDefinitions`
 * @param project name of its folder in there
 */
export async function installAll(cluster: Cluster, folder: string, project: string): Promise<void> {
  await install(cluster, documentsIn(join(folder, project)));
}

async function install(cluster: Cluster, documents: readonly string[]): Promise<void> {
  if (documents.length === 0) return;
  await cluster.kubectl.run(['apply', '--server-side', '-f', '-'], documents.join('\n---\n'));
  await cluster.eventually('all definitions are established', ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  // The API server now writes its description of everything anew; on a busy machine kubectl would not wait for it.
  await cluster.eventually('the API is described', ['get', '--raw=/openapi/v2']);
}

function documentsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^---$/m));
}

/** `group/Kind` that a definition is of; generators and Kustomize indent these fields alike. */
function definedBy(document: string): string {
  return `${/^ {2}group: (\S+)$/m.exec(document)?.[1]}/${/^ {4}kind: (\S+)$/m.exec(document)?.[1]}`;
}
