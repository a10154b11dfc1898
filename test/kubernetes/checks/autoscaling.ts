import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl, KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import type { CheckContext } from './context.ts';
import { workloadsOf } from './deployment.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
/** The autoscaler looks back over its stabilisation window before it acts, and metrics come every ten seconds. */
const SCALED_MS = 150_000;

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string }; readonly minReplicas: number; readonly maxReplicas: number };
  readonly status?: { readonly currentReplicas?: number; readonly desiredReplicas?: number; readonly currentMetrics?: readonly unknown[] | null };
}

/** Autoscalers own the number of replicas: no tree sets it, none resets it, and it follows the measured CPU. */
export async function checkAutoscaling(context: CheckContext): Promise<void> {
  for (const tree of context.trees) {
    const targets = targetsOf(tree);
    if (targets.length > 0) await context.report.check(`${tree.name} sets no replicas where an autoscaler does`, async () => requireNoReplicas(tree, targets));
  }
  const tree = context.trees.find(({ objects }) => objects.some(({ kind }) => kind === 'HorizontalPodAutoscaler'));
  if (tree === undefined) {
    context.report.fail('an autoscaler scales', 'no tree has a HorizontalPodAutoscaler');
    return;
  }
  await context.deployment.ensure(tree);
  const [target] = targetsOf(tree);
  if (target === undefined) throw new Error(`${tree.name} has autoscalers without a target`);
  await context.report.check(`${target} is scaled to the minimum without load`, async () => await reachMinimum(context, target));
  await context.report.check(`${target} is scaled up when its CPU is busy`, async () => await scaleUp(context, target));
  await context.report.check(`${target} keeps its scale when the tree is applied again`, async () => await keepScale(context, tree, target));
}

async function reachMinimum({ cluster }: CheckContext, target: string): Promise<string> {
  const { spec } = await cluster.kubectl.get<Autoscaler>(`hpa/${target}`, IN_NAMESPACE);
  const autoscaler = await until(cluster.kubectl, target, (it) => it.status?.currentReplicas === spec.minReplicas && (it.status.currentMetrics?.length ?? 0) > 0);
  return `${autoscaler.status?.currentReplicas} replicas, with metrics`;
}

async function scaleUp({ cluster }: CheckContext, target: string): Promise<string> {
  const { kubectl } = cluster;
  const { spec } = await kubectl.get<Autoscaler>(`hpa/${target}`, IN_NAMESPACE);
  await kubectl.run(['annotate', 'pods', `--selector=app.kubernetes.io/name=${target}`, 'kwok.x-k8s.io/usage-cpu=2', '--overwrite', IN_NAMESPACE]);
  const autoscaler = await until(kubectl, target, (it) => (it.status?.currentReplicas ?? 0) > spec.minReplicas);
  await kubectl.run(['rollout', 'status', `deployment/${target}`, IN_NAMESPACE, '--timeout=60s']);
  return `from ${spec.minReplicas} to ${autoscaler.status?.currentReplicas} replicas`;
}

async function keepScale({ cluster, deployment }: CheckContext, tree: RenderedTree, target: string): Promise<string> {
  const before = await replicasOf(cluster.kubectl, target);
  const { spec } = await cluster.kubectl.get<Autoscaler>(`hpa/${target}`, IN_NAMESPACE);
  if (before <= spec.minReplicas) throw new Error(`${target} has ${before} replicas, which shows nothing`);
  await deployment.apply(tree);
  const after = await replicasOf(cluster.kubectl, target);
  if (after < before) throw new Error(`${target} had ${before} replicas before and ${after} after`);
  return `${after} replicas`;
}

async function replicasOf(kubectl: Kubectl, name: string): Promise<number> {
  return (await kubectl.get<{ spec: { replicas: number } }>(`deployment/${name}`, IN_NAMESPACE)).spec.replicas;
}

/** @throws Error with the autoscaler's last state when nothing comes of it */
async function until(kubectl: Kubectl, name: string, holds: (autoscaler: Autoscaler) => boolean): Promise<Autoscaler> {
  const deadline = performance.now() + SCALED_MS;
  for (;;) {
    const autoscaler = await kubectl.get<Autoscaler>(`hpa/${name}`, IN_NAMESPACE);
    if (holds(autoscaler)) return autoscaler;
    if (performance.now() > deadline) throw new Error(`after ${SCALED_MS / 1000} s the autoscaler says ${JSON.stringify(autoscaler.status)}`);
    await sleep(500);
  }
}

function targetsOf(tree: RenderedTree): readonly string[] {
  return tree.objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
    .map((object) => (object['spec'] as Autoscaler['spec']).scaleTargetRef.name);
}

function requireNoReplicas(tree: RenderedTree, targets: readonly string[]): string {
  const set = workloadsOf(tree).filter(({ metadata, spec }) => targets.includes(metadata.name) && spec.replicas !== undefined);
  if (set.length > 0) throw new Error(set.map(({ kind, metadata, spec }) => `${kind} ${metadata.name} has ${spec.replicas} replicas`).join('\n'));
  const missing = targets.filter((name) => !workloadsOf(tree).some(({ metadata }) => metadata.name === name));
  if (missing.length > 0) throw new Error(`autoscaled, but not there: ${missing.join(', ')}`);
  return `${targets.length} autoscaled`;
}
