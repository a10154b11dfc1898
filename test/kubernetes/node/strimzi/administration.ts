import { Admin as AclAdmin, type Acl as BrokerAcl, AclOperations, AclPermissionTypes, ResourcePatternTypes, ResourceTypes } from '@platformatic/kafka';
import { Admin, Cluster, type ClusterOptions } from '../../../../topology/log/index.ts';
import { NAMESPACE } from '../../support/trees.ts';
import type { KafkaResources, KafkaUserResource } from './resources.ts';
import { ADMINISTRATOR, brokerNames, type KafkaSecrets } from './secrets.ts';

const RESOURCES = { topic: ResourceTypes.TOPIC, group: ResourceTypes.GROUP, transactionalId: ResourceTypes.TRANSACTIONAL_ID, cluster: ResourceTypes.CLUSTER } as const;

/** How the administrator reaches the broker. */
export function administratorOptions({ kafka }: KafkaResources, { authority, passwords }: KafkaSecrets): ClusterOptions {
  return {
    bootstrap: [`${brokerNames(kafka.metadata.name).bootstrap}.${NAMESPACE}.svc.cluster.local:9093`],
    tls: { ca: authority },
    sasl: { mechanism: 'SCRAM-SHA-512', username: ADMINISTRATOR, password: passwords.get(ADMINISTRATOR)! },
  };
}

/** Does what Strimzi's topic operator and user operator would do: creates the topics, and grants exactly the rights of the users. */
export async function administer(resources: KafkaResources, options: ClusterOptions): Promise<void> {
  const cluster = await Cluster.connect(options);
  try {
    await new Admin(cluster).createTopics(resources.topics.map(({ metadata, spec }) => ({
      name: spec.topicName ?? metadata.name, partitions: spec.partitions, replicationFactor: spec.replicas,
      configs: Object.fromEntries(Object.entries(spec.config ?? {}).map(([name, value]) => [name, String(value)])),
    })));
  } finally {
    await cluster.close();
  }
  const admin = new AclAdmin({ clientId: ADMINISTRATOR, bootstrapBrokers: [...options.bootstrap], tls: options.tls!, sasl: { ...options.sasl! } });
  try {
    await admin.createAcls({ creations: resources.users.flatMap(aclsOf) });
  } finally {
    await admin.close();
  }
}

function aclsOf({ metadata, spec }: KafkaUserResource): BrokerAcl[] {
  return (spec.authorization?.acls ?? []).flatMap(({ resource, operations, host = '*' }) => operations.map((operation) => ({
    principal: `User:${metadata.name}`,
    host,
    resourceType: RESOURCES[resource.type],
    resourceName: resource.type === 'cluster' ? 'kafka-cluster' : resource.name!,
    resourcePatternType: resource.patternType === 'prefix' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    operation: operationOf(operation),
    permissionType: AclPermissionTypes.ALLOW,
  })));
}

/** `DescribeConfigs` → DESCRIBE_CONFIGS */
function operationOf(operation: string): BrokerAcl['operation'] {
  const name = operation.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  const value = (AclOperations as Record<string, BrokerAcl['operation'] | undefined>)[name];
  if (value === undefined) throw new Error(`a KafkaUser has an operation ${operation}, which Kafka does not know`);
  return value;
}
