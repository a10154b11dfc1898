import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import type { CheckContext } from './context.ts';
import { workloadsOf, type Workload } from './deployment.ts';
import { PodWatch } from './pod-watch.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;

/** Every overlay, applied for real, gets to run; an update of all workloads at once takes none below what it promises. */
export async function checkRollout(context: CheckContext): Promise<void> {
  const overlays = context.trees.filter(({ name }) => name.startsWith('overlays/'));
  // The last one stays for the groups that follow.
  const ordered = [...overlays].sort((a, b) => Number(a.name === 'overlays/prod') - Number(b.name === 'overlays/prod'));
  for (const tree of ordered) {
    const runs = await context.report.check(`${tree.name} is applied, and all of it gets to run`, async () => {
      await context.deployment.ensure(tree);
      return `${workloadsOf(tree).length} workloads`;
    });
    if (runs) await context.report.check(`${tree.name} keeps its promise of replicas while everything is updated`, async () => await update(context, tree));
  }
}

async function update({ cluster, deployment }: CheckContext, tree: RenderedTree): Promise<string> {
  const { kubectl } = cluster;
  const workloads = await kubectl.list<RunningWorkload>('deployments,statefulsets', IN_NAMESPACE);
  const watch = await PodWatch.start(kubectl);
  let least: ReadonlyMap<string, number>;
  try {
    await kubectl.run(['rollout', 'restart', 'deployments,statefulsets', IN_NAMESPACE]);
    await deployment.finished(tree);
  } finally {
    least = await watch.stop();
  }
  const broken = workloads.flatMap((workload) => {
    const seen = least.get(workload.spec.selector.matchLabels['app.kubernetes.io/name'] ?? '') ?? 0;
    return seen < floorOf(workload) ? [`${workload.kind} ${workload.metadata.name} went down to ${seen} available pods, and promises ${floorOf(workload)}`] : [];
  });
  if (broken.length > 0) throw new Error(broken.join('\n'));
  return workloads.map(({ metadata, spec }) => `${metadata.name} ${least.get(metadata.name) ?? 0}/${spec.replicas}`).join(', ');
}

interface RunningWorkload extends Workload {
  readonly spec: Workload['spec'] & {
    readonly replicas: number;
    readonly strategy?: { readonly type: string; readonly rollingUpdate?: { readonly maxUnavailable?: number | string } };
  };
}

/** Pods that its update strategy keeps available. A StatefulSet replaces one pod at a time. */
function floorOf({ kind, spec }: RunningWorkload): number {
  if (kind === 'StatefulSet') return spec.replicas - 1;
  if (spec.strategy?.type === 'Recreate') return 0;
  const allowed = spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%';
  return spec.replicas - (typeof allowed === 'number' ? allowed : Math.floor((Number.parseInt(allowed, 10) / 100) * spec.replicas));
}
