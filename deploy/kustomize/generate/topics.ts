import { topicNames, topicSpec, topics, type TopicName } from '../../../topology/graph/index.ts';
import { topologySettings, type Profile } from './profiles.ts';
import { API_VERSION, CLUSTER_LABEL, objectName } from './strimzi.ts';

/** The `KafkaTopic` of every topic of a twin of this size. */
export function kafkaTopics(profile: Profile): object[] {
  return topicNames.map((topic) => ({
    apiVersion: API_VERSION,
    kind: 'KafkaTopic',
    metadata: { name: objectName(topic), labels: CLUSTER_LABEL, annotations: { 'telco-twin/description': topics[topic].description } },
    spec: { topicName: topic, ...sized(topic, profile) },
  }));
}

/** Strategic-merge patches that turn the topics of `from` into those of `to`: what differs and nothing else; null removes a setting. */
export function topicPatches(from: Profile, to: Profile): object[] {
  return topicNames.flatMap((topic) => {
    const [before, after] = [sized(topic, from), sized(topic, to)];
    const keys = [...new Set([...Object.keys(before.config), ...Object.keys(after.config)])];
    const config = Object.fromEntries(keys.filter((key) => before.config[key] !== after.config[key]).map((key) => [key, after.config[key] ?? null]));
    const spec = {
      ...(before.partitions === after.partitions ? {} : { partitions: after.partitions }),
      ...(before.replicas === after.replicas ? {} : { replicas: after.replicas }),
      ...(Object.keys(config).length === 0 ? {} : { config }),
    };
    return Object.keys(spec).length === 0 ? [] : [{ apiVersion: API_VERSION, kind: 'KafkaTopic', metadata: { name: objectName(topic) }, spec }];
  });
}

function sized(topic: TopicName, profile: Profile): { partitions: number; replicas: number; config: Readonly<Record<string, string>> } {
  const { partitions, replicationFactor, config } = topicSpec(topic, topologySettings(profile));
  return { partitions, replicas: replicationFactor, config };
}
