import { metadataV10, metadataV11, metadataV12 } from '@platformatic/kafka';
import type { BrokerConnection } from './connection.ts';

export interface TopicMetadata {
  readonly name: string;
  /** Dashed hexadecimal UUID (KIP-516). */
  readonly topicId: string;
  readonly partitions: readonly PartitionMetadata[];
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Node id, or -1 while there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface BrokerNode {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface ClusterMetadata {
  readonly clusterId: string;
  readonly controllerId: number;
  readonly brokers: readonly BrokerNode[];
  readonly topics: ReadonlyMap<string, TopicMetadata>;
  /** Error codes of topics that have no metadata. */
  readonly errors: ReadonlyMap<string, number>;
}

/** Asks one broker; `null` asks for all topics. Never creates a topic. */
export async function fetchMetadata(connection: BrokerConnection, topics: readonly string[] | null): Promise<ClusterMetadata> {
  const response = await connection.call([metadataV12, metadataV11, metadataV10], topics && [...topics], false, false);
  const found = new Map<string, TopicMetadata>();
  const errors = new Map<string, number>();
  for (const topic of response.topics) {
    const name = topic.name ?? '';
    if (topic.errorCode !== 0) errors.set(name, topic.errorCode);
    else found.set(name, { name, topicId: topic.topicId, partitions: topic.partitions.map((p) => ({
      partition: p.partitionIndex, leader: p.leaderId, leaderEpoch: p.leaderEpoch, replicas: p.replicaNodes, isr: p.isrNodes,
    })).sort((a, b) => a.partition - b.partition) });
  }
  return {
    clusterId: response.clusterId ?? '',
    controllerId: response.controllerId,
    brokers: response.brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
    topics: found,
    errors,
  };
}
