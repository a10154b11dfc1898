/**
 * The node's side of `run.ts`, which starts it as the first process of namespaces of its own. Its argument is a file of `Plan`.
 * Everything that it starts ends with it.
 */
import { readFileSync } from 'node:fs';
import { NAMESPACE } from '../support/trees.ts';
import { TestTwin } from '../../integration/twin/twin.ts';
import type { KubernetesBinaries } from '../bed/binaries.ts';
import type { KubernetesObject } from '../bed/kubectl.ts';
import { progressLine } from '../support/progress.ts';
import { Report } from '../support/report.ts';
import type { KubernetesTools } from '../support/tools.ts';
import { checkConfinement } from './checks/confinement.ts';
import type { NodeContext } from './checks/context.ts';
import { checkEdges } from './checks/edges.ts';
import { checkExactlyOnce } from './checks/exactly-once.ts';
import { checkSpeed } from './checks/speed.ts';
import { checkStreams } from './checks/streams.ts';
import { deploy, prepare, type Deployment } from './deployment.ts';
import { diagnose } from './diagnosis.ts';
import { Node } from './node.ts';

/** What the outer side has prepared. */
export interface Plan {
  readonly workspace: string;
  readonly binaries: Pick<KubernetesBinaries, 'folder'>;
  readonly tools: KubernetesTools;
  readonly images: string;
  /** Folder of Strimzi's custom resource definitions. */
  readonly definitions: string;
  /** The tree, as `kubectl kustomize` renders it. */
  readonly objects: readonly KubernetesObject[];
}

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8')) as Plan;
const report = new Report();
const progress = progressLine();
// The outer side holds the other end: when it is gone, however it went, so is the node.
process.stdin.on('end', () => process.exit(130)).resume();

await run();
console.log(report.totals);
process.exit(report.failed > 0 ? 1 : 0);

async function run(): Promise<void> {
  let node: Node | undefined;
  const up = await report.check('a node with kubelet, containerd, kube-proxy and DNS', async () => { node = await Node.start(plan, progress); });
  if (!up || node === undefined) return;
  const started = node;
  let deployment: Deployment | undefined;
  await report.check('a broker with TLS, SCRAM and the rights of the KafkaUsers', async () => {
    progress('the broker');
    deployment = await prepare(started, plan.objects, plan.workspace, plan.definitions);
  });
  if (deployment === undefined) return await diagnose(started, plan.workspace);
  const ready = deployment;
  const green = await report.check('the tree, unchanged: Jobs complete, all probes green', async () => {
    progress('the tree');
    await deploy(started, ready);
  });
  progress();
  if (green) await runChecks({ node: started, deployment: ready, report, twin: await attach(ready) });
  if (report.failed > 0) await diagnose(started, plan.workspace);
  await started.stop();
}

async function runChecks(context: NodeContext): Promise<void> {
  for (const check of [checkConfinement, checkSpeed, checkStreams, checkEdges, checkExactlyOnce]) await check(context);
  await context.twin.close();
}

/** The twin that the tree's ConfigMap describes. */
async function attach({ objects, kafka }: Deployment): Promise<TestTwin> {
  const data = objects.find(({ kind, data }) => kind === 'ConfigMap' && (data as Record<string, string>)['SUBSCRIBERS'] !== undefined)?.data as Record<string, string> | undefined;
  if (data === undefined) throw new Error(`the tree has no ConfigMap with SUBSCRIBERS in ${NAMESPACE}`);
  return await TestTwin.attach({ TWIN_PREFIX: data['TWIN_PREFIX'] ?? '' }, { subscribers: Number(data['SUBSCRIBERS']), partitions: Number(data['PARTITIONS']), seed: Number(data['SEED']) }, kafka);
}
