import { setTimeout as sleep } from 'node:timers/promises';
import type { Keda } from '../../bed/servers/keda.ts';
import { NAMESPACE } from '../../support/trees.ts';
import type { CheckContext } from '../context.ts';
import { autoscalerOf, pending, requireFaithful, servedLag } from './autoscaler.ts';
import { lagAtMinimum, type ScaledObject } from './objects.ts';
import type { LiveTwin } from './twin.ts';

const IN_NAMESPACE = `--namespace=${NAMESPACE}`;
/** Seconds between KEDA's own looks at a trigger, where a ScaledObject sets none. */
const POLLING_SECONDS = 30;
const POLLS = 3;
const SAMPLE_MS = 1_000;
/** Figures of CPU come every ten seconds, and a pod's first one later. */
const MEASURED_MS = 90_000;
/** The autoscaler looks back over its stabilisation window of 30 s before it adds a replica. */
const SCALED_MS = 120_000;

export interface Scene {
  readonly context: CheckContext;
  readonly twin: LiveTwin;
  readonly keda: Keda;
  readonly progress: (step?: string) => void;
  readonly scaledObjects: readonly ScaledObject[];
  /** Name of the generator that follows the ticks, and of its ScaledObject's target. */
  readonly generator: string;
  /** Of a copy of it, with KEDA's own threshold. */
  readonly probe: ScaledObject;
}

/** Least and most of what was seen. */
class Range {
  least = Infinity;
  most = -Infinity;

  add(value: number): void {
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  toString(): string {
    return `${this.least} to ${this.most}`;
  }
}

/** Autoscalers are what the ScaledObjects say; caught up they rest, behind they grow. */
export async function checkScaling(scene: Scene): Promise<void> {
  const { report } = scene.context;
  if (!(await report.check('each gets an autoscaler that says the same, is valid and has all its metrics', async () => await allFaithful(scene)))) return;
  const probed = new Range();
  const name = `with ${scene.twin.partitions} partitions and its group caught up, ${scene.generator} stays at its minimum for ${POLLS} polling intervals`;
  if (!(await report.check(name, async () => await staysAtMinimum(scene, probed)))) return;
  await report.check("KEDA's default threshold would take the commit markers of the same group for work", async () => {
    const { minReplicaCount: min } = scene.probe.spec;
    if (probed.most <= min) throw new Error(`its copy with the default threshold stayed at ${probed.most} replicas, so that the derived threshold changes nothing`);
    return `${probed.toString()} replicas wanted, the minimum is ${min}`;
  });
  await report.check(`${scene.generator} is scaled up when its group really lags`, async () => await scalesUp(scene));
}

async function allFaithful({ context, twin, keda, scaledObjects, probe, progress }: Scene): Promise<string> {
  const deadline = performance.now() + MEASURED_MS;
  for (const { metadata } of [...scaledObjects, probe]) {
    for (;;) {
      const missing = pending(await autoscalerOf(context, metadata.name));
      if (missing === undefined) break;
      requireAll(twin, keda);
      if (performance.now() > deadline) throw new Error(`after ${MEASURED_MS / 1000} s ${missing}`);
      progress(`waiting for metrics: ${missing}`);
      await sleep(SAMPLE_MS);
    }
  }
  for (const scaledObject of scaledObjects) await requireFaithful(context, scaledObject, await autoscalerOf(context, scaledObject.metadata.name));
  return `${scaledObjects.length} autoscalers`;
}

/** @param probed gets the replicas that the autoscaler with the default threshold wants meanwhile */
async function staysAtMinimum(scene: Scene, probed: Range): Promise<string> {
  const { context, twin, keda, generator, probe, progress } = scene;
  const scaledObject = scaledObjectOf(scene);
  const { minReplicaCount: min, pollingInterval = POLLING_SECONDS } = scaledObject.spec;
  const enough = lagAtMinimum(scaledObject);
  const since = Date.now();
  const left = (): number => Math.ceil((since - Date.now()) / 1000 + POLLS * pollingInterval);
  const [lag, served] = [new Range(), new Range()];
  while (left() > 0) {
    requireAll(twin, keda);
    lag.add(total(await twin.lagOf(generator)));
    served.add(await servedLag(context, scaledObject));
    progress(`${generator} lags ${lag.toString()}, and ${enough} is for ${min}; watching for ${left()} s more`);
    const { desiredReplicas, currentReplicas } = (await autoscalerOf(context, scaledObject.metadata.name)).status;
    if (desiredReplicas !== min || currentReplicas !== min) {
      throw new Error(`it has ${currentReplicas} replicas and wants ${desiredReplicas}; its lag was ${lag.toString()}, and ${enough} is for ${min}`);
    }
    probed.add((await autoscalerOf(context, probe.metadata.name)).status.desiredReplicas ?? 0);
    await sleep(SAMPLE_MS);
  }
  const complaints = await warningsSince(context, generator, since);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  if (lag.least <= 0 || served.least <= 0) throw new Error(`its lag was ${lag.toString()}, as served ${served.toString()}: without any this shows nothing`);
  return `lag ${lag.toString()}, as served ${served.toString()}; ${enough} is for ${min} replicas`;
}

async function scalesUp(scene: Scene): Promise<string> {
  const { context, twin, keda, generator, progress } = scene;
  const scaledObject = scaledObjectOf(scene);
  const { minReplicaCount: min } = scaledObject.spec;
  const enough = lagAtMinimum(scaledObject);
  await twin.stop(generator);
  const deadline = performance.now() + SCALED_MS;
  let wanted = min;
  while (wanted <= min) {
    requireAll(twin, keda);
    const lag = total(await twin.lagOf(generator));
    if (performance.now() > deadline) throw new Error(`after ${SCALED_MS / 1000} s with a lag of ${lag}, where ${enough} is for ${min}, ${wanted} replicas are wanted`);
    progress(`${generator} lags ${lag}`);
    await sleep(SAMPLE_MS);
    wanted = (await autoscalerOf(context, scaledObject.metadata.name)).status.desiredReplicas ?? 0;
  }
  const { kubectl } = context.cluster;
  await kubectl.run(['rollout', 'status', `deployment/${generator}`, IN_NAMESPACE, '--timeout=60s']);
  const { spec } = await kubectl.get<{ spec: { replicas: number } }>(`deployment/${generator}`, IN_NAMESPACE);
  if (spec.replicas <= min) throw new Error(`${wanted} replicas are wanted, and the Deployment has ${spec.replicas}`);
  // The clock waits for the group by now, so that its lag stands still.
  const [lag, served] = [total(await twin.lagOf(generator)), await servedLag(context, scaledObject)];
  if (served !== lag) throw new Error(`the lag is ${lag}, and autoscalers are told ${served}`);
  return `lag ${lag}, as the API server serves it; ${enough} is for ${min}; from ${min} to ${spec.replicas} replicas`;
}

function scaledObjectOf({ scaledObjects, generator }: Scene): ScaledObject {
  const found = scaledObjects.find(({ spec }) => spec.scaleTargetRef.name === generator);
  if (found === undefined) throw new Error(`${generator} has no ScaledObject`);
  return found;
}

/** Complaints about ScaledObjects, and about the autoscaler of one of them: the others' get pods that have no figures of CPU yet. */
async function warningsSince({ cluster }: CheckContext, scaledObject: string, since: number): Promise<readonly string[]> {
  const events = await cluster.kubectl.list<Event>('events', IN_NAMESPACE, '--field-selector=type=Warning');
  return events
    .filter(({ involvedObject: { kind, name } }) => kind === 'ScaledObject' || name === `keda-hpa-${scaledObject}`)
    .filter(({ lastTimestamp, series, eventTime }) => Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '') >= since)
    .map(({ involvedObject, reason, message }) => `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`);
}

interface Event {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly reason: string;
  readonly message: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime: string } | null;
}

function requireAll(twin: LiveTwin, keda: Keda): void {
  twin.requireProcesses();
  keda.requireServers();
}

function total(lags: readonly number[]): number {
  return lags.reduce((sum, lag) => sum + lag, 0);
}
