import type { Cluster } from '../bed/cluster.ts';
import type { KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import { listOf } from './objects.ts';
import { createNamespaces, removeTree } from './namespace.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
const ROLLOUT_TIMEOUT = '--timeout=120s';

/** A Deployment or a StatefulSet. */
export interface Workload extends KubernetesObject {
  readonly spec: { readonly replicas?: number; readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
}

/** What is deployed on the cluster: one tree at a time, applied for real. */
export class Deployment {
  readonly #cluster: Cluster;
  #tree: RenderedTree | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Deploys a tree that is not deployed yet, in the place of the one that is, and waits until all of it runs. */
  async ensure(tree: RenderedTree): Promise<void> {
    if (this.#tree === tree) return;
    await this.remove();
    this.#tree = tree;
    await createNamespaces(this.#cluster, tree);
    await this.apply(tree);
    await this.#startAutoscaled(tree);
    await this.finished(tree);
  }

  /** Applies a tree as a user does. @throws Error also when the server warns */
  async apply(tree: RenderedTree): Promise<void> {
    const { code, stderr, warnings } = await this.#cluster.kubectl.try(['apply', '--server-side', '--validate=strict', '-f', '-'], listOf(tree.objects));
    if (code !== 0) throw new Error(stderr);
    if (warnings.length > 0) throw new Error(`warnings:\n${warnings.join('\n')}`);
  }

  /** Resolves when every rollout and every Job of a deployed tree is finished. @throws Error after two minutes of one */
  async finished(tree: RenderedTree): Promise<void> {
    const { kubectl } = this.#cluster;
    for (const { kind, metadata } of workloadsOf(tree)) {
      await kubectl.run(['rollout', 'status', `${kind}/${metadata.name}`, IN_NAMESPACE, ROLLOUT_TIMEOUT]);
    }
    for (const { metadata } of tree.objects.filter(({ kind }) => kind === 'Job')) {
      await kubectl.run(['wait', '--for=condition=Complete', `job/${metadata.name}`, IN_NAMESPACE, ROLLOUT_TIMEOUT]);
    }
  }

  async remove(): Promise<void> {
    const tree = this.#tree;
    this.#tree = undefined;
    if (tree !== undefined) await removeTree(this.#cluster, tree);
  }

  /** KEDA, which does not run here, would start its targets with their minimum of replicas. */
  async #startAutoscaled(tree: RenderedTree): Promise<void> {
    for (const { spec } of tree.objects.filter(isScaledObject)) {
      await this.#cluster.kubectl.run(['scale', `deployment/${spec.scaleTargetRef.name}`, `--replicas=${spec.minReplicaCount ?? 0}`, IN_NAMESPACE]);
    }
  }
}

interface ScaledObject extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly name: string }; readonly minReplicaCount?: number };
}

function isScaledObject(object: KubernetesObject): object is ScaledObject {
  return object.kind === 'ScaledObject';
}

export function workloadsOf(tree: RenderedTree): readonly Workload[] {
  return tree.objects.filter((object): object is Workload => object.kind === 'Deployment' || object.kind === 'StatefulSet');
}
