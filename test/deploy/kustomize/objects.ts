/** The parts of Kubernetes objects that the checks look at. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly configMapKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: object;
  };
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string | number };
  readonly tcpSocket?: { readonly port: string | number };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string }; readonly secretRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> };
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

interface KeyToPath {
  readonly key: string;
  readonly path: string;
}

export interface VolumeSource {
  readonly secret?: { readonly secretName?: string; readonly name?: string; readonly items?: readonly KeyToPath[] };
  readonly configMap?: { readonly name: string; readonly items?: readonly KeyToPath[] };
}

export interface Volume extends VolumeSource {
  readonly name: string;
  readonly projected?: { readonly sources: readonly VolumeSource[] };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector; readonly matchLabelKeys?: readonly string[] }[];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Something that runs pods. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly selector: Selector | undefined;
  readonly replicas: number | undefined;
  readonly pod: PodSpec;
  /** Claimed volumes of a StatefulSet. */
  readonly claims: readonly string[];
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'Job', 'DaemonSet'];

export function ofKind(objects: readonly KubernetesObject[], kind: string): KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

export function workloads(objects: readonly KubernetesObject[]): Workload[] {
  return objects.filter(({ kind }) => WORKLOADS.includes(kind)).map(({ kind, metadata, spec }) => {
    const { selector, replicas, template, volumeClaimTemplates = [] } = spec as {
      selector?: Selector; replicas?: number; volumeClaimTemplates?: { metadata: Metadata }[];
      template: { metadata?: { labels?: Record<string, string> }; spec: PodSpec };
    };
    return {
      kind, name: metadata.name, namespace: metadata.namespace ?? '', labels: metadata.labels ?? {}, podLabels: template.metadata?.labels ?? {}, selector, replicas,
      pod: template.spec, claims: volumeClaimTemplates.map((claim) => claim.metadata.name),
    };
  });
}

/** Workloads that run our own image. */
export function processes(objects: readonly KubernetesObject[]): Workload[] {
  return workloads(objects).filter(({ pod }) => pod.containers.some(({ image }) => /(^|\/)telco-twin[:@]?/.test(image)));
}

export function containersOf({ pod }: Workload): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** The variables of a container, those of its ConfigMaps included; undefined for values that come from elsewhere. */
export function environment(container: Container, objects: readonly KubernetesObject[]): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name);
    for (const [name, value] of Object.entries(map?.data ?? {})) found.set(name, value);
  }
  for (const { name, value } of container.env ?? []) found.set(name, value);
  return found;
}

/** Whether a selector matches; an empty one matches everything, as the API has it. */
export function selects(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values = [] }) => {
      const label = labels[key];
      switch (operator) {
        case 'In': return label !== undefined && values.includes(label);
        case 'NotIn': return label === undefined || !values.includes(label);
        case 'Exists': return label !== undefined;
        default: return label === undefined;
      }
    });
}
