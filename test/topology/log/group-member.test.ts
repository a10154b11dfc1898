import { describe, expect, it, vi } from 'vitest';
import { GroupMember, RetriableError, type Cluster, type GroupMemberOptions } from '../../../topology/log/index.ts';
import { defaultProfile } from '../../../topology/log/net/profile.ts';

const JOIN = 11;
const HEARTBEAT = 12;
const SYNC = 14;
const TOPIC = 'topic';

type Call = (versions: readonly { api: { key: number } }[], ...args: unknown[]) => Promise<unknown>;

/** Two brokers that may coordinate a group of one member. */
class Brokers {
  coordinator = 1;
  /** Hosts that are gone: their connections stay open, and nothing is answered. */
  readonly gone = new Set<number>();
  /** Heartbeats by broker. */
  readonly heartbeats = new Map<number, number>();
  readonly #cut = new Map<unknown, (error: Error) => void>();

  get cluster(): Cluster {
    return {
      profile: defaultProfile, coordinator: () => Promise.resolve(this.coordinator), partitionCount: () => Promise.resolve(1),
      control: (node: number) => Promise.resolve(this.#connection(node)), dedicated: (node: number) => Promise.resolve(this.#connection(node)),
      release: (connection: unknown) => Promise.resolve(this.#cut.get(connection)?.(new RetriableError('the connection was closed'))),
    } as unknown as Cluster;
  }

  #connection(node: number): unknown {
    const closed = Promise.withResolvers<never>();
    closed.promise.catch(() => undefined);
    const call: Call = async ([{ api: { key } }], ...args) => {
      if (key === HEARTBEAT) this.heartbeats.set(node, (this.heartbeats.get(node) ?? 0) + 1);
      return this.gone.has(node) ? closed.promise : answer(key, args);
    };
    const connection = { isConnected: true, call };
    this.#cut.set(connection, (error) => {
      connection.isConnected = false;
      closed.reject(error);
    });
    return connection;
  }
}

function answer(key: number, args: readonly unknown[]): unknown {
  if (key === JOIN) {
    const [{ metadata }] = args[6] as [{ metadata: Buffer }];
    return { errorCode: 0, generationId: 1, memberId: 'one', leader: 'one', skipAssignment: false, members: [{ memberId: 'one', groupInstanceId: null, metadata }] };
  }
  if (key === SYNC) return { errorCode: 0, assignment: (args[6] as [{ assignment: Buffer }])[0].assignment };
  return { errorCode: 0 };
}

function member(brokers: Brokers, options: Partial<GroupMemberOptions>): GroupMember {
  return new GroupMember(brokers.cluster, {
    groupId: 'group', topics: [TOPIC], heartbeatIntervalMs: 5,
    onAssigned: () => undefined, onRevoking: () => Promise.resolve(), onLost: () => undefined, onError: (error) => { throw error; },
    ...options,
  });
}

const WAIT = { timeout: 30_000, interval: 5 };

describe('a member whose coordinator\'s host vanishes without a word', () => {
  it('finds the next coordinator, and stays a member', async () => {
    const brokers = new Brokers();
    const onLost = vi.fn<GroupMemberOptions['onLost']>();
    const one = member(brokers, { sessionTimeoutMs: 150, onLost });
    await one.join();
    await vi.waitFor(() => { expect(brokers.heartbeats.get(1)).toBeGreaterThan(0); }, WAIT);
    const { identity } = one;
    brokers.gone.add(1);
    brokers.coordinator = 2;
    await vi.waitFor(() => { expect(brokers.heartbeats.get(2)).toBeGreaterThan(0); }, WAIT);
    expect(one.identity).toEqual(identity);
    expect(one.assignment).toEqual([{ topic: TOPIC, partition: 0 }]);
    expect(onLost).not.toHaveBeenCalled();
    await one.leave();
  });

  it('leaves without waiting for the answer to a heartbeat', async () => {
    const brokers = new Brokers();
    const one = member(brokers, { sessionTimeoutMs: 600_000 });
    await one.join();
    brokers.gone.add(1);
    const before = brokers.heartbeats.get(1) ?? 0;
    await vi.waitFor(() => { expect(brokers.heartbeats.get(1)).toBeGreaterThan(before); }, WAIT);
    brokers.coordinator = 2;
    await one.leave();
    expect(() => one.identity).toThrow();
  });
});
