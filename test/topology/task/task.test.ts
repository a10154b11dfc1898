import { pino } from 'pino';
import { expect, it } from 'vitest';
import { brokerProfiles } from '../../../topology/log/net/profile.ts';
import { names, processorGraph } from '../../../topology/graph/index.ts';
import type { TaskEnvironment } from '../../../topology/task/environment.ts';
import { Task } from '../../../topology/task/task.ts';
import { TickQueue, type TickEntry } from '../../../topology/task/ticks.ts';

const graph = processorGraph('cdr-generator');
const all = names('');
const [output] = graph.output;

const tick: TickEntry = {
  offset: 0, appendedAt: 0, traces: [], key: null, value: null, poison: null,
  tick: {
    partition: 0, sequence: 0, from: 0, to: 1_000, mode: 'BACKFILL', modelVersion: 1, scenarioStateEnd: 0, networkStateEnd: 0, subscriberStateEnds: [],
  },
};

/** A broker without transactions whose log is empty and takes everything; `onProduce` is asked before each answer. */
function brokers(onProduce: () => Promise<void>): unknown {
  const connection = {
    version: () => 12,
    call: () => Promise.resolve({ topics: [{ partitions: [{ errorCode: 0, offset: 0n }] }] }),
    send: async () => {
      await onProduce();
      return new Map([output, 'task_state' as const].map((topic) => [`${all.topic(topic)}/0`, { errorCode: 0, baseOffset: 0, message: null }]));
    },
  };
  const ready = (): Promise<unknown> => Promise.resolve(connection);
  return {
    profile: brokerProfiles.find(({ transactions }) => !transactions),
    claimLane: () => 0, leader: () => Promise.resolve(1), control: ready, writeLane: ready, invalidate: () => undefined,
  };
}

function environment(cluster: unknown, queue: TickQueue): TaskEnvironment {
  const nothing = (): void => undefined;
  return {
    cluster, names: all, graph, input: 'sim_ticks', persist: 'task_state',
    logic: {
      modelVersion: 1,
      createTask: () => ({
        joins: {}, restore: nothing, snapshot: () => null, close: nothing,
        handle: (_tick: unknown, out: { append(...record: unknown[]): void }) => { out.append(output, 0, null, Buffer.from('x')); },
      }),
    },
    member: {
      doubt: null, heartbeatNow: nothing, assignment: [{ topic: all.topic('sim_ticks'), partition: 0 }], committed: () => [], commitOffsets: nothing,
    },
    ticks: { open: () => queue, close: nothing },
    tables: {}, lookup: () => null, codec: { encode: () => Buffer.from('s') }, schemaIds: new Map(),
    settings: { commitIntervalMs: 0, transactionMaxMs: 2_000, transactionMaxTicks: 256, transactionMaxBytes: 1 << 24, compression: 'none' },
    metrics: { addTask: () => nothing, restored: nothing, committed: nothing, notCommitted: nothing },
    logger: pino({ level: 'silent' }),
    onFailed: (error: Error) => { throw error; },
  } as unknown as TaskEnvironment;
}

it('ends after the transaction in hand, without waiting for a tick that may never come', async () => {
  const producing = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const queue = new TickQueue(0, 0, () => undefined);
  queue.push(tick);
  const task = new Task(environment(brokers(() => {
    producing.resolve();
    return answer.promise;
  }), queue), 0);
  await producing.promise;
  const stopped = task.stop();
  answer.resolve();
  await stopped;
  expect(queue.size).toBe(0);
  expect(task.unready).toContain('CLOSED');
});
