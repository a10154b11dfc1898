import type { Kubectl, KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import { treeNamed, type CheckContext } from './context.ts';
import type { Pod } from './pod-watch.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
const STATEFUL_SET = 'subscriber-db';
const FIRST_POD = `${STATEFUL_SET}-0`;

interface Claim extends KubernetesObject {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string };
}

/** The store finds its volume again whatever happens to its pods. */
export async function checkVolume(context: CheckContext): Promise<void> {
  const { report, cluster: { kubectl } } = context;
  const tree = treeNamed(context, 'overlays/prod');
  await context.deployment.ensure(tree);
  await report.check(`${STATEFUL_SET} keeps its volume when a pod is deleted`, async () => await keeps(context, tree, async () => {
    await kubectl.run(['delete', 'pod', FIRST_POD, IN_NAMESPACE]);
  }));
  await report.check(`${STATEFUL_SET} keeps its volumes when it is scaled down and up`, async () => await keeps(context, tree, async (replicas) => {
    await kubectl.run(['scale', `statefulset/${STATEFUL_SET}`, '--replicas=0', IN_NAMESPACE]);
    await kubectl.run(['wait', '--for=delete', `pod/${FIRST_POD}`, IN_NAMESPACE, '--timeout=60s']);
    await kubectl.run(['scale', `statefulset/${STATEFUL_SET}`, `--replicas=${replicas}`, IN_NAMESPACE]);
  }));
  await report.check(`${STATEFUL_SET} keeps its volumes when it is deleted and applied again`, async () => await keeps(context, tree, async () => {
    await kubectl.run(['delete', 'statefulset', STATEFUL_SET, IN_NAMESPACE]);
    await kubectl.run(['wait', '--for=delete', `pod/${FIRST_POD}`, IN_NAMESPACE, '--timeout=60s']);
    await context.deployment.apply(tree);
  }));
}

/** The pod is another one afterwards, and its volume the same. */
async function keeps({ cluster, deployment }: CheckContext, tree: RenderedTree, disturb: (replicas: number) => Promise<void>): Promise<string> {
  const { kubectl } = cluster;
  const { spec } = await kubectl.get<{ spec: { replicas: number } }>(`statefulset/${STATEFUL_SET}`, IN_NAMESPACE);
  const before = await stateOf(kubectl);
  await disturb(spec.replicas);
  await deployment.finished(tree);
  const after = await stateOf(kubectl);
  if (after.podUid === before.podUid) throw new Error(`${FIRST_POD} is still the same pod`);
  if (after.claimUid !== before.claimUid) throw new Error(`the volume claim ${after.claim} was made anew`);
  if (after.volume !== before.volume) throw new Error(`${after.claim} is bound to ${after.volume}, and was to ${before.volume}`);
  return after.claim;
}

async function stateOf(kubectl: Kubectl): Promise<{ podUid: string; claim: string; claimUid: string; volume: string }> {
  const pod = await kubectl.get<Pod>(`pod/${FIRST_POD}`, IN_NAMESPACE);
  const claimName = pod.spec.volumes?.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])[0];
  if (claimName === undefined) throw new Error(`${FIRST_POD} has no volume claim`);
  const claim = await kubectl.get<Claim>(`persistentvolumeclaim/${claimName}`, IN_NAMESPACE);
  if (claim.status.phase !== 'Bound' || claim.spec.volumeName === undefined) throw new Error(`${claimName} is ${claim.status.phase}`);
  return { podUid: pod.metadata.uid, claim: claimName, claimUid: claim.metadata.uid, volume: claim.spec.volumeName };
}
