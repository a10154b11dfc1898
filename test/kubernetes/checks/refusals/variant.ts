import type { KubernetesObject } from '../../bed/kubectl.ts';

/** Any part of an object; variants change what is typed as fixed. */
export type Draft = any;

/** One object of the deployment, broken on purpose. */
export interface Variant {
  /** What is wrong with it. */
  readonly what: string;
  /** Kind of the object to break, and its name where any of that kind won't do. */
  readonly of: string | { readonly kind: string; readonly name: string };
  /** Breaks a copy; may return another object in its place. */
  readonly break: (object: Draft) => KubernetesObject | void;
  /** What the server must say. */
  readonly refusal: RegExp;
  /** The server accepts the object and says it as a warning. */
  readonly onlyWarns?: boolean;
}

/** The pod that a workload would make, with the ServiceAccount that every namespace has. */
export function podOf(workload: Draft): Draft {
  const { metadata, spec } = structuredClone(workload.spec.template);
  delete spec.serviceAccountName;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: `${workload.metadata.name}-pod`, namespace: workload.metadata.namespace }, spec };
}

/** The first container of a workload's pods. */
export function containerOf(workload: Draft): Draft {
  return workload.spec.template.spec.containers[0];
}
