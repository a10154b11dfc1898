import type { KubernetesObject } from '../../bed/kubectl.ts';
import type { RenderedTree } from '../../support/trees.ts';

interface Trigger {
  readonly type: string;
  readonly name?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ScaledObject extends KubernetesObject {
  readonly kind: 'ScaledObject';
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string };
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    /** Seconds. */
    readonly pollingInterval?: number;
    readonly triggers: readonly Trigger[];
    readonly advanced?: { readonly horizontalPodAutoscalerConfig?: { readonly behavior?: object } };
  };
}

/** KEDA's settings and what they refer to, as one deploys them. */
export interface Scaling {
  readonly scaledObjects: readonly ScaledObject[];
  /** Everything else: the namespace, the targets, the credentials. */
  readonly others: readonly KubernetesObject[];
}

/** The part of a tree that KEDA acts on, with another address of Kafka. */
export function scalingOf(tree: RenderedTree, bootstrapServers: string): Scaling {
  const scaledObjects = tree.objects.filter((object): object is ScaledObject => object.kind === 'ScaledObject')
    .map((object) => withTriggers(object, (trigger) => (
      trigger.type === 'kafka' ? { ...trigger, metadata: { ...trigger.metadata, bootstrapServers } } : trigger)));
  const targets = new Set(scaledObjects.map(({ spec }) => spec.scaleTargetRef.name));
  return {
    scaledObjects,
    // KEDA also resolves the environment of the targets' containers.
    others: tree.objects.filter(({ kind, metadata }) => kind === 'Namespace' || kind === 'TriggerAuthentication' || kind === 'ConfigMap'
      || ((kind === 'Deployment' || kind === 'ServiceAccount') && targets.has(metadata.name))),
  };
}

/** The same target under another name, scaled by the lag of the same group alone, with the threshold that KEDA takes where none is set. */
export function withDefaultThreshold({ scaledObjects, others }: Scaling, target: string, name: string): { readonly scaledObject: ScaledObject; readonly deployment: KubernetesObject } {
  const scaledObject = scaledObjects.find(({ spec }) => spec.scaleTargetRef.name === target);
  const deployment = others.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === target);
  if (scaledObject === undefined || deployment === undefined) throw new Error(`the tree has no ScaledObject of a Deployment ${target}`);
  const bare = withTriggers(scaledObject, (trigger) => ({
    ...trigger, metadata: Object.fromEntries(Object.entries(trigger.metadata).filter(([setting]) => setting !== 'lagThreshold')),
  }));
  const triggers = bare.spec.triggers.filter(({ type }) => type === 'kafka');
  return {
    scaledObject: { ...bare, metadata: { ...bare.metadata, name }, spec: { ...bare.spec, scaleTargetRef: { name }, triggers } },
    deployment: renamed(deployment, target, name),
  };
}

/** Lag for which a ScaledObject's minimum of replicas is enough: of its only trigger on lag. */
export function lagAtMinimum({ metadata, spec }: ScaledObject): number {
  const thresholds = spec.triggers.filter(({ type }) => type === 'kafka').map((trigger) => Number(trigger.metadata['lagThreshold']));
  const [threshold] = thresholds;
  if (threshold === undefined || thresholds.length > 1) throw new Error(`ScaledObject ${metadata.name} has ${thresholds.length} triggers on lag`);
  return threshold * spec.minReplicaCount;
}

function withTriggers(object: ScaledObject, change: (trigger: Trigger) => Trigger): ScaledObject {
  return { ...object, spec: { ...object.spec, triggers: object.spec.triggers.map(change) } };
}

/** A Deployment's name is also its pods' label, by which it finds them. */
function renamed(deployment: KubernetesObject, from: string, to: string): KubernetesObject {
  const text = JSON.stringify(deployment).replaceAll(`"app.kubernetes.io/name":"${from}"`, `"app.kubernetes.io/name":"${to}"`);
  const copy = JSON.parse(text) as KubernetesObject;
  return { ...copy, metadata: { ...copy.metadata, name: to } };
}
