import { names as namesOf, type Names } from './names.ts';
import { processors, type ProcessorGraph } from './processors.ts';
import { topicNames, topics, type TopicName } from './topics.ts';
import { writes } from './validate.ts';

export type ResourceType = 'topic' | 'group' | 'transactionalId';
/** Spelled as Kafka's ACLs and Strimzi's `KafkaUser` spell them. */
export type Operation = 'Read' | 'Write' | 'Create' | 'Describe' | 'DescribeConfigs';

export interface Resource {
  readonly type: ResourceType;
  /** Full name, or what names begin with; the twin's prefix included. */
  readonly name: string;
  readonly patternType: 'literal' | 'prefix';
}

/** One operation that one principal may do on one resource, and the edge of the topology that is cut without it. */
export interface Right {
  /** The processor or job, which is also its user name: `User:cdr-generator`. */
  readonly principal: string;
  readonly resource: Resource;
  readonly operation: Operation;
  /** `from → to`, as the topology has it: `cdr-generator → cdrs`. */
  readonly edge: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
}

/** The job that creates or checks the topics, and registers the schemas. */
export const TOPICS_JOB = 'schema-registration';

export interface AccessOptions {
  /** TWIN_PREFIX. */
  readonly prefix?: string;
  readonly graph?: readonly ProcessorGraph[];
  /** Who creates the topics: the job, or somebody else (an operator, people), and then the job only compares. Default `job`. */
  readonly topicsCreatedBy?: 'job' | 'others';
}

/**
 * Every right that the twin needs on a Kafka cluster, and none that it does not. Kafka derives Describe from Read and from Write,
 * and the right to write idempotently from any Write, so those do not appear: without any single one of these an edge is cut.
 */
export function accessRights(options: AccessOptions = {}): Right[] {
  const { prefix = '', graph = processors, topicsCreatedBy = 'job' } = options;
  const names = namesOf(prefix);
  return [...topicsJobRights(names, topicsCreatedBy === 'job'), ...graph.flatMap((processor) => processorRights(processor, names))];
}

/** Names of all principals, in the order of their rights. */
export function principals(graph: readonly ProcessorGraph[] = processors): string[] {
  return [TOPICS_JOB, ...graph.map(({ name }) => name)];
}

/** What one processor needs. */
export function processorRights(processor: ProcessorGraph, names: Names): Right[] {
  return [
    ...streamRights(processor, names), ...tableRights(processor, names), ...outputRights(processor, names),
    ...transactionRights(processor, names), ...progressRights(processor, names),
  ];
}

function topicsJobRights(names: Names, creates: boolean): Right[] {
  const right = rightOf(TOPICS_JOB);
  return topicNames.flatMap((topic) => {
    const resource = topicResource(names, topic);
    const edge = `${TOPICS_JOB} → ${topic}`;
    return [
      ...(creates ? [right(resource, 'Create', edge, 'creates the topic')] : []),
      right(resource, 'Describe', edge, 'compares its partitions with the topology'),
      right(resource, 'DescribeConfigs', edge, 'compares its configuration with the topology'),
    ];
  });
}

/** Topics that are consumed through the group, and the group. */
function streamRights({ name, group, input, streams }: ProcessorGraph, names: Names): Right[] {
  if (group === null) return [];
  const right = rightOf(name);
  const consumed = [...new Set([...(input === null ? [] : [input]), ...streams])];
  return [
    right({ type: 'group', name: names.group(group), patternType: 'literal' }, 'Read', `${consumed.join(', ')} → ${name}`, 'joins its group, commits offsets'),
    ...consumed.map((topic) => right(topicResource(names, topic), 'Read', `${topic} → ${name}`, 'consumes the topic')),
  ];
}

/** Topics that are read without the group: tables, the task's saved state, and own output where a cursor may be missing. */
function tableRights({ name, kind, input, streams, join, lookup, persist, output }: ProcessorGraph, names: Names): Right[] {
  const right = rightOf(name);
  const consumed = new Set<TopicName>([...(input === null ? [] : [input]), ...streams]);
  const tables = [...new Set([...join, ...lookup])].filter((topic) => !consumed.has(topic));
  // A task without a cursor must know whether it has ever written, which only its own outputs tell.
  const evidence = kind === 'tasks' ? output.filter((topic) => topics[topic].writers === 'one') : [];
  return [
    ...tables.map((topic) => right(topicResource(names, topic), 'Read', `${topic} → ${name}`, 'reads the table')),
    ...(persist === null ? [] : [right(topicResource(names, persist), 'Read', `${persist} → ${name}`, 'restores its cursor and state')]),
    ...evidence.map((topic) => right(topicResource(names, topic), 'Read', `${topic} → ${name}`, 'finds out whether it has written before, where it has no cursor')),
  ];
}

function outputRights(processor: ProcessorGraph, names: Names): Right[] {
  const right = rightOf(processor.name);
  return writes(processor).map((topic) => right(
    topicResource(names, topic), 'Write', `${processor.name} → ${topic}`,
    topic === processor.deadLetters ? 'puts aside records that are not readable' : topic === processor.persist ? 'saves its cursor and state' : 'writes the topic',
  ));
}

function transactionRights(processor: ProcessorGraph, names: Names): Right[] {
  if (!processor.transactional) return [];
  const { name, kind } = processor;
  const resource: Resource = kind === 'tasks'
    ? { type: 'transactionalId', name: names.transactionalIds(name), patternType: 'prefix' }
    : { type: 'transactionalId', name: names.transactionalId(name, 0), patternType: 'literal' };
  return [rightOf(name)(resource, 'Write', `${name} → ${writes(processor).join(', ')}`, 'writes in transactions')];
}

function progressRights({ name, awaits }: ProcessorGraph, names: Names): Right[] {
  return awaits.map((other) => rightOf(name)(
    { type: 'group', name: names.group(other), patternType: 'literal' }, 'Describe', `${other} → ${name}`, 'waits for its progress'));
}

function topicResource(names: Names, topic: TopicName): Resource {
  return { type: 'topic', name: names.topic(topic), patternType: 'literal' };
}

function rightOf(principal: string) {
  return (resource: Resource, operation: Operation, edge: string, purpose: string): Right => ({ principal, resource, operation, edge, purpose });
}
