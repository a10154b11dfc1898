import type { Cluster } from '../bed/cluster.ts';
import type { KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';

/** What `kubectl create namespace` and the cluster's own policy would give a chart that brings no Namespace. */
const RESTRICTED: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' } },
};

/** Makes the namespaces of a tree, those that it takes to be there, and the one it is deployed to with Pod Security `restricted` where the tree has none. */
export async function createNamespaces(cluster: Cluster, tree: RenderedTree): Promise<void> {
  const own = tree.objects.filter(({ kind }) => kind === 'Namespace');
  const named = new Set([NAMESPACE, ...tree.objects.flatMap(({ metadata }) => metadata.namespace ?? [])]);
  const taken = [...named].filter((name) => !own.some(({ metadata }) => metadata.name === name))
    .map((name) => (name === NAMESPACE ? RESTRICTED : { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const namespaces = [...own, ...taken];
  await cluster.apply(namespaces, '--force-conflicts');
  for (const { metadata } of namespaces) await cluster.eventually(`${metadata.name} has its ServiceAccount`, ['get', 'serviceaccount/default', `--namespace=${metadata.name}`]);
}

/** Removes everything that a tree has made; resolves when it is gone. */
export async function removeTree(cluster: Cluster, tree: RenderedTree): Promise<void> {
  const namespaces = new Set([NAMESPACE, ...tree.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)]);
  const outside = tree.objects.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace === undefined);
  for (const { apiVersion, kind, metadata } of outside) {
    const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
    await cluster.kubectl.run(['delete', `${kind}${group === '' ? '' : `.${group}`}`, metadata.name, '--ignore-not-found']);
  }
  await cluster.kubectl.run(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--timeout=120s']);
}
