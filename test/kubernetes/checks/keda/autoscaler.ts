import assert from 'node:assert/strict';
import { NAMESPACE } from '../../support/trees.ts';
import type { CheckContext } from '../context.ts';
import type { ScaledObject } from './objects.ts';

const AUTOSCALERS = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`;
const EXTERNAL = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}`;

interface MetricSpec {
  readonly type: string;
  readonly external?: { readonly metric: { readonly name: string }; readonly target: { readonly averageValue?: string } };
  readonly containerResource?: { readonly name: string; readonly container: string; readonly target: { readonly averageUtilization?: number } };
}

export interface Autoscaler {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly MetricSpec[];
    readonly behavior?: object;
  };
  readonly status: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly currentMetrics?: readonly { readonly type: string }[] | null;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** The HorizontalPodAutoscaler that KEDA makes of a ScaledObject. */
export async function autoscalerOf({ api }: CheckContext, scaledObject: string): Promise<Autoscaler> {
  const { status, body } = await api.send('GET', `${AUTOSCALERS}/keda-hpa-${scaledObject}`);
  if (status !== 200) throw new Error(`keda-hpa-${scaledObject}: ${body.message ?? status}`);
  return body as unknown as Autoscaler;
}

/** What is still missing before an autoscaler acts on all of its metrics; undefined when nothing is. */
export function pending({ metadata, spec, status }: Autoscaler): string | undefined {
  const measured = status.currentMetrics?.filter(({ type }) => type !== '').length ?? 0;
  if (measured < spec.metrics.length) return `${metadata.name} has ${measured} of ${spec.metrics.length} metrics`;
  const refused = ['AbleToScale', 'ScalingActive'].map((type) => status.conditions?.find((condition) => condition.type === type))
    .find((condition) => condition?.status !== 'True');
  return refused === undefined ? undefined : `${metadata.name}: ${refused.type} is ${refused.status}: ${refused.message}`;
}

/** The autoscaler asks for what the ScaledObject says, and the API server takes it without a warning. */
export async function requireFaithful({ api }: CheckContext, { spec: wanted }: ScaledObject, { metadata, spec }: Autoscaler): Promise<void> {
  assert.deepEqual({ kind: spec.scaleTargetRef.kind, name: spec.scaleTargetRef.name }, { kind: 'Deployment', name: wanted.scaleTargetRef.name });
  assert.deepEqual([spec.minReplicas, spec.maxReplicas], [wanted.minReplicaCount, wanted.maxReplicaCount]);
  assert.partialDeepStrictEqual(spec.behavior, wanted.advanced?.horizontalPodAutoscalerConfig?.behavior);
  const metrics = spec.metrics.map(({ external, containerResource: cpu }) => (external === undefined
    ? `${cpu?.name} of ${cpu?.container} at ${cpu?.target.averageUtilization} %`
    : `${external.metric.name} at ${external.target.averageValue}`));
  const triggers = wanted.triggers.map(({ type, metadata: settings }, index) => (type === 'cpu'
    ? `cpu of ${settings['containerName']} at ${settings['value']} %`
    : `${metricName(index, settings['topic'])} at ${settings['lagThreshold']}`));
  assert.deepEqual(metrics.sort(), triggers.sort());
  const copy = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: `${metadata.name}-copy` }, spec };
  const { status, body, warnings } = await api.apply(copy, { dryRun: true, namespace: NAMESPACE });
  if (status >= 300 || warnings.length > 0) throw new Error(`the API server says of ${metadata.name}: ${[body.message, ...warnings].join('\n')}`);
}

/** Lag that the API server serves autoscalers for the first trigger of a ScaledObject, offsets. */
export async function servedLag({ api }: CheckContext, { metadata, spec }: ScaledObject): Promise<number> {
  const selector = new URLSearchParams({ labelSelector: `scaledobject.keda.sh/name=${metadata.name}` });
  const { status, body } = await api.send('GET', `${EXTERNAL}/${metricName(0, spec.triggers[0]?.metadata['topic'])}?${selector.toString()}`);
  const value = (body['items'] as readonly { value: string }[] | undefined)?.[0]?.value;
  if (status !== 200 || value === undefined) throw new Error(`no metric is served for ${metadata.name}: ${status} ${body.message ?? JSON.stringify(body)}`);
  return value.endsWith('m') ? Number(value.slice(0, -1)) / 1000 : Number(value);
}

/** As KEDA names the metric of a trigger. */
function metricName(index: number, topic: string | undefined): string {
  return `s${index}-kafka-${topic}`;
}
