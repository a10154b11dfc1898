import { Api } from './bed/api.ts';
import { kubernetesBinaries } from './bed/binaries.ts';
import { Cluster } from './bed/cluster.ts';
import { customResourceDefinitions } from './bed/crds/crds.ts';
import { installDefinitions } from './bed/crds/install.ts';
import { Unavailable } from './bed/unavailable.ts';
import type { CheckContext } from './checks/context.ts';
import { Deployment } from './checks/deployment.ts';
import type { CheckGroup } from './checks/groups.ts';
import { progressLine } from './support/progress.ts';
import type { Report } from './support/report.ts';
import { kubernetesTools, type KubernetesTools } from './support/tools.ts';
import { gitopsTrees, helmTrees, kustomizeTrees, NAMESPACE, render, type RenderedTree } from './support/trees.ts';

/** Runs groups of checks on a cluster of their own. */
export class Session {
  readonly #report: Report;
  #cluster: Cluster | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Starts the cluster, runs the groups in order and stops the cluster; where one can't be had, every group is skipped. */
  async run(groups: readonly CheckGroup[]): Promise<void> {
    const progress = progressLine();
    try {
      const tools = await kubernetesTools();
      const binaries = await kubernetesBinaries(progress);
      progress('starting the cluster');
      const cluster = (this.#cluster = await Cluster.start(binaries, tools, NAMESPACE));
      const trees = await this.#renderTrees(cluster, tools);
      const definitions = await customResourceDefinitions(cluster.kubectl, progress);
      progress('installing the definitions of custom resources');
      await installDefinitions(cluster, definitions, trees.flatMap(({ objects }) => objects));
      progress();
      const api = Api.asAdmin(cluster.url, cluster.pki);
      const context = { cluster, api, deployment: new Deployment(cluster), report: this.#report, trees };
      for (const group of groups) await this.#runGroup(group, context);
      api.close();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      for (const { name } of groups) this.#report.skip(name, error.message);
    } finally {
      progress();
      await this.stop();
    }
  }

  /** Stops the cluster, if there is one. */
  async stop(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    await cluster?.stop();
  }

  async #renderTrees({ kubectl }: Cluster, tools: KubernetesTools): Promise<readonly RenderedTree[]> {
    const rendered: RenderedTree[] = [];
    for (const tree of [...kustomizeTrees(), ...helmTrees(), ...gitopsTrees()]) {
      try {
        rendered.push(await render(tree, kubectl, tools));
      } catch (error) {
        this.#report.fail(`${tree.name} can be built`, error);
      }
    }
    return rendered;
  }

  async #runGroup({ name, run }: CheckGroup, context: CheckContext): Promise<void> {
    try {
      await run(context);
    } catch (error) {
      if (error instanceof Unavailable) this.#report.skip(name, error.message);
      else this.#report.fail(name, error);
    }
    context.cluster.requireServers();
  }
}
