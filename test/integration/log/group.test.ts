import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Admin, GroupMember, IllegalGenerationError, RetriableError, type Cluster, type GroupMemberOptions, type TopicPartition,
} from '../../../topology/log/index.ts';
import { sharedKafka, uniquePrefix } from '../support/stack.ts';
import { connect, createTopic } from './support.ts';

const partitions = 12;
const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Notes who owns what, and every moment at which two members do. */
class Ledger {
  readonly owners = new Map<string, string>();
  readonly violations: string[] = [];

  take(member: string, taken: readonly TopicPartition[]): void {
    for (const key of taken.map(keyOf)) {
      const owner = this.owners.get(key);
      if (owner !== undefined) this.violations.push(`${key} given to ${member} while ${owner} has it`);
      this.owners.set(key, member);
    }
  }

  give(member: string, given: readonly TopicPartition[]): void {
    for (const key of given.map(keyOf)) {
      if (this.owners.get(key) !== member) this.violations.push(`${member} gave up ${key} without owning it`);
      this.owners.delete(key);
    }
  }

  counts(): number[] {
    return [...Map.groupBy(this.owners.values(), (owner) => owner).values()].map((owned) => owned.length).sort();
  }
}

describe('group membership', () => {
  let cluster: Cluster;
  const prefix = uniquePrefix();
  let topics: string[];

  beforeAll(async () => {
    cluster = await connect(await sharedKafka());
    topics = [await createTopic(cluster, { name: `${prefix}a`, partitions }), await createTopic(cluster, { name: `${prefix}b`, partitions })];
  });
  afterAll(async () => cluster?.close());

  function member(name: string, ledger: Ledger, options: Partial<GroupMemberOptions> & { groupId: string }, through = cluster): GroupMember {
    return new GroupMember(through, {
      topics, sessionTimeoutMs: 10_000, heartbeatIntervalMs: 200,
      onAssigned: (assigned) => ledger.take(name, assigned),
      onRevoking: async (revoked) => {
        await sleep(100);
        ledger.give(name, revoked);
      },
      onLost: (lost) => ledger.give(name, lost),
      onError: (error) => ledger.violations.push(`${name}: ${error.message}`),
      ...options,
    });
  }

  /** Waits until the ledger shows these shares. */
  async function settle(ledger: Ledger, shares: number[]): Promise<void> {
    await expect.poll(() => ledger.counts(), { timeout: 30_000, interval: 50 }).toEqual(shares);
  }

  test('three members join and leave: balanced, co-partitioned, no partition with two owners, those that stay are not interrupted', async () => {
    const ledger = new Ledger();
    const groupId = `${prefix}rebalance`;
    const [a, b, c] = ['a', 'b', 'c'].map((name) => member(name, ledger, { groupId })) as [GroupMember, GroupMember, GroupMember];
    await a.join();
    await settle(ledger, [2 * partitions]);
    const first = new Set(a.assignment.map(keyOf));

    await Promise.all([b.join(), c.join()]);
    await settle(ledger, [8, 8, 8]);
    for (const one of [a, b, c]) {
      const [inA, inB] = topics.map((topic) => one.assignment.filter((p) => p.topic === topic).map((p) => p.partition).sort());
      expect(inA).toEqual(inB);
    }
    expect(a.assignment.every((partition) => first.has(keyOf(partition)))).toBe(true);

    const kept = new Set([...b.assignment, ...c.assignment].map(keyOf));
    await a.leave();
    await settle(ledger, [12, 12]);
    expect([...kept].every((key) => [...b.assignment, ...c.assignment].map(keyOf).includes(key))).toBe(true);
    await Promise.all([b.leave(), c.leave()]);
    expect(ledger.owners.size).toBe(0);
    expect(ledger.violations).toEqual([]);
    expect((await new Admin(cluster).describeGroups([groupId]))[0]).toMatchObject({ state: 'Empty', members: [] });
  });

  test('a revocation that takes long delays the hand-over, not the session', async () => {
    const ledger = new Ledger();
    const groupId = `${prefix}slow`;
    const finish = Promise.withResolvers<void>();
    const slow = member('slow', ledger, {
      groupId, sessionTimeoutMs: 6_000,
      onRevoking: async (revoked) => {
        await finish.promise;
        ledger.give('slow', revoked);
      },
    });
    await slow.join();
    const next = member('next', ledger, { groupId });
    await next.join();
    // Longer than the session time-out.
    await sleep(7_000);
    expect(ledger.counts()).toEqual([2 * partitions]);
    finish.resolve();
    await settle(ledger, [partitions, partitions]);
    await Promise.all([slow.leave(), next.leave()]);
    expect(ledger.violations).toEqual([]);
  });

  test('a member that the group has thrown out loses everything, says so to heartbeatNow, and comes back', async () => {
    const ledger = new Ledger();
    const groupId = `${prefix}lost`;
    const lost: TopicPartition[] = [];
    const one = member('one', ledger, {
      groupId, heartbeatIntervalMs: 5_000,
      onLost: (gone) => {
        lost.push(...gone);
        ledger.give('one', gone);
      },
    });
    await one.join();
    await one.heartbeatNow();
    const before = one.identity;
    await removeMember(cluster, groupId, before.memberId);
    await expect(one.heartbeatNow()).rejects.toThrow(IllegalGenerationError);
    await expect.poll(() => lost.length, { timeout: 20_000 }).toBe(2 * partitions);
    await settle(ledger, [2 * partitions]);
    expect(one.identity.memberId).not.toBe(before.memberId);
    await one.heartbeatNow();
    await one.leave();
    expect(() => one.identity).toThrow(IllegalGenerationError);
    expect(ledger.violations).toEqual([]);
  });

  test('a static member that restarts finds its partitions without a rebalance', async () => {
    const ledger = new Ledger();
    const groupId = `${prefix}static`;
    const [a, b] = ['a', 'b'].map((name) => member(name, ledger, { groupId, groupInstanceId: name })) as [GroupMember, GroupMember];
    await Promise.all([a.join(), b.join()]);
    await settle(ledger, [partitions, partitions]);
    const { generationId } = b.identity;
    const held = b.assignment.map(keyOf).sort();
    await b.leave();
    const again = member('b', ledger, { groupId, groupInstanceId: 'b' });
    await again.join();
    expect(again.assignment.map(keyOf).sort()).toEqual(held);
    expect(again.identity.generationId).toBe(generationId);
    await a.heartbeatNow();
    await Promise.all([a.leave(true), again.leave(true)]);
    expect(ledger.violations).toEqual([]);
  });

  test('committed offsets are those that were committed; absent where none were', async () => {
    const ledger = new Ledger();
    const one = member('one', ledger, { groupId: `${prefix}commit` });
    await one.join();
    const [topic] = topics as [string];
    await one.commitOffsets([{ topic, partition: 3, offset: 42 }]);
    expect(await one.committed([{ topic, partition: 3 }, { topic, partition: 4 }])).toEqual([{ topic, partition: 3, offset: 42 }]);
    await one.leave();
    const admin = new Admin(cluster);
    await admin.deleteOffsets(`${prefix}commit`, [{ topic, partition: 3 }]);
    expect(await admin.committedOffsets(`${prefix}commit`)).toEqual([]);
    expect(await admin.listGroups()).not.toContain(`${prefix}never`);
    await admin.deleteGroups([`${prefix}commit`]);
    expect(ledger.violations).toEqual([]);
  });

  test('a commit that is repeated does not become one of a later generation', async () => {
    const ledger = new Ledger();
    const groupId = `${prefix}late`;
    const [topic] = topics as [string];
    const own = await connect(await sharedKafka());
    try {
      const [a, b] = [member('a', ledger, { groupId }, own), member('b', ledger, { groupId })];
      await a.join();
      const { generationId } = a.identity;
      // Commits can't reach the coordinator; the membership has a connection of its own.
      const unreachable = vi.spyOn(own, 'control').mockRejectedValue(new RetriableError('not reachable'));
      const refused = expect(a.commitOffsets([{ topic, partition: 0, offset: 5 }])).rejects.toThrow(IllegalGenerationError);
      await b.join();
      await settle(ledger, [partitions, partitions]);
      expect(a.identity.generationId).toBeGreaterThan(generationId);
      unreachable.mockRestore();
      await refused;
      expect(await b.committed([{ topic, partition: 0 }])).toEqual([]);
      await Promise.all([a.leave(), b.leave()]);
    } finally {
      await own.close();
    }
    expect(ledger.violations).toEqual([]);
  });
});

/** What `kafka-consumer-groups --delete-members` or an expired session does. */
async function removeMember(cluster: Cluster, groupId: string, memberId: string): Promise<void> {
  const { leaveGroup } = await import('../../../topology/log/group/calls.ts');
  const connection = await cluster.control(await cluster.coordinator('group', groupId));
  await leaveGroup(connection, { groupId, memberId, generationId: -1, groupInstanceId: null }, 'thrown out by a test');
}
