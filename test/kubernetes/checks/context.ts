import type { Api } from '../bed/api.ts';
import type { Cluster } from '../bed/cluster.ts';
import type { KubernetesObject } from '../bed/kubectl.ts';
import type { Report } from '../support/report.ts';
import type { RenderedTree } from '../support/trees.ts';

/** What a group of checks works with. */
export interface CheckContext {
  readonly cluster: Cluster;
  /** The API server as the administrator. */
  readonly api: Api;
  readonly report: Report;
  /** Every overlay, combination and render of the chart that could be built. */
  readonly trees: readonly RenderedTree[];
}

/** Groups of the API whose definitions no package registry has, and why; objects of them can't be checked by a server here. */
export const UNCHECKED_GROUPS: Readonly<Record<string, string>> = {
  'secrets.hashicorp.com': 'the definitions of the Vault Secrets Operator are in no package registry',
};

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** @throws Error when there is no such tree, or it could not be built */
export function treeNamed(context: CheckContext, name: string): RenderedTree {
  const tree = context.trees.find((candidate) => candidate.name === name);
  if (tree === undefined) throw new Error(`there is no tree ${name} that could be built`);
  return tree;
}

/** A list that kubectl takes on standard input. */
export function listOf(objects: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
