import type { TopicPartition } from '../types.ts';
import type { Subscription } from './consumer-protocol.ts';

/** Name in the group protocol; members with another assignor can't join the same group. */
export const assignorName = 'copartition-cooperative-sticky';

export interface AssignableMember extends Subscription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/**
 * Assigns partitions; the same input gives the same output, in whatever order members are listed.
 *
 * - Co-partitioned: partition p of all topics with the same subscribers goes to one member.
 * - Balanced: partition numbers per member differ by at most one.
 * - Sticky: a partition stays where it is unless balance demands a move.
 * - Cooperative (KIP-429): a partition that moves is given to nobody in this generation; its owner, no longer assigned it,
 *   gives it up and rejoins, and the next generation hands it over. So no partition ever has two owners.
 */
export function assign(members: readonly AssignableMember[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartition[]> {
  const sorted = [...members].sort((a, b) => compare(a.groupInstanceId ?? a.memberId, b.groupInstanceId ?? b.memberId));
  const assignments = new Map<string, TopicPartition[]>(sorted.map((member) => [member.memberId, []]));
  const owners = currentOwners(sorted);
  const bySubscribers = Map.groupBy([...partitionCounts.keys()].sort(compare),
    (topic) => JSON.stringify(sorted.filter((member) => member.topics.includes(topic)).map((member) => member.memberId)));
  for (const topics of bySubscribers.values()) {
    const subscribers = sorted.filter((member) => member.topics.includes(topics[0])).map((member) => member.memberId);
    if (subscribers.length === 0) continue;
    for (const [partition, target] of balance(topics, subscribers, partitionCounts, owners)) {
      for (const topic of topics) {
        if (partition >= partitionCounts.get(topic)!) continue;
        const owner = owners.get(keyOf({ topic, partition }));
        if (owner === undefined || owner === target) assignments.get(target)!.push({ topic, partition });
      }
    }
  }
  return assignments;
}

/** Which member gets which partition number, for topics that have the same subscribers. */
function balance(
  topics: readonly string[], subscribers: readonly string[], partitionCounts: ReadonlyMap<string, number>, owners: ReadonlyMap<string, string>,
): Map<number, string> {
  const count = Math.max(...topics.map((topic) => partitionCounts.get(topic)!));
  const owned = new Map<string, number[]>(subscribers.map((member) => [member, []]));
  for (let partition = 0; partition < count; partition++) {
    const topic = topics.find((name) => owned.has(owners.get(keyOf({ topic: name, partition })) ?? ''));
    if (topic !== undefined) owned.get(owners.get(keyOf({ topic, partition }))!)!.push(partition);
  }
  // Those who hold most get the larger shares: fewest moves. The sort is stable, so ties fall to the order of members.
  const byHoldings = [...subscribers].sort((a, b) => owned.get(b)!.length - owned.get(a)!.length);
  const share = Math.floor(count / subscribers.length);
  const larger = count % subscribers.length;
  const quota = new Map(byHoldings.map((member, i) => [member, share + (i < larger ? 1 : 0)]));

  const targets = new Map<number, string>();
  for (const member of subscribers) for (const partition of owned.get(member)!.slice(0, quota.get(member))) targets.set(partition, member);
  const room = subscribers.flatMap((member) => Array<string>(Math.max(0, quota.get(member)! - owned.get(member)!.length)).fill(member));
  let next = 0;
  for (let partition = 0; partition < count; partition++) if (!targets.has(partition)) targets.set(partition, room[next++]);
  return targets;
}

/** Who holds what. A claim from an older generation is void; two claims of the same generation void each other. */
function currentOwners(members: readonly AssignableMember[]): Map<string, string> {
  const claims = new Map<string, { memberId: string; generationId: number }>();
  const owners = new Map<string, string>();
  for (const { memberId, owned, generationId } of members) {
    for (const partition of owned) {
      const key = keyOf(partition);
      const claim = claims.get(key);
      if (claim && claim.generationId > generationId) continue;
      if (claim?.generationId === generationId) {
        owners.delete(key);
      } else {
        claims.set(key, { memberId, generationId });
        owners.set(key, memberId);
      }
    }
  }
  return owners;
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
