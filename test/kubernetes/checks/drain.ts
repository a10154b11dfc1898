import { nodesOf, ZONES } from '../bed/nodes.ts';
import type { Kubectl, KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import { treeNamed, type CheckContext } from './context.ts';
import { PodWatch, type Pod } from './pod-watch.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
const DRAIN = ['drain', '--ignore-daemonsets', '--delete-emptydir-data'] as const;

interface Budget extends KubernetesObject {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
  readonly status: { readonly desiredHealthy: number; readonly currentHealthy: number };
}

/** A zone at a time is emptied for maintenance: it ends, and no budget is overdrawn. A budget that allows nothing does stop it. */
export async function checkDrain(context: CheckContext): Promise<void> {
  const tree = treeNamed(context, 'overlays/prod');
  await context.deployment.ensure(tree);
  for (const zone of ZONES) {
    await context.report.check(`${zone} is drained within the budgets`, async () => await drainZone(context, tree, zone));
  }
  await context.report.check('a budget that allows nothing stops a drain', async () => await drainAgainstBudget(context, tree));
}

async function drainZone({ cluster, deployment }: CheckContext, tree: RenderedTree, zone: string): Promise<string> {
  const { kubectl } = cluster;
  const budgets = await kubectl.list<Budget>('poddisruptionbudgets', IN_NAMESPACE);
  if (budgets.length === 0) throw new Error('there are no budgets');
  const before = await podsOn(kubectl, zone);
  const watch = await PodWatch.start(kubectl);
  let least: ReadonlyMap<string, number>;
  try {
    await kubectl.run([...DRAIN, '--timeout=120s', ...nodesOf(zone)]);
    await deployment.finished(tree);
    const left = await podsOn(kubectl, zone);
    if (left.length > 0) throw new Error(`still on ${zone}: ${left.map(({ metadata }) => metadata.name).join(', ')}`);
  } finally {
    least = await watch.stop();
    await kubectl.run(['uncordon', ...nodesOf(zone)]);
  }
  const overdrawn = budgets.flatMap(({ metadata, spec, status }) => {
    const seen = least.get(spec.selector.matchLabels['app.kubernetes.io/name'] ?? '') ?? 0;
    return seen < status.desiredHealthy ? [`${metadata.name} went down to ${seen} available pods, and its budget asks for ${status.desiredHealthy}`] : [];
  });
  if (overdrawn.length > 0) throw new Error(overdrawn.join('\n'));
  return `${before.length} pods moved, ${budgets.length} budgets`;
}

async function podsOn(kubectl: Kubectl, zone: string): Promise<readonly Pod[]> {
  const pods = await kubectl.list<Pod>('pods', IN_NAMESPACE, '--field-selector=status.phase=Running');
  return pods.filter(({ spec }) => nodesOf(zone).includes(spec.nodeName ?? ''));
}

/** Shows that the other drains could have failed: the same one, against a budget of zero. */
async function drainAgainstBudget({ cluster, deployment }: CheckContext, tree: RenderedTree): Promise<string> {
  const { kubectl } = cluster;
  const [budget] = await kubectl.list<Budget>('poddisruptionbudgets', IN_NAMESPACE);
  if (budget === undefined) throw new Error('there are no budgets');
  const { name } = budget.metadata;
  const pods = await kubectl.list<Pod>('pods', IN_NAMESPACE, `--selector=app.kubernetes.io/name=${name}`);
  const node = pods[0]?.spec.nodeName;
  if (node === undefined) throw new Error(`no pod of ${name} is on a node`);
  await kubectl.run(['patch', 'poddisruptionbudget', name, IN_NAMESPACE, '--patch', JSON.stringify({ spec: { maxUnavailable: 0 } })]);
  await cluster.eventually(`the budget of ${name} allows nothing`, [
    'wait', '--for=jsonpath={.status.disruptionsAllowed}=0', `poddisruptionbudget/${name}`, IN_NAMESPACE, '--timeout=2s',
  ]);
  const { code, stderr } = await kubectl.try([...DRAIN, '--timeout=12s', node]);
  await kubectl.run(['uncordon', node]);
  await kubectl.run(['patch', 'poddisruptionbudget', name, IN_NAMESPACE, '--patch', JSON.stringify({ spec: { maxUnavailable: 1 } })]);
  await deployment.finished(tree);
  if (code === 0) throw new Error(`${node} was drained although ${name} may lose no pod`);
  if (!stderr.includes("Cannot evict pod as it would violate the pod's disruption budget")) throw new Error(`the drain failed for another reason: ${stderr}`);
  return name;
}
