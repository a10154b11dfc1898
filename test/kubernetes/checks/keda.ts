import { setTimeout as sleep } from 'node:timers/promises';
import { customResourceDefinitions } from '../bed/crds/crds.ts';
import { installAll } from '../bed/crds/install.ts';
import { kedaBinaries } from '../bed/keda.ts';
import { Keda } from '../bed/servers/keda.ts';
import { kafkaResources } from '../node/strimzi/resources.ts';
import { secret } from '../node/strimzi/secrets.ts';
import { progressLine } from '../support/progress.ts';
import { NAMESPACE } from '../support/trees.ts';
import { treeNamed, type CheckContext } from './context.ts';
import { scalingOf, withDefaultThreshold } from './keda/objects.ts';
import { checkScaling } from './keda/scaling.ts';
import { LiveTwin } from './keda/twin.ts';
import { createNamespaces, removeTree } from './namespace.ts';

/** The generator that runs. Its group follows the ticks as the others' do; all four at once would starve on two cores. */
const GENERATOR = 'cdr-generator';
/** A copy of it whose ScaledObject sets no threshold. */
const DEFAULT = 'default-threshold';
const READY_MS = 60_000;

/** KEDA's own operator, on the lag of a live twin, scales as the overlay for production means it. */
export async function checkKeda(context: CheckContext): Promise<void> {
  const { cluster, deployment, report } = context;
  const progress = progressLine();
  const tree = treeNamed(context, 'overlays/prod');
  const resources = kafkaResources(tree.objects);
  const binaries = await kedaBinaries(progress);
  await deployment.remove();
  progress('starting Kafka, the schema registry and a small twin');
  const [twin] = await Promise.all([
    LiveTwin.create(resources, cluster.workspace),
    customResourceDefinitions(cluster.kubectl, progress).then(async (folder) => await installAll(cluster, folder, 'keda')),
  ]);
  let keda: Keda | undefined;
  try {
    progress('starting KEDA and the processors');
    [keda] = await Promise.all([
      Keda.start(cluster, binaries),
      twin.start('scenario-injector', { CLOCK_GROUPS: GENERATOR }),
      twin.start(GENERATOR),
    ]);
    await createNamespaces(cluster, tree);
    const scaling = scalingOf(tree, twin.bootstrapServers);
    const probe = withDefaultThreshold(scaling, GENERATOR, DEFAULT);
    const secrets = [
      secret(`${resources.kafka.metadata.name}-cluster-ca-cert`, { 'ca.crt': await twin.authority() }),
      secret('keda', { password: twin.passwordOf('keda') }),
    ];
    const name = `KEDA ${binaries.version} takes every ScaledObject of ${tree.name}`;
    const taken = await report.check(name, async () => {
      await cluster.apply(secrets);
      const objects = [...scaling.others, probe.deployment, ...scaling.scaledObjects, probe.scaledObject];
      await deployment.apply({ name: tree.name, objects });
      await allReady(context);
      return `${scaling.scaledObjects.length} are ready`;
    });
    if (taken) await checkScaling({ context, twin, keda, progress, scaledObjects: scaling.scaledObjects, generator: GENERATOR, probe: probe.scaledObject });
  } finally {
    progress();
    await removeTree(cluster, tree);
    await keda?.stop();
    await twin.close();
  }
}

interface Conditions {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[] };
}

/** @throws Error with what KEDA and its events say of those that are not ready after a minute */
async function allReady({ cluster: { kubectl } }: CheckContext): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const all = await kubectl.list<Conditions>('scaledobjects', `--namespace=${NAMESPACE}`);
    const unready = all.flatMap(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'True' ? [] : [`${metadata.name}: ${ready?.message ?? 'KEDA has not said anything yet'}`];
    });
    if (unready.length === 0) return;
    if (performance.now() > deadline) {
      const events = await kubectl.run(['events', '--types=Warning', `--namespace=${NAMESPACE}`]);
      throw new Error(`after ${READY_MS / 1000} s not ready:\n${unready.join('\n')}\n${events}`);
    }
    await sleep(500);
  }
}
