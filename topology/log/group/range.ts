import type { TopicPartition } from '../types.ts';
import type { AssignableMember } from './assignor.ts';

/**
 * Kafka's own `range` assignor: of each topic every subscriber gets a run of partitions, in the order of the members' ids, the first ones a partition more
 * where they don't divide. Topics with the same subscribers and partition counts are co-partitioned. Nobody may own anything meanwhile.
 */
export function assignRanges(members: readonly AssignableMember[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartition[]> {
  const assignments = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  for (const [topic, count] of partitionCounts) {
    const subscribers = sorted.filter(({ topics }) => topics.includes(topic));
    const share = Math.floor(count / subscribers.length);
    const larger = count % subscribers.length;
    let partition = 0;
    for (const [k, { memberId }] of subscribers.entries()) {
      for (const end = partition + share + (k < larger ? 1 : 0); partition < end; partition++) assignments.get(memberId)!.push({ topic, partition });
    }
  }
  return assignments;
}
