import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { lookupIds, registryOptions, SubjectMissingError, type LookedUpTopic } from '../../schemas/registry.ts';
import { schemaTopics, topicSchemas, type SchemaTopic } from '../../schemas/subjects.ts';
import { partitionCount, reads, writes, type Names, type ProcessorGraph, type TopicName } from '../graph/index.ts';
import { Admin, Cluster, FatalError, type ClusterOptions } from '../log/index.ts';
import { ContractError, describe, Interrupted } from './errors.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** What a process waits for before it can work, and how it says so. */
export interface Waiting {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told what is being waited for (a reason for not being ready), null when it has come. */
  readonly onWaiting: (reason: string | null) => void;
}

/** A condition that an operator or another process may still bring about: worth waiting for. */
export class NotYetError extends Error {
  override readonly name = 'NotYetError';
}

/**
 * Tries until it succeeds, with growing pauses, saying what it waits for.
 * @param lasting errors for which waiting can't help
 * @throws the lasting error; Interrupted when the signal fires
 */
export async function patiently<T>(what: string, attempt: () => Promise<T>, lasting: (error: unknown) => boolean, waiting: Waiting): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    if (waiting.signal.aborted) throw new Interrupted();
    try {
      const result = await attempt();
      waiting.onWaiting(null);
      return result;
    } catch (error) {
      if (lasting(error)) throw error;
      const reason = `waiting for ${what}: ${describe(error)}`;
      waiting.onWaiting(reason);
      waiting.logger.warn({ retryInMs: wait }, reason);
    }
    await sleep(wait, undefined, { signal: waiting.signal }).catch(() => undefined);
  }
}

/** @throws AuthenticationError and other fatal errors at once. */
export async function connectPatiently(options: ClusterOptions, waiting: Waiting): Promise<Cluster> {
  return patiently(`a broker at ${options.bootstrap.join(', ')}`, () => Cluster.connect(options), (error) => error instanceof FatalError, waiting);
}

/**
 * Waits until every topic of the processors exists.
 * @returns the partition count of the twin
 * @throws ContractError when partition counts contradict each other
 */
export async function awaitTopics(cluster: Cluster, names: Names, graphs: readonly ProcessorGraph[], waiting: Waiting): Promise<number> {
  const wanted = topicsOf(graphs);
  const admin = new Admin(cluster);
  const counts = await patiently('topics', async () => {
    const found = new Map((await admin.describeTopics(wanted.map((topic) => names.topic(topic)))).map((topic) => [topic.name, topic.partitions.length]));
    const missing = wanted.filter((topic) => !found.has(names.topic(topic)));
    if (missing.length > 0) throw new NotYetError(`${missing.map((topic) => names.topic(topic)).join(', ')} missing; create with: telco-twin topics create`);
    return new Map(wanted.map((topic) => [topic, found.get(names.topic(topic)) ?? 0]));
  }, (error) => error instanceof FatalError, waiting);

  const twin = wanted.find((topic) => partitionCount(topic, 2) === 2);
  const partitions = twin === undefined ? 1 : counts.get(twin) ?? 1;
  for (const [topic, count] of counts) {
    const expected = partitionCount(topic, partitions);
    if (count === expected) continue;
    throw new ContractError(`${names.topic(topic)} has ${count} partitions, but ${expected} are needed `
      + `(${twin === undefined ? '' : `${names.topic(twin)} has ${partitions}, and co-partitioned topics must agree`}); the count can't change in the life of a twin`);
  }
  return partitions;
}

/** Every topic that the processors read or write. */
export function topicsOf(graphs: readonly ProcessorGraph[]): TopicName[] {
  return [...new Set(graphs.flatMap((graph) => [...reads(graph), ...writes(graph)]))];
}

export type Schemas = ReadonlyMap<TopicName, LookedUpTopic>;

/**
 * Looks up what is registered for every topic of the processors; registers nothing. Waits while the registry is unavailable, and
 * while schemas are not registered: the job that does it may run at the same time.
 * @throws SchemaMismatchError, RegistryAccessError
 */
export async function lookUpSchemas(
  env: Readonly<Record<string, string | undefined>>, names: Names, graphs: readonly ProcessorGraph[], waiting: Waiting,
): Promise<Schemas> {
  const wanted = topicsOf(graphs).filter((topic): topic is SchemaTopic => (schemaTopics as readonly TopicName[]).includes(topic));
  const onWait = (message: string): void => {
    waiting.onWaiting(`waiting for the schema registry: ${message}`);
    waiting.logger.warn(`waiting for the schema registry: ${message}`);
  };
  const options = { ...registryOptions(env), onWait, signal: waiting.signal };
  return await patiently('schemas', () => lookupIds(options, names.prefix, wanted), (error) => !(error instanceof SubjectMissingError), waiting);
}

/** The schema of a topic with the type of its record. */
export function schemaOf<Topic extends SchemaTopic>(schemas: Schemas, topic: Topic): LookedUpTopic<(typeof topicSchemas)[Topic]['record']> {
  const found = schemas.get(topic);
  if (found === undefined || found.record !== topicSchemas[topic].record) throw new ContractError(`the schema of ${topic} was not looked up`);
  return found;
}
