import { accessRights, isTickedTable, principals, topicNames, topics, type Right } from '../../../topology/graph/index.ts';
import { API_VERSION, CLUSTER_LABEL } from './strimzi.ts';

/** One `KafkaUser` per process, with the rights that the topology gives it. Strimzi keeps each one's password in a Secret of that name. */
export function kafkaUsers(): { readonly name: string; readonly user: object }[] {
  // KafkaTopics create the topics here, so the job that compares them needs no right to.
  const rights = accessRights({ topicsCreatedBy: 'others' });
  return principals().map((name) => ({ name, user: kafkaUser(name, aclsOf(rights.filter(({ principal }) => principal === name))) }));
}

export function kafkaUser(name: string, acls: readonly object[]): object {
  return {
    apiVersion: API_VERSION,
    kind: 'KafkaUser',
    metadata: { name, labels: { ...CLUSTER_LABEL, 'app.kubernetes.io/part-of': 'telco-twin' } },
    spec: {
      authentication: { type: 'scram-sha-512' },
      authorization: { type: 'simple', acls },
    },
  };
}

/** One rule per resource, with all its operations. */
function aclsOf(rights: readonly Right[]): object[] {
  const byResource = new Map<string, { resource: object; operations: string[] }>();
  for (const { resource: { type, name, patternType }, operation } of rights) {
    const key = `${type} ${patternType} ${name}`;
    const rule = byResource.get(key) ?? { resource: { type, name, patternType }, operations: [] };
    if (!rule.operations.includes(operation)) rule.operations.push(operation);
    byResource.set(key, rule);
  }
  return [...byResource.values()];
}

/** Readers outside the cluster: the event streams and the tables, in groups whose names begin with `analytics-`. */
export function analyticsUser(): object {
  const readable = topicNames.filter((topic) => topics[topic].retention === 'events' || (isTickedTable(topic) && topics[topic].cleanup === 'compact'));
  const rule = (type: string, name: string, patternType: string): object => ({ resource: { type, name, patternType }, operations: ['Read'] });
  return kafkaUser('analytics', [rule('group', 'analytics-', 'prefix'), ...readable.map((topic) => rule('topic', topic, 'literal'))]);
}
