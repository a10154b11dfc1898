import {
  heartbeatV4, joinGroupV8, joinGroupV9, leaveGroupV4, leaveGroupV5, offsetCommitV8, offsetCommitV9, offsetFetchV8, offsetFetchV9, syncGroupV5,
} from '@platformatic/kafka';
import { RetriableError } from '../errors.ts';
import type { BrokerConnection } from '../net/connection.ts';
import { Code, errorOf } from '../net/codes.ts';
import { within } from '../net/retry.ts';
import type { CommittedOffset, GroupIdentity, TopicPartition } from '../types.ts';

export const protocolType = 'consumer';

export interface JoinRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolName: string;
  readonly metadata: Buffer;
  /** Shown in the broker's log. */
  readonly reason: string;
}

export async function joinGroup(connection: BrokerConnection, request: JoinRequest) {
  return connection.call([joinGroupV9, joinGroupV8], request.groupId, request.sessionTimeoutMs, request.rebalanceTimeoutMs, request.memberId,
    request.groupInstanceId, protocolType, [{ name: request.protocolName, metadata: request.metadata }], request.reason);
}

export async function syncGroup(
  connection: BrokerConnection, identity: GroupIdentity, protocolName: string, assignments: ReadonlyMap<string, Buffer>,
) {
  return connection.call([syncGroupV5], identity.groupId, identity.generationId, identity.memberId, identity.groupInstanceId, protocolType,
    protocolName, [...assignments].map(([memberId, assignment]) => ({ memberId, assignment })));
}

/**
 * The error code: 0, REBALANCE_IN_PROGRESS (still a member, must rejoin), or what ended the membership. RetriableError when no answer comes within
 * `patienceMs`: a host can vanish without a word, and a connection that may wait for a JoinGroup waits for longer than a session lasts.
 */
export async function heartbeat(connection: BrokerConnection, identity: GroupIdentity, patienceMs: number): Promise<number> {
  const { groupId, generationId, memberId, groupInstanceId } = identity;
  const response = await within(patienceMs, connection.call([heartbeatV4], groupId, generationId, memberId, groupInstanceId));
  if (response === undefined) throw new RetriableError(`The coordinator of group ${groupId} has not answered a heartbeat for ${Math.round(patienceMs)} ms`);
  return response.errorCode;
}

export async function leaveGroup(connection: BrokerConnection, identity: GroupIdentity, reason: string): Promise<void> {
  await connection.call([leaveGroupV5, leaveGroupV4], identity.groupId,
    [{ memberId: identity.memberId, groupInstanceId: identity.groupInstanceId, reason }]);
}

export async function commitOffsets(connection: BrokerConnection, identity: GroupIdentity, offsets: readonly CommittedOffset[]): Promise<void> {
  const topics = [...Map.groupBy(offsets, (o) => o.topic)].map(([name, group]) => ({
    name,
    partitions: group.map(({ partition, offset, metadata = null }) => (
      { partitionIndex: partition, committedOffset: BigInt(offset), committedLeaderEpoch: -1, committedMetadata: metadata })),
  }));
  const response = await connection.call([offsetCommitV9, offsetCommitV8], identity.groupId, identity.generationId, identity.memberId,
    identity.groupInstanceId, topics);
  for (const topic of response.topics) {
    for (const { partitionIndex, errorCode } of topic.partitions) {
      if (errorCode !== 0) {
        throw errorOf(errorCode, `OffsetCommit of group ${identity.groupId}`, { topic: topic.name, partition: partitionIndex },
          { group: ['Read', identity.groupId], topic: 'Read' });
      }
    }
  }
}

/** Committed offsets; partitions without one are absent. `partitions` null: all. UNSTABLE_OFFSET_COMMIT is a RetriableError. */
export async function fetchOffsets(
  connection: BrokerConnection, groupId: string, partitions: readonly TopicPartition[] | null, requireStable: boolean,
): Promise<CommittedOffset[]> {
  const topics = partitions && [...Map.groupBy(partitions, (p) => p.topic)].map(([name, group]) => (
    { name, partitionIndexes: group.map((p) => p.partition) }));
  const response = await connection.call([offsetFetchV9, offsetFetchV8], [{ groupId, memberId: null, memberEpoch: -1, topics }], requireStable);
  const group = response.groups[0];
  const what = `OffsetFetch of group ${groupId}`;
  if (!group || group.errorCode !== 0) throw errorOf(group?.errorCode ?? Code.COORDINATOR_NOT_AVAILABLE, what, {}, { group: ['Describe', groupId] });
  return group.topics.flatMap((topic) => topic.partitions.flatMap((answer) => {
    const place = { topic: topic.name, partition: answer.partitionIndex };
    if (answer.errorCode !== 0) throw errorOf(answer.errorCode, what, place, { group: ['Describe', groupId] });
    if (answer.committedOffset < 0n) return [];
    return [{ ...place, offset: Number(answer.committedOffset), ...(answer.metadata ? { metadata: answer.metadata } : {}) }];
  }));
}
