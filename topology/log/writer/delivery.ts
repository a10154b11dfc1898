import type { Cluster } from '../cluster.ts';
import { LogError, RetriableError } from '../errors.ts';
import { errorOf } from '../net/codes.ts';
import { backoffMs, sleep, type RetryListener } from '../net/retry.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { produce, type ProduceAnswer, type ProduceVersions } from './produce.ts';

export interface DeliveryOptions {
  readonly transactionalId: string | null;
  readonly versions: () => ProduceVersions;
  readonly lane: number;
  /** How long a batch is retried. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What speaks against sending; asked before every attempt. */
  readonly doubt: (() => LogError | null) | undefined;
  readonly onRetry?: RetryListener | undefined;
  readonly onDelivered: (queue: PartitionQueue, baseOffset: number) => void;
}

const brokerTimeoutMs = 25_000;

/**
 * Brings the batch in flight of each queue onto the log: one request per leader, retried (same bytes, same sequence numbers, so
 * the broker drops repeats; without a producer id it keeps them) through leader changes and restarts until `timeoutMs`. Throws the first error that no
 * retry mends.
 */
export async function deliver(cluster: Cluster, queues: readonly PartitionQueue[], options: DeliveryOptions): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  let left = queues;
  for (let attempt = 0; left.length > 0; attempt++) {
    const doubt = options.doubt?.();
    if (doubt) throw doubt;
    const failures = await attemptAll(cluster, left, options);
    const fatal = failures.find(({ error }) => !(error instanceof RetriableError && error.isTransient));
    if (fatal) throw fatal.error;
    left = failures.map(({ queue }) => queue);
    const first = failures[0]?.error;
    if (!first) return;
    const wait = backoffMs(attempt, 10);
    if (options.signal.aborted || performance.now() + wait > deadline) throw first;
    options.onRetry?.(first, attempt + 1);
    for (const queue of left) cluster.invalidate(queue.topic);
    await sleep(wait, options.signal);
  }
}

interface Failure {
  readonly queue: PartitionQueue;
  readonly error: LogError;
}

async function attemptAll(cluster: Cluster, queues: readonly PartitionQueue[], options: DeliveryOptions): Promise<Failure[]> {
  const failures: Failure[] = [];
  const byLeader = new Map<number, PartitionQueue[]>();
  for (const queue of queues) {
    try {
      const leader = await cluster.leader(queue.topic, queue.partition);
      const group = byLeader.get(leader);
      if (group) group.push(queue);
      else byLeader.set(leader, [queue]);
    } catch (error) {
      failures.push({ queue, error: asLogError(error) });
    }
  }
  await Promise.all([...byLeader].map(async ([leader, group]) => {
    try {
      const answers = await send(cluster, leader, group, options);
      for (const queue of group) {
        const answer = answers.get(`${queue.topic}/${queue.partition}`);
        if (answer?.errorCode === 0) options.onDelivered(queue, answer.baseOffset);
        else failures.push({ queue, error: failure(queue, answer, options.transactionalId) });
      }
    } catch (error) {
      for (const queue of group) failures.push({ queue, error: asLogError(error) });
    }
  }));
  return failures;
}

async function send(cluster: Cluster, leader: number, group: readonly PartitionQueue[], options: DeliveryOptions): Promise<Map<string, ProduceAnswer>> {
  const connection = await cluster.writeLane(leader, options.lane);
  const entries = group.map((queue) => ({ topic: queue.topic, partition: queue.partition, batch: queue.inFlight! }));
  return produce(connection, options.transactionalId, entries, options.versions(), brokerTimeoutMs);
}

function failure(queue: PartitionQueue, answer: ProduceAnswer | undefined, transactionalId: string | null): LogError {
  const place = { topic: queue.topic, partition: queue.partition };
  if (!answer) return new RetriableError('Produce: the partition is missing in the answer', place);
  return errorOf(answer.errorCode, answer.message === null ? 'Produce' : `Produce (${answer.message})`, place,
    { topic: 'Write', ...(transactionalId !== null && { transactionalId: ['Write', transactionalId] }) });
}

function asLogError(error: unknown): LogError {
  return error instanceof LogError ? error : new LogError('Producing stopped', { cause: error });
}
