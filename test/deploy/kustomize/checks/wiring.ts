import {
  containersOf, ofKind, processes, selects, workloads, type Container, type KubernetesObject, type PodSpec, type Probe, type Selector, type Workload,
} from '../objects.ts';

interface ServiceSpec {
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly name: string; readonly port: number; readonly targetPort?: string | number }[];
}

const longRunning = (workload: Workload): boolean => workload.kind !== 'Job';

/** Ports of Services ↔ ports of the containers that they lead to; each Service leads to the pods of one workload. */
export function serviceFaults(objects: readonly KubernetesObject[]): string[] {
  const all = workloads(objects);
  return ofKind(objects, 'Service').flatMap(({ metadata, spec }) => {
    const { selector = {}, ports = [] } = spec as ServiceSpec;
    const targets = all.filter(({ podLabels }) => selects({ matchLabels: selector }, podLabels));
    const [target] = targets;
    if (target === undefined || targets.length > 1) return [`Service ${metadata.name} selects ${targets.length === 0 ? 'no pods' : targets.map(({ name }) => name).join(' and ')}`];
    return ports.filter(({ port, targetPort = port }) => !hasPort(target, targetPort))
      .map(({ name }) => `port ${name} of Service ${metadata.name} leads to no port of ${target.name}`);
  });
}

/** Every workload that runs on has the three probes, on ports that it has; every process of the twin has a Service. */
export function probeFaults(objects: readonly KubernetesObject[]): string[] {
  const services = ofKind(objects, 'Service').map(({ spec }) => spec as ServiceSpec);
  const ours = new Set(processes(objects).map(({ name }) => name));
  return workloads(objects).filter(longRunning).flatMap((workload) => [
    ...(!ours.has(workload.name) || services.some(({ selector }) => selects({ matchLabels: selector ?? {} }, workload.podLabels)) ? [] : [`${workload.name} has no Service`]),
    ...workload.pod.containers.flatMap((container) => (['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
      .flatMap((kind) => probeFault(workload, container, kind, container[kind]))),
  ]);
}

function probeFault(workload: Workload, container: Container, kind: string, probe: Probe | undefined): string[] {
  if (probe === undefined) return [`${workload.name}/${container.name} has no ${kind}`];
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
  if (port === undefined || !hasPort(workload, port)) return [`${kind} of ${workload.name}/${container.name} asks port ${port}, which it does not have`];
  // Readiness depends on Kafka, and an outage of Kafka must not restart everybody.
  if (kind !== 'readinessProbe' && probe.httpGet?.path.includes('ready') === true) return [`${kind} of ${workload.name} asks ${probe.httpGet.path}`];
  return [];
}

/** Selectors ↔ labels: of workloads, budgets, spread constraints, and autoscalers' targets. */
export function selectorFaults(objects: readonly KubernetesObject[]): string[] {
  const all = workloads(objects);
  const targets = [...ofKind(objects, 'HorizontalPodAutoscaler'), ...ofKind(objects, 'ScaledObject')];
  return [
    ...all.filter(({ kind, selector, podLabels }) => kind !== 'Job' && !selects(selector, podLabels)).map(({ kind, name }) => `${kind} ${name} does not select its own pods`),
    ...all.flatMap(({ name, pod, podLabels }) => (pod.topologySpreadConstraints ?? [])
      .filter(({ labelSelector }) => !selects(labelSelector, podLabels)).map(() => `a spread constraint of ${name} does not select its own pods`)),
    ...ofKind(objects, 'PodDisruptionBudget').flatMap(({ metadata, spec }) => {
      const matched = all.filter(({ podLabels }) => selects((spec as { selector: Selector }).selector, podLabels));
      return matched.length === 1 ? [] : [`PodDisruptionBudget ${metadata.name} selects the pods of ${matched.length} workloads`];
    }),
    ...targets.filter(({ spec }) => !all.some(({ name }) => name === (spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name))
      .map(({ kind, metadata }) => `${kind} ${metadata.name} scales nothing`),
    ...all.filter(({ kind, name, podLabels }) => kind !== 'Job' && all.some((other) => other.name !== name && selects(other.selector, podLabels) && other.kind !== 'Job'))
      .map(({ name }) => `another workload selects the pods of ${name}`),
    ...poolSpreadFaults(objects),
  ];
}

/** Strimzi's pods of one cluster have the same labels but for their pool: a constraint that doesn't tell pools apart spreads none of them. */
function poolSpreadFaults(objects: readonly KubernetesObject[]): string[] {
  const pools = ofKind(objects, 'KafkaNodePool').map(({ metadata }) => metadata.labels?.['strimzi.io/cluster']);
  return ofKind(objects, 'Kafka').filter(({ metadata }) => pools.filter((cluster) => cluster === metadata.name).length > 1).flatMap(({ metadata, spec }) => {
    const { topologySpreadConstraints = [] } = (spec as { kafka: { template?: { pod?: Partial<PodSpec> } } }).kafka.template?.pod ?? {};
    return topologySpreadConstraints.filter(({ matchLabelKeys = [] }) => !matchLabelKeys.includes('strimzi.io/pool-name'))
      .map(() => `a spread constraint of Kafka ${metadata.name} counts the pods of all pools together`);
  });
}

/** What Prometheus is told to scrape is there: a workload of ours with that port, or pods that Strimzi makes. */
export function podMonitorFaults(objects: readonly KubernetesObject[]): string[] {
  const all = workloads(objects).filter(longRunning);
  const monitors = ofKind(objects, 'PodMonitor').map(({ metadata, spec }) => ({ name: metadata.name, ...(spec as { selector: Selector; podMetricsEndpoints: { port: string }[] }) }));
  const faults = monitors.filter(({ selector }) => selector.matchLabels?.['strimzi.io/cluster'] === undefined).flatMap(({ name, selector, podMetricsEndpoints }) => {
    const scraped = all.filter(({ podLabels }) => selects(selector, podLabels));
    if (scraped.length === 0) return [`PodMonitor ${name} selects no pods`];
    return scraped.flatMap((workload) => podMetricsEndpoints.filter(({ port }) => !hasPort(workload, port)).map(({ port }) => `PodMonitor ${name} scrapes port ${port} of ${workload.name}, which has none`));
  });
  if (monitors.length === 0) return faults;
  const unscraped = all.filter((workload) => hasPort(workload, 'metrics') && !monitors.some(({ selector }) => selects(selector, workload.podLabels)));
  return [...faults, ...unscraped.map(({ name }) => `no PodMonitor selects ${name}`)];
}

function hasPort(workload: Workload, port: string | number): boolean {
  return containersOf(workload).some(({ ports = [] }) => ports.some(({ name, containerPort }) => name === port || containerPort === port));
}
