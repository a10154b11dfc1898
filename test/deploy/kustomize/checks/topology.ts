import { isDeepStrictEqual } from 'node:util';
import { kafkaTopics } from '../../../../deploy/kustomize/generate/topics.ts';
import type { Profile } from '../../../../deploy/kustomize/generate/profiles.ts';
import { accessRights, principals, topicNames, TOPICS_JOB } from '../../../../topology/graph/index.ts';
import { environment, ofKind, processes, containersOf, type KubernetesObject } from '../objects.ts';

interface TopicSpec {
  readonly topicName?: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string>>;
}

interface Acl {
  readonly type?: string;
  readonly resource: { readonly type: string; readonly name: string; readonly patternType: string };
  readonly operations: readonly string[];
}

/** The size of the twin, as its jobs are told. */
export function profileOf(objects: readonly KubernetesObject[]): Profile {
  const seeder = processes(objects).find(({ name }) => name === 'seeder');
  const variables = new Map(seeder === undefined ? [] : containersOf(seeder).flatMap((container) => [...environment(container, objects)]));
  const number = (name: string): number => Number(variables.get(name));
  return {
    subscribers: number('SUBSCRIBERS'), region: variables.get('REGION') ?? '', seed: number('SEED'), partitions: number('PARTITIONS'),
    replicationFactor: number('REPLICATION_FACTOR'), retentionHours: number('RETENTION_HOURS'),
  };
}

/** Objects of Strimzi in a tree without a `Kafka`, of which nobody takes notice; null where there is one. */
function strayFaults(objects: readonly KubernetesObject[], kind: 'KafkaTopic' | 'KafkaUser'): string[] | null {
  if (ofKind(objects, 'Kafka').length > 0) return null;
  return ofKind(objects, kind).map(({ metadata }) => `${kind} ${metadata.name} belongs to no Kafka of this tree`);
}

/** Topics of the topology ↔ `KafkaTopic`s, with the sizes and settings that the jobs are told; without Strimzi the job makes them. */
export function topicFaults(objects: readonly KubernetesObject[]): string[] {
  const stray = strayFaults(objects, 'KafkaTopic');
  const job = processes(objects).find(({ name }) => name === TOPICS_JOB);
  const makes = job !== undefined && containersOf(job).some(({ args = [] }) => args[0] === 'topics' && args[1] === 'create');
  if (stray !== null) return makes ? stray : [...stray, 'nobody makes the topics'];
  const found = new Map(ofKind(objects, 'KafkaTopic').map(({ metadata, spec }) => [(spec as TopicSpec).topicName ?? metadata.name, spec as TopicSpec]));
  const wanted = new Map(kafkaTopics(profileOf(objects)).map((topic) => (topic as { spec: TopicSpec }).spec).map((spec) => [spec.topicName!, spec]));
  const faults = topicNames.flatMap((topic) => {
    const [is, should] = [found.get(topic), wanted.get(topic)];
    if (is === undefined || should === undefined) return [`topic ${topic} has no KafkaTopic`];
    if (is.partitions !== should.partitions) return [`KafkaTopic of ${topic} has ${is.partitions} partitions instead of ${should.partitions}`];
    if (is.replicas !== should.replicas) return [`KafkaTopic of ${topic} has ${is.replicas} replicas instead of ${should.replicas}`];
    return isDeepStrictEqual(sorted(is.config), sorted(should.config)) ? [] : [`KafkaTopic of ${topic} has other settings than the topology`];
  });
  const known = new Set<string>([...topicNames, 'kafkasql-journal', 'kafkasql-snapshots', 'registry-events']);
  return [...faults, ...[...found.keys()].filter((name) => !known.has(name)).map((name) => `KafkaTopic of ${name}, which the topology does not know`)];
}

/** Rights that the topology gives ↔ rules of the `KafkaUser`s, one by one. */
export function aclFaults(objects: readonly KubernetesObject[]): string[] {
  const stray = strayFaults(objects, 'KafkaUser');
  if (stray !== null) return stray;
  const users = new Map(ofKind(objects, 'KafkaUser').map(({ metadata, spec }) => [metadata.name, spec as { authorization?: { acls?: Acl[] } }]));
  const spelled = (principal: string, { type, name, patternType }: Acl['resource'], operation: string): string => `${principal}: ${operation} on ${type} ${name} (${patternType})`;
  const wanted = new Set(accessRights({ topicsCreatedBy: 'others' }).map(({ principal, resource, operation }) => spelled(principal, resource, operation)));
  const given = new Set(principals().flatMap((principal) => (users.get(principal)?.authorization?.acls ?? [])
    .flatMap((acl) => (acl.type === 'deny' ? [] : acl.operations.map((operation) => spelled(principal, acl.resource, operation))))));
  return [
    ...principals().filter((name) => !users.has(name)).map((name) => `${name} has no KafkaUser`),
    ...[...wanted].filter((right) => !given.has(right)).map((right) => `missing right: ${right}`),
    ...[...given].filter((right) => !wanted.has(right)).map((right) => `right that no edge needs: ${right}`),
  ];
}

/** Every process logs in as itself: its name, its user's Secret. */
export function loginFaults(objects: readonly KubernetesObject[]): string[] {
  return processes(objects).flatMap((workload) => containersOf(workload).flatMap((container) => {
    const variables = environment(container, objects);
    if (!variables.has('KAFKA_SASL_PASSWORD_FILE')) return [];
    const user = variables.get('KAFKA_SASL_USERNAME');
    return user === workload.name ? [] : [`${workload.name}/${container.name} logs in to Kafka as ${user}`];
  }));
}

/** Without the label of its cluster Strimzi takes no notice of an object. */
export function clusterLabelFaults(objects: readonly KubernetesObject[]): string[] {
  const clusters = ofKind(objects, 'Kafka').map(({ metadata }) => metadata.name);
  return ['KafkaTopic', 'KafkaUser', 'KafkaNodePool'].flatMap((kind) => ofKind(objects, kind))
    .filter(({ metadata }) => !clusters.includes(metadata.labels?.['strimzi.io/cluster'] ?? ''))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} belongs to no Kafka: its label strimzi.io/cluster is ${metadata.labels?.['strimzi.io/cluster']}`);
}

function sorted(config: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
}
