import { containersOf, ofKind, selects, workloads, type KubernetesObject, type PodSpec, type Selector } from '../objects.ts';

/** What Pod Security `restricted` demands, and beyond it a read-only root, no token, bounded resources. */
export function hardeningFaults(objects: readonly KubernetesObject[]): string[] {
  const restricted = new Set(ofKind(objects, 'Namespace').filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted').map(({ metadata }) => metadata.name));
  if (!restricted.has('data-generator-ns')) return ['namespace data-generator-ns does not enforce Pod Security restricted'];
  return workloads(objects).filter(({ namespace }) => restricted.has(namespace)).flatMap((workload) => {
    const { pod, name } = workload;
    const context = pod.securityContext ?? {};
    return [
      ...(context.runAsNonRoot === true && Number(context.runAsUser) > 0 ? [] : [`${name} may run as root`]),
      ...((context.seccompProfile as { type?: string } | undefined)?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile`]),
      ...(pod.automountServiceAccountToken === false || needsApi(name, objects) ? [] : [`${name} gets a token of the API server`]),
      ...(ofKind(objects, 'ServiceAccount').some(({ metadata }) => metadata.name === pod.serviceAccountName) ? [] : [`${name} runs as ServiceAccount ${pod.serviceAccountName}, which is not there`]),
      ...containersOf(workload).flatMap(({ name: container, image, securityContext = {}, resources }) => [
        ...(securityContext.allowPrivilegeEscalation === false ? [] : [`${name}/${container} may gain privileges`]),
        ...(securityContext.readOnlyRootFilesystem === true ? [] : [`${name}/${container} has a writable root`]),
        ...((securityContext.capabilities as { drop?: string[] } | undefined)?.drop?.includes('ALL') === true ? [] : [`${name}/${container} keeps capabilities`]),
        ...(['cpu', 'memory'].every((resource) => resources?.requests?.[resource] !== undefined && resources.limits?.[resource] !== undefined) ? [] : [`${name}/${container} has no bounds`]),
        ...(/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$/.test(image) ? [] : [`${name}/${container} runs image ${image}, of no certain version`]),
      ]),
    ];
  });
}

/** A new volume belongs to root: pods that run as somebody else write to it by the group that they ask to have it. */
export function volumeFaults(objects: readonly KubernetesObject[]): string[] {
  const grouped = (pod: Pick<PodSpec, 'securityContext'> | undefined): boolean => Number.isInteger(pod?.securityContext?.fsGroup);
  const ours = workloads(objects).filter(({ claims, pod }) => claims.length > 0 || pod.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined) === true);
  const pools = ofKind(objects, 'KafkaNodePool').filter(({ spec }) => JSON.stringify((spec as { storage: object }).storage).includes('"persistent-claim"'));
  const clusters = new Set(pools.map(({ metadata }) => metadata.labels?.['strimzi.io/cluster']));
  return [
    ...ours.filter(({ pod }) => !grouped(pod)).map(({ name }) => `${name} can't write to its volume: no fsGroup`),
    ...ofKind(objects, 'Kafka').filter(({ metadata, spec }) => clusters.has(metadata.name) && !grouped((spec as KafkaSpec).kafka.template?.pod))
      .map(({ metadata }) => `the pods of Kafka ${metadata.name} can't write to their volumes: no fsGroup`),
  ];
}

interface KafkaSpec {
  readonly kafka: { readonly template?: { readonly pod?: Pick<PodSpec, 'securityContext'> } };
}

/** Only what a Role or ClusterRole is bound to may ask the API server. */
export function needsApi(workload: string, objects: readonly KubernetesObject[]): boolean {
  return [...ofKind(objects, 'RoleBinding'), ...ofKind(objects, 'ClusterRoleBinding')]
    .some((binding) => (binding as unknown as { subjects: { name: string }[] }).subjects.some(({ name }) => name === workload));
}

/** A drain always goes on, and never takes two replicas at once. */
export function budgetFaults(objects: readonly KubernetesObject[]): string[] {
  const budgets = ofKind(objects, 'PodDisruptionBudget').map(({ metadata, spec }) => ({ name: metadata.name, ...(spec as { maxUnavailable?: unknown; unhealthyPodEvictionPolicy?: string; selector: Selector }) }));
  const several = workloads(objects).filter(({ kind, replicas }) => kind !== 'Job' && kind !== 'DaemonSet' && replicas !== 1);
  return [
    ...budgets.filter(({ maxUnavailable }) => maxUnavailable !== 1).map(({ name }) => `PodDisruptionBudget ${name} may hold up a drain`),
    ...budgets.filter(({ unhealthyPodEvictionPolicy }) => unhealthyPodEvictionPolicy !== 'AlwaysAllow').map(({ name }) => `pods that don't work hold up a drain: PodDisruptionBudget ${name}`),
    ...several.filter(({ podLabels }) => !budgets.some(({ selector }) => selects(selector, podLabels))).map(({ name }) => `${name} has several replicas and no PodDisruptionBudget`),
  ];
}

/** The image of the twin by digest: what was tested is what runs. */
export function digestFaults(objects: readonly KubernetesObject[]): string[] {
  return workloads(objects).flatMap((workload) => containersOf(workload).filter(({ image }) => /(^|\/)telco-twin[:@]/.test(image) && !image.includes('@sha256:'))
    .map(({ image }) => `${workload.name} runs ${image}`));
}
