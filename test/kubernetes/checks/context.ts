import type { Api } from '../bed/api.ts';
import type { Cluster } from '../bed/cluster.ts';
import type { Report } from '../support/report.ts';
import type { RenderedTree } from '../support/trees.ts';
import type { Deployment } from './deployment.ts';

/** What a group of checks works with. */
export interface CheckContext {
  readonly cluster: Cluster;
  /** The API server as the administrator. */
  readonly api: Api;
  readonly report: Report;
  /** What is deployed on the cluster. */
  readonly deployment: Deployment;
  /** Every overlay, combination and render of the chart that could be built. */
  readonly trees: readonly RenderedTree[];
}

/** @throws Error when there is no such tree, or it could not be built */
export function treeNamed(context: CheckContext, name: string): RenderedTree {
  const tree = context.trees.find((candidate) => candidate.name === name);
  if (tree === undefined) throw new Error(`there is no tree ${name} that could be built`);
  return tree;
}
