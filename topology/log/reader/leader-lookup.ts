import type { Cluster } from '../cluster.ts';
import { FatalError, LogError, RetriableError } from '../errors.ts';
import type { PartitionState } from './partition-state.ts';

/** How long a topic that existed may look deleted (a broker that is still loading its metadata says so too). */
const unknownTopicGraceMs = 30_000;

/**
 * Finds the leaders of partitions that have none; those found have `leader` >= 0 afterwards. Partitions that can't go on get a
 * `failure`. Returns the last retriable error, if some are still without a leader.
 */
export async function lookUpLeaders(cluster: Cluster, states: readonly PartitionState[]): Promise<LogError | undefined> {
  let retriable: LogError | undefined;
  for (const state of states) {
    try {
      const topic = await cluster.topic(state.topic);
      state.unknownSince = -1;
      if (state.topicId !== '' && state.topicId !== topic.topicId) {
        throw new FatalError('The topic was deleted and created again: the position means nothing in the new one; restart from a known state', state);
      }
      state.topicId = topic.topicId;
      state.leader = await cluster.leader(state.topic, state.partition);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      if (error instanceof RetriableError || mayStillAppear(state, error)) retriable = error;
      else state.failure = error;
    }
  }
  return retriable;
}

function mayStillAppear(state: PartitionState, error: LogError): boolean {
  if (error.kafkaError !== 'UNKNOWN_TOPIC_OR_PARTITION') return false;
  if (state.topicId === '') return false;
  if (state.unknownSince < 0) state.unknownSince = performance.now();
  return performance.now() - state.unknownSince < unknownTopicGraceMs;
}
