import {
  containersOf, environment, ofKind, processes, workloads, type Container, type KubernetesObject, type Volume, type VolumeSource, type Workload,
} from '../objects.ts';

/** Secrets that people or an operator make, with their keys; everything else comes from Strimzi. */
const SITE_SECRETS: Readonly<Record<string, readonly string[]>> = {
  'vast-credentials': ['access-key', 'secret-key'],
  'scenario-injector-api': ['token'],
};

/** Every Secret that is referred to comes from somewhere, with that key; no manifest contains one. */
export function secretFaults(objects: readonly KubernetesObject[]): string[] {
  const available = secrets(objects);
  const faults = references(objects, 'secret').flatMap(({ where, name, key }) => {
    const keys = available.get(name);
    if (keys === undefined) return [`${where} refers to Secret ${name}, which nothing makes`];
    return key === null || keys.includes(key) ? [] : [`${where} refers to key ${key} of Secret ${name}, which has ${keys.join(', ')}`];
  });
  return [...faults, ...ofKind(objects, 'Secret').map(({ metadata }) => `Secret ${metadata.name} is contained in the manifests`)];
}

/** Every ConfigMap that is referred to is there, with that key. */
export function configMapFaults(objects: readonly KubernetesObject[]): string[] {
  const maps = new Map(ofKind(objects, 'ConfigMap').map(({ metadata, data = {} }) => [metadata.name, Object.keys(data)]));
  return references(objects, 'configMap').flatMap(({ where, name, key }) => {
    const keys = maps.get(name);
    if (keys === undefined) return [`${where} refers to ConfigMap ${name}, which is not there`];
    return key === null || keys.includes(key) ? [] : [`${where} refers to key ${key} of ConfigMap ${name}, which has ${keys.join(', ')}`];
  });
}

/** Every path that a variable names is a file that the container's volumes put there. */
export function fileFaults(objects: readonly KubernetesObject[]): string[] {
  return processes(objects).flatMap((workload) => containersOf(workload).flatMap((container) => [...environment(container, objects)]
    .filter(([, value]) => value?.startsWith('/etc/telco-twin/') === true)
    .filter(([, value]) => !files(container, workload).includes(value!))
    .map(([name, value]) => `${name} of ${workload.name}/${container.name} is ${value}, where no volume puts a file`)));
}

/** Every variable of our processes is one that the code reads, or that the container's arguments refer to; and those exist. */
export function variableFaults(objects: readonly KubernetesObject[], known: ReadonlySet<string>): string[] {
  return processes(objects).flatMap((workload) => containersOf(workload).flatMap((container) => {
    const variables = environment(container, objects);
    const referred = new Set([...(container.args ?? []).join(' ').matchAll(/\$\(([A-Z_]+)\)/g)].map(([, name]) => name));
    const shared = new Set(jobVariables(objects));
    return [
      ...[...variables.keys()].filter((name) => !known.has(name) && !referred.has(name) && !shared.has(name))
        .map((name) => `variable ${name} of ${workload.name}/${container.name} means nothing to it`),
      ...[...referred].filter((name) => !variables.has(name)).map((name) => `arguments of ${workload.name}/${container.name} refer to ${name}, which is not set`),
    ];
  }));
}

/** Variables of the jobs' ConfigMap that at least one job's arguments refer to. */
function jobVariables(objects: readonly KubernetesObject[]): string[] {
  const args = processes(objects).filter(({ kind }) => kind === 'Job').flatMap((job) => containersOf(job).flatMap(({ args: own = [] }) => own)).join(' ');
  return [...args.matchAll(/\$\(([A-Z_]+)\)/g)].map(([, name]) => name);
}

/** The ports that processes are told to listen on ↔ ports of their containers. */
export function listenFaults(objects: readonly KubernetesObject[]): string[] {
  const named: Readonly<Record<string, string>> = { HTTP_PORT: 'metrics', API_PORT: 'http', SUBSCRIBER_DB_PORT: 'http' };
  return processes(objects).filter(({ kind }) => kind !== 'Job').flatMap((workload) => containersOf(workload).flatMap((container) => {
    const variables = environment(container, objects);
    const port = (name: string): string | undefined => container.ports?.find((found) => found.name === name)?.containerPort.toString();
    return Object.entries(named).flatMap(([variable, name]) => {
      const value = variables.get(variable);
      if (value === undefined || container.args?.[0] !== 'run' || port(name) === value) return [];
      return [`${variable} of ${workload.name} is ${value}, and its port ${name} is ${port(name)}`];
    });
  }));
}

/** Name of a Secret → its keys. */
function secrets(objects: readonly KubernetesObject[]): Map<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ...Object.entries(SITE_SECRETS),
    ...ofKind(objects, 'Kafka').map(({ metadata }) => [`${metadata.name}-cluster-ca-cert`, ['ca.crt', 'ca.p12', 'ca.password']] as const),
    ...ofKind(objects, 'KafkaUser').map(({ metadata }) => [metadata.name, ['password', 'sasl.jaas.config']] as const),
    ...ofKind(objects, 'ExternalSecret').map(({ metadata, spec }) => {
      const { target, data = [] } = spec as { target?: { name?: string }; data?: { secretKey: string }[] };
      return [target?.name ?? metadata.name, data.map(({ secretKey }) => secretKey)] as const;
    }),
  ]);
}

interface Reference {
  readonly where: string;
  readonly name: string;
  /** Null for the whole object. */
  readonly key: string | null;
}

function references(objects: readonly KubernetesObject[], kind: 'secret' | 'configMap'): Reference[] {
  const ofPods = workloads(objects).flatMap((workload) => [
    ...(workload.pod.volumes ?? []).flatMap((volume) => sourcesOf(volume).flatMap((source) => volumeReferences(workload, volume, source, kind))),
    ...containersOf(workload).flatMap((container) => containerReferences(workload, container, kind)),
  ]);
  const ofKeda = ofKind(objects, 'TriggerAuthentication').flatMap(({ metadata, spec }) => {
    const field = kind === 'secret' ? 'secretTargetRef' : 'configMapTargetRef';
    const found = (spec as Record<string, { name: string; key: string }[] | undefined>)[field] ?? [];
    return found.map(({ name, key }) => ({ where: `TriggerAuthentication ${metadata.name}`, name, key }));
  });
  return [...ofPods, ...ofKeda];
}

function volumeReferences({ name: workload }: Workload, { name: volume }: Volume, source: VolumeSource, kind: 'secret' | 'configMap'): Reference[] {
  const found = kind === 'secret' ? source.secret : source.configMap;
  if (found === undefined) return [];
  const name = found.name ?? (found as { secretName?: string }).secretName ?? '';
  const where = `volume ${volume} of ${workload}`;
  return found.items === undefined ? [{ where, name, key: null }] : found.items.map(({ key }) => ({ where, name, key }));
}

function containerReferences({ name: workload }: Workload, container: Container, kind: 'secret' | 'configMap'): Reference[] {
  const where = `${workload}/${container.name}`;
  return [
    ...(container.envFrom ?? []).map((source) => (kind === 'secret' ? source.secretRef : source.configMapRef)).filter((found) => found !== undefined)
      .map(({ name }) => ({ where, name, key: null })),
    ...(container.env ?? []).map(({ valueFrom }) => (kind === 'secret' ? valueFrom?.secretKeyRef : valueFrom?.configMapKeyRef)).filter((found) => found !== undefined)
      .map(({ name, key }) => ({ where, name, key })),
  ];
}

function sourcesOf(volume: Volume): readonly VolumeSource[] {
  return volume.projected === undefined ? [volume] : volume.projected.sources;
}

/** Paths of the files that the Secrets and ConfigMaps of a pod put into a container. */
function files(container: Container, { pod }: Workload): string[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const volume = pod.volumes?.find((found) => found.name === name);
    return volume === undefined ? [] : sourcesOf(volume).flatMap((source) => (source.secret?.items ?? source.configMap?.items ?? []).map(({ path }) => `${mountPath}/${path}`));
  });
}
