import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, type AssignableMember } from '../../../topology/log/group/assignor.ts';
import type { TopicPartition } from '../../../topology/log/index.ts';

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** A group as its members see it: who owns what, generation by generation. */
class Group {
  readonly counts: ReadonlyMap<string, number>;
  readonly owned = new Map<string, TopicPartition[]>();
  generation = 0;

  constructor(counts: ReadonlyMap<string, number>) {
    this.counts = counts;
  }

  members(): AssignableMember[] {
    return [...this.owned].map(([memberId, owned]) => (
      { memberId, groupInstanceId: null, topics: [...this.counts.keys()], owned, generationId: this.generation }));
  }

  /** One generation; true if somebody had to give something up, so that another one follows. */
  rebalance(): boolean {
    const before = new Map(this.owned);
    const assignments = assign(this.members(), this.counts);
    const taken = new Map<string, string>();
    let isGivingUp = false;
    for (const [memberId, partitions] of assignments) {
      for (const partition of partitions) {
        const other = [...before].find(([id, owned]) => id !== memberId && owned.some((p) => keyOf(p) === keyOf(partition)));
        expect(other, `${keyOf(partition)} given to ${memberId} while ${other?.[0]} has it`).toBeUndefined();
        expect(taken.get(keyOf(partition))).toBeUndefined();
        taken.set(keyOf(partition), memberId);
      }
      isGivingUp ||= before.get(memberId)!.some((p) => !partitions.some((q) => keyOf(p) === keyOf(q)));
      this.owned.set(memberId, partitions);
    }
    this.generation++;
    return isGivingUp;
  }

  settle(): void {
    for (let rounds = 0; this.rebalance(); rounds++) expect(rounds).toBeLessThan(3);
  }
}

const arbitraryCounts = fc.record({ a: fc.integer({ min: 1, max: 48 }), b: fc.integer({ min: 1, max: 48 }) });
const arbitraryMoves = fc.array(fc.record({ id: fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5'), isJoining: fc.boolean() }), { minLength: 1, maxLength: 12 });

describe('assignor', () => {
  test('members joining and leaving: never two owners, complete, balanced, co-partitioned', () => {
    fc.assert(fc.property(arbitraryCounts, arbitraryMoves, ({ a, b }, moves) => {
      const group = new Group(new Map([['a', a], ['b', b]]));
      for (const { id, isJoining } of moves) {
        if (isJoining && !group.owned.has(id)) group.owned.set(id, []);
        else group.owned.delete(id);
        if (group.owned.size === 0) continue;
        group.settle();
        const all = [...group.owned.values()].flat().map(keyOf);
        expect(new Set(all).size).toBe(a + b);
        expect(all).toHaveLength(a + b);
        const shares = [...group.owned.values()].map((owned) => new Set(owned.map((p) => p.partition)).size);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        const ownerOf = new Map([...group.owned].flatMap(([member, owned]) => owned.map((p) => [keyOf(p), member] as const)));
        for (let p = 0; p < Math.min(a, b); p++) expect(ownerOf.get(`a/${p}`)).toBe(ownerOf.get(`b/${p}`));
      }
    }), { numRuns: 100 });
  });

  test('the order of members does not matter, and a settled group stays as it is', () => {
    fc.assert(fc.property(arbitraryCounts, fc.integer({ min: 1, max: 6 }), ({ a, b }, size) => {
      const group = new Group(new Map([['a', a], ['b', b]]));
      for (let i = 0; i < size; i++) group.owned.set(`m${i}`, []);
      group.settle();
      const members = group.members();
      const again = assign(members, group.counts);
      expect(new Map([...assign([...members].reverse(), group.counts)].sort())).toEqual(new Map([...again].sort()));
      for (const [memberId, partitions] of again) {
        expect(new Set(partitions.map(keyOf))).toEqual(new Set(group.owned.get(memberId)!.map(keyOf)));
      }
    }), { numRuns: 100 });
  });

  test('a leaving member moves only its own partitions; a joining one takes only its share', () => {
    const group = new Group(new Map([['a', 12]]));
    for (const id of ['m1', 'm2', 'm3']) group.owned.set(id, []);
    group.settle();
    const before = new Map(group.owned);
    group.owned.delete('m2');
    group.settle();
    for (const id of ['m1', 'm3']) expect(group.owned.get(id)!.map(keyOf)).toEqual(expect.arrayContaining(before.get(id)!.map(keyOf)));
    group.owned.set('m9', []);
    const sixes = new Map(group.owned);
    group.settle();
    for (const id of ['m1', 'm3']) expect(sixes.get(id)!.map(keyOf)).toEqual(expect.arrayContaining(group.owned.get(id)!.map(keyOf)));
    expect([...group.owned.values()].map((owned) => owned.length)).toEqual([4, 4, 4]);
  });

  test('a claim from an older generation gives way to a newer one', () => {
    const p = { topic: 'a', partition: 0 };
    const claim = (memberId: string, generationId: number): AssignableMember => (
      { memberId, generationId, groupInstanceId: null, topics: ['a'], owned: [p] });
    for (const members of [[claim('x', 4), claim('y', 5)], [claim('y', 5), claim('x', 4)]]) {
      expect(assign(members, new Map([['a', 1]]))).toEqual(new Map([['x', []], ['y', [p]]]));
    }
  });

  test('members get only topics that they subscribe to', () => {
    const member = (memberId: string, topics: string[]): AssignableMember => (
      { memberId, topics, groupInstanceId: null, owned: [], generationId: -1 });
    const result = assign([member('x', ['a']), member('y', ['a', 'b'])], new Map([['a', 2], ['b', 2]]));
    expect(result.get('x')!.every((partition) => partition.topic === 'a')).toBe(true);
    expect(result.get('y')!.filter((partition) => partition.topic === 'b')).toHaveLength(2);
    expect(result.get('x')!.length).toBe(1);
  });
});
