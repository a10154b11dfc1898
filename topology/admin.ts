import { setTimeout as sleep } from 'node:timers/promises';
import { names as namesOf, topicNames, topics, topicSpec, validateSettings, validateTopology, type TopicName, type TopologySettings } from './graph/index.ts';
import { Admin, type Cluster } from './log/index.ts';

/** How a topic on the cluster compares with what the topology wants. */
export interface TopicStatus {
  readonly topic: TopicName;
  /** Full name, prefix included. */
  readonly name: string;
  readonly state: 'created' | 'present' | 'missing' | 'different';
  readonly partitions: number | null;
  /** What contradicts the topology in a way that loses data or order; empty unless `different`. */
  readonly conflicts: readonly string[];
  /** Settings that an operator may have changed on purpose: reported, never refused. */
  readonly notes: readonly string[];
}

/** A topic exists, but not as the twin needs it. Nothing was changed. */
export class TopicConflictError extends Error {
  readonly topics: readonly TopicStatus[];
  constructor(topics: readonly TopicStatus[]) {
    super(`topics exist that this twin can't use:\n${topics.map(({ name, conflicts }) => `  - ${name}: ${conflicts.join('; ')}`).join('\n')}\n`
      + 'Use another prefix (TWIN_PREFIX), correct the topics, or delete them with: telco-twin topics delete --yes');
    this.name = 'TopicConflictError';
    this.topics = topics;
  }
}

/** A broker deletes topics after it has answered. */
const DELETE_TIMEOUT_MS = 30_000;
const DELETE_POLL_MS = 100;

/** Settings whose deviation breaks the twin: state as of an offset, order, or history would be lost. */
const ESSENTIAL = ['cleanup.policy', 'message.timestamp.type'];

/** What the brokers can be told of a topic: of those that are not Kafka itself, as little as all take. */
function within(cluster: Cluster, settings: TopologySettings): TopologySettings {
  return cluster.profile.topicSettings === 'all' ? settings : { ...settings, configuration: cluster.profile.topicSettings };
}

/**
 * Partitions of the twin that is there, as its processors find out: those of its first co-partitioned topic, and the others must agree.
 * @returns null when none of these topics exists
 */
export async function partitionsOfTwin(cluster: Cluster, prefix: string): Promise<number | null> {
  const naming = namesOf(prefix);
  const all = topicNames.filter((topic) => topics[topic].partitions === 'twin').map((topic) => naming.topic(topic));
  const found = new Map((await new Admin(cluster).describeTopics(all)).map(({ name, partitions }) => [name, partitions.length]));
  return all.map((name) => found.get(name)).find((count) => count !== undefined) ?? null;
}

/** Compares every topic of the twin with the cluster. Changes nothing. */
export async function checkTopics(cluster: Cluster, prefix: string, wanted: TopologySettings): Promise<TopicStatus[]> {
  const settings = within(cluster, wanted);
  validateTopology(prefix);
  validateSettings(settings);
  const naming = namesOf(prefix);
  const admin = new Admin(cluster);
  const all = topicNames.map((topic) => naming.topic(topic));
  const described = new Map((await admin.describeTopics(all)).map((topic) => [topic.name, topic]));
  const configs = await admin.describeTopicConfigs([...described.keys()]);
  return topicNames.map((topic) => {
    const name = naming.topic(topic);
    const found = described.get(name);
    if (found === undefined) return { topic, name, state: 'missing', partitions: null, conflicts: [], notes: [] };
    const { conflicts, notes } = compare(topic, settings, found.partitions.length, configs.get(name) ?? {});
    return { topic, name, state: conflicts.length > 0 ? 'different' : 'present', partitions: found.partitions.length, conflicts, notes };
  });
}

/**
 * Creates what is missing; safe to repeat.
 * @throws TopicConflictError before anything is created, when an existing topic can't be used
 */
export async function createTopics(cluster: Cluster, prefix: string, wanted: TopologySettings): Promise<TopicStatus[]> {
  const settings = within(cluster, wanted);
  const before = await checkTopics(cluster, prefix, settings);
  const conflicting = before.filter(({ state }) => state === 'different');
  if (conflicting.length > 0) throw new TopicConflictError(conflicting);
  const missing = before.filter(({ state }) => state === 'missing');
  if (missing.length > 0) {
    await new Admin(cluster).createTopics(missing.map(({ topic, name }) => {
      const spec = topicSpec(topic, settings);
      return { name, partitions: spec.partitions, replicationFactor: spec.replicationFactor, configs: spec.config };
    }));
  }
  return before.map((status) => status.state === 'missing'
    ? { ...status, state: 'created', partitions: topicSpec(status.topic, settings).partitions }
    : status);
}

/**
 * Deletes the twin's topics, with all its data; resolves when they are gone, so that they can be created anew.
 * @returns the names deleted
 */
export async function deleteTopics(cluster: Cluster, prefix: string): Promise<string[]> {
  const naming = namesOf(prefix);
  const admin = new Admin(cluster);
  const present = async (): Promise<string[]> => (
    (await admin.describeTopics(topicNames.map((topic) => naming.topic(topic)))).map(({ name }) => name));
  const deleted = await present();
  if (deleted.length === 0) return [];
  await admin.deleteTopics(deleted);
  for (const deadline = performance.now() + DELETE_TIMEOUT_MS; performance.now() < deadline; await sleep(DELETE_POLL_MS)) {
    if ((await present()).length === 0) return deleted;
  }
  throw new Error(`the broker accepted to delete ${deleted.join(', ')}, but after ${DELETE_TIMEOUT_MS / 1_000} s they are still there: is delete.topic.enable off?`);
}

function compare(
  topic: TopicName, settings: TopologySettings, partitions: number, actual: Readonly<Record<string, string | null>>,
): { conflicts: string[]; notes: string[] } {
  const spec = topicSpec(topic, settings);
  const conflicts: string[] = [];
  const notes: string[] = [];
  if (partitions !== spec.partitions) conflicts.push(`has ${partitions} partitions, needs ${spec.partitions}`);
  for (const [key, wanted] of Object.entries(spec.config)) {
    const value = actual[key];
    if (value === undefined || value === null || value === wanted) continue;
    if (ESSENTIAL.includes(key)) conflicts.push(`${key} is '${value}', needs '${wanted}'`);
    else if (key === 'min.compaction.lag.ms' && Number(value) < Number(wanted)) {
      conflicts.push(`${key} is ${value}, needs at least ${wanted}: versions that a lagging task needs would be compacted away`);
    } else notes.push(`${key} is '${value}', the topology says '${wanted}'`);
  }
  return { conflicts, notes };
}
