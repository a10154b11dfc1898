import {
  createTopicsV7, deleteGroupsV2, deleteRecordsV2, deleteTopicsV6, describeConfigsV4, describeGroupsV5, listGroupsV4, offsetDeleteV0,
} from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { RetriableError } from './errors.ts';
import { fetchOffsets } from './group/calls.ts';
import { decodeAssignment } from './group/consumer-protocol.ts';
import { Code, errorOf } from './net/codes.ts';
import type { BrokerConnection } from './net/connection.ts';
import type { BrokerNode, TopicMetadata } from './net/metadata.ts';
import { withRetry } from './net/retry.ts';
import type { TopicPartition, TopicPartitionOffset } from './types.ts';

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Default: the broker's default.replication.factor. */
  readonly replicationFactor?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

export interface GroupDescription {
  readonly groupId: string;
  /** Empty, PreparingRebalance, CompletingRebalance, Stable, Dead. */
  readonly state: string;
  readonly members: readonly GroupMemberDescription[];
}

export interface GroupMemberDescription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly partitions: readonly TopicPartition[];
}

export interface ClusterDescription {
  readonly clusterId: string;
  readonly controllerId: number;
  readonly brokers: readonly BrokerNode[];
  /** Finalised features, e.g. transaction.version. */
  readonly features: Readonly<Record<string, number>>;
}

const timeoutMs = 30_000;
const topicResource = 2;

/** Administration of topics, groups and offsets. Leader and coordinator changes are retried for 30 s. */
export class Admin {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Names of the topics that were created, once all their partitions have leaders; those that existed are left alone. */
  async createTopics(topics: readonly TopicSpec[]): Promise<string[]> {
    const response = await this.#any((connection) => connection.call([createTopicsV7], topics.map((topic) => ({
      name: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: topic.replicationFactor ?? -1,
      assignments: [],
      configs: Object.entries(topic.configs ?? {}).map(([name, value]) => ({ name, value })),
    })), timeoutMs, false));
    const created: string[] = [];
    for (const topic of response.topics) {
      if (topic.errorCode === Code.NONE) created.push(topic.name);
      else if (topic.errorCode !== Code.TOPIC_ALREADY_EXISTS) {
        throw errorOf(topic.errorCode, `Creating topic ${topic.name}${topic.errorMessage ? `: ${topic.errorMessage}` : ''}`, { topic: topic.name }, { topic: 'Create', cluster: 'Create' });
      }
    }
    await withRetry({ timeoutMs }, async () => {
      for (const name of created) {
        const { topics: found } = await this.#cluster.metadata([name]);
        if (found.get(name)?.partitions.every((partition) => partition.leader >= 0)) continue;
        throw new RetriableError('The new topic has no leaders yet', { topic: name });
      }
    });
    return created;
  }

  /** Topics that don't exist are ignored. */
  async deleteTopics(names: readonly string[]): Promise<void> {
    const response = await this.#any((connection) => connection.call([deleteTopicsV6], names.map((name) => ({ name, topicId: null })), timeoutMs));
    for (const name of names) this.#cluster.invalidate(name);
    for (const { name, errorCode } of response.responses) {
      if (errorCode !== Code.NONE && errorCode !== Code.UNKNOWN_TOPIC_OR_PARTITION) throw errorOf(errorCode, `Deleting topic ${name}`, { topic: name ?? undefined }, { topic: 'Delete' });
    }
  }

  async listTopics(): Promise<string[]> {
    const { topics } = await this.#any(() => this.#cluster.metadata(null));
    return [...topics.keys()].sort();
  }

  /** Topics that don't exist are absent from the result. */
  async describeTopics(names: readonly string[]): Promise<TopicMetadata[]> {
    const { topics, errors } = await this.#any(() => this.#cluster.metadata(names));
    for (const [topic, code] of errors) if (code !== Code.UNKNOWN_TOPIC_OR_PARTITION) throw errorOf(code, 'Metadata', { topic });
    return [...topics.values()];
  }

  /** All configuration values of each topic, defaults included; null for sensitive ones. */
  async describeTopicConfigs(names: readonly string[]): Promise<Map<string, Record<string, string | null>>> {
    const response = await this.#any((connection) => connection.call([describeConfigsV4],
      names.map((resourceName) => ({ resourceType: topicResource, resourceName, configurationKeys: null }))));
    return new Map(response.results.map((result) => {
      if (result.errorCode !== 0) throw errorOf(result.errorCode, 'DescribeConfigs', { topic: result.resourceName }, { topic: 'DescribeConfigs' });
      return [result.resourceName, Object.fromEntries(result.configs.map((config) => [config.name, config.value ?? null]))];
    }));
  }

  /** Deletes all records below the given offsets. */
  async deleteRecords(before: readonly TopicPartitionOffset[]): Promise<void> {
    for (const { topic, partition, offset } of before) {
      await withRetry({ timeoutMs }, async () => {
        const connection = await this.#cluster.control(await this.#cluster.leader(topic, partition));
        const response = await connection.call([deleteRecordsV2],
          [{ name: topic, partitions: [{ partitionIndex: partition, offset: BigInt(offset) }] }], timeoutMs);
        const code = response.topics[0]?.partitions[0]?.errorCode ?? Code.UNKNOWN_TOPIC_OR_PARTITION;
        if (code === 0) return;
        this.#cluster.invalidate(topic);
        throw errorOf(code, 'DeleteRecords', { topic, partition, offset }, { topic: 'Delete' });
      });
    }
  }

  async listGroups(): Promise<string[]> {
    const { brokers } = await this.#any(() => this.#cluster.metadata([]));
    const groups = await Promise.all(brokers.map(async ({ nodeId }) => {
      const response = await (await this.#cluster.control(nodeId)).call([listGroupsV4], [], []);
      if (response.errorCode !== 0) throw errorOf(response.errorCode, 'ListGroups');
      return response.groups.map((group) => group.groupId);
    }));
    return groups.flat().sort();
  }

  async describeGroups(groupIds: readonly string[]): Promise<GroupDescription[]> {
    return Promise.all(groupIds.map((groupId) => this.#atGroup(groupId, async (connection) => {
      const response = await connection.call([describeGroupsV5], [groupId], false);
      const group = response.groups[0];
      // Brokers since 4.0 say GROUP_ID_NOT_FOUND, earlier ones give the state Dead.
      if (group?.errorCode === Code.GROUP_ID_NOT_FOUND) return { groupId, state: 'Dead', members: [] };
      if (!group || group.errorCode !== 0) throw errorOf(group?.errorCode ?? Code.COORDINATOR_NOT_AVAILABLE, `DescribeGroups of ${groupId}`, {}, { group: ['Describe', groupId] });
      return {
        groupId,
        state: group.groupState,
        members: group.members.map((member) => ({
          memberId: member.memberId, groupInstanceId: member.groupInstanceId ?? null, clientId: member.clientId, clientHost: member.clientHost,
          partitions: group.protocolType === 'consumer' ? decodeAssignment(member.memberAssignment) : [],
        })),
      };
    })));
  }

  /** Groups that don't exist are ignored; one that has members is an error. */
  async deleteGroups(groupIds: readonly string[]): Promise<void> {
    for (const groupId of groupIds) {
      await this.#atGroup(groupId, async (connection) => {
        const response = await connection.call([deleteGroupsV2], [groupId]);
        const code = response.results[0]?.errorCode ?? Code.NONE;
        if (code !== Code.NONE && code !== Code.GROUP_ID_NOT_FOUND) throw errorOf(code, `Deleting group ${groupId}`, {}, { group: ['Delete', groupId] });
      });
    }
  }

  /** Forgets a group's committed offsets of these partitions; refused while a member subscribes to the topic. */
  async deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    await this.#atGroup(groupId, async (connection) => {
      const response = await connection.call([offsetDeleteV0], groupId, [...Map.groupBy(partitions, (p) => p.topic)].map(([name, group]) => (
        { name, partitions: group.map(({ partition }) => ({ partitionIndex: partition })) })));
      if (response.errorCode !== 0) throw errorOf(response.errorCode, `Deleting offsets of group ${groupId}`, {}, { group: ['Delete', groupId] });
      for (const topic of response.topics) {
        for (const { partitionIndex, errorCode } of topic.partitions) {
          if (errorCode !== 0) throw errorOf(errorCode, `Deleting offsets of group ${groupId}`, { topic: topic.name, partition: partitionIndex }, { topic: 'Read' });
        }
      }
    });
  }

  /**
   * All committed offsets of a group. `requireStable` waits until pending transactional commits are decided, except that brokers
   * leave out a partition whose very first commit is pending: ask for named partitions (`GroupMember.committed`) where that matters.
   */
  async committedOffsets(groupId: string, requireStable = false): Promise<TopicPartitionOffset[]> {
    return this.#atGroup(groupId, (connection) => fetchOffsets(connection, groupId, null, requireStable));
  }

  async describeCluster(): Promise<ClusterDescription> {
    return this.#any(async (connection) => {
      const { clusterId, controllerId, brokers } = await this.#cluster.metadata([]);
      return { clusterId, controllerId, brokers, features: Object.fromEntries(connection.features) };
    });
  }

  async #any<T>(call: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    return withRetry({ timeoutMs }, async () => call(await this.#cluster.control()));
  }

  async #atGroup<T>(groupId: string, call: (connection: BrokerConnection) => Promise<T>): Promise<T> {
    return withRetry({ timeoutMs }, async () => call(await this.#cluster.control(await this.#cluster.coordinator('group', groupId))));
  }
}
