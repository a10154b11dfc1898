import type { KubernetesObject } from '../kustomize/objects.ts';

/** Labels with which Helm marks what it deploys. */
const HELM_LABELS = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/instance', 'app.kubernetes.io/version'];
/** How each tool restarts what a change concerns: Helm by checksums, Argo CD and Flux by being told to replace Jobs. */
const MECHANICS = /^(checksum\/|argocd\.argoproj\.io\/sync-options$|kustomize\.toolkit\.fluxcd\.io\/force$)/;
/** Hash that Kustomize, in an alphabet without vowels, puts behind a ConfigMap's name, and the chart, in hexadecimal, behind a Job's. */
const HASH = /-([24-9bcdfghkmt]{10}|[0-9a-f]{8})$/;

/**
 * The objects by `Kind/name`, without what necessarily differs between the two tools: their own labels, hashes in names, and the
 * namespace, which a chart is installed into and cannot hold.
 */
export function comparable(objects: readonly KubernetesObject[]): Record<string, unknown> {
  const hashed = new Map(objects.filter(({ kind, metadata }) => (kind === 'ConfigMap' || kind === 'Job') && HASH.test(metadata.name))
    .map(({ metadata }) => [metadata.name, metadata.name.replace(HASH, '')]));
  return Object.fromEntries(objects.filter(({ kind }) => kind !== 'Namespace').map((object) => {
    const plain = clean(object, hashed) as KubernetesObject;
    return [`${plain.kind}/${plain.metadata.name}`, plain] as const;
  }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function clean(value: unknown, hashed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return hashed.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => clean(item, hashed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !HELM_LABELS.includes(key) && !MECHANICS.test(key)).map(([key, item]) => [key, clean(item, hashed)] as const);
  // An empty list or map of these is the same as none.
  return Object.fromEntries(entries.filter(([key, item]) => (key !== 'annotations' && key !== 'env') || Object.keys(item as object).length > 0));
}
