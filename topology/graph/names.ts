import type { TopicName } from './topics.ts';

/** Kafka's own limit on a topic name. */
const MAX_TOPIC_LENGTH = 249;
const LEGAL = /^[a-zA-Z0-9._-]*$/;

/**
 * What a twin calls its things on a shared cluster. Two twins with different prefixes share nothing, provided that neither
 * prefix begins with the other (prefixed ACLs match by beginning).
 */
export interface Names {
  readonly prefix: string;
  topic(topic: TopicName): string;
  group(processor: string): string;
  /** One per task: its new owner's InitProducerId fences the old owner. */
  transactionalId(processor: string, partition: number): string;
  /** What the transactional ids of all tasks of a processor begin with, and no others. */
  transactionalIds(processor: string): string;
  subject(topic: TopicName): string;
}

/** Throws on a prefix Kafka would refuse. */
export function names(prefix = ''): Names {
  if (!LEGAL.test(prefix)) {
    throw new Error(`prefix '${prefix}' is not legal in a Kafka name: use letters, digits, '.', '_' and '-' only (TWIN_PREFIX)`);
  }
  if (prefix.length > MAX_TOPIC_LENGTH - 64) {
    throw new Error(`prefix '${prefix.slice(0, 16)}…' has ${prefix.length} characters; at most ${MAX_TOPIC_LENGTH - 64} fit before a topic name (TWIN_PREFIX)`);
  }
  return {
    prefix,
    topic: (topic) => `${prefix}${topic}`,
    group: (processor) => `${prefix}${processor}`,
    transactionalId: (processor, partition) => `${prefix}telco-twin.${processor}.${partition}`,
    transactionalIds: (processor) => `${prefix}telco-twin.${processor}.`,
    subject: (topic) => `${prefix}${topic}-value`,
  };
}

export function isLegalTopicName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_TOPIC_LENGTH && name !== '.' && name !== '..' && LEGAL.test(name);
}
