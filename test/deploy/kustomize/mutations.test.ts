/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   a planted fault reaches into objects of any shape */
import { describe, expect, it } from 'vitest';
import { checks } from './checks/index.ts';
import type { KubernetesObject } from './objects.ts';
import { render } from './render.ts';

/** A fault to plant: which object, what to do to it, and the check that must notice. */
interface Mutation {
  readonly check: keyof typeof checks;
  readonly tree?: string;
  /** `Kind name`; a ConfigMap's name without its hash. */
  readonly of: string;
  readonly fault: string;
  /** Changes the object; null removes it. */
  readonly change: ((object: any) => void) | null;
}

const container = (object: any): any => object.spec.template.spec.containers[0];

const mutations: readonly Mutation[] = [
  { check: 'topics ↔ KafkaTopics', of: 'KafkaTopic cdrs', fault: 'missing', change: null },
  { check: 'topics ↔ KafkaTopics', of: 'KafkaTopic sim-ticks', fault: 'another partition count', change: (o) => { o.spec.partitions += 1; } },
  { check: 'topics ↔ KafkaTopics', of: 'KafkaTopic subscriber-state', fault: 'deletes instead of compacting', change: (o) => { o.spec.config['cleanup.policy'] = 'delete'; } },
  { check: 'topics ↔ KafkaTopics', of: 'KafkaTopic task-state', fault: 'another topic name', change: (o) => { o.spec.topicName = 'task-state'; } },
  { check: 'rights of the topology ↔ ACLs of KafkaUsers', of: 'KafkaUser cdr-generator', fault: 'one rule less', change: (o) => { o.spec.authorization.acls.pop(); } },
  { check: 'rights of the topology ↔ ACLs of KafkaUsers', of: 'KafkaUser seeder', fault: 'one operation more', change: (o) => { o.spec.authorization.acls[0].operations.push('Delete'); } },
  { check: 'rights of the topology ↔ ACLs of KafkaUsers', of: 'KafkaUser vast-sink', fault: 'any topic', change: (o) => { o.spec.authorization.acls[1].resource = { type: 'topic', name: '*', patternType: 'literal' }; } },
  { check: 'rights of the topology ↔ ACLs of KafkaUsers', of: 'KafkaUser scenario-injector', fault: 'missing', change: null },
  { check: 'topics ↔ KafkaTopics', tree: 'tests/vast-event-broker', of: 'Job schema-registration', fault: 'topics that nobody makes', change: (o) => { o.spec.template.spec.initContainers[0].args[1] = 'check'; } },
  { check: 'rights of the topology ↔ ACLs of KafkaUsers', tree: 'tests/vast-event-broker', of: 'ServiceAccount seeder', fault: 'a user of Strimzi without Kafka', change: (o) => { o.kind = 'KafkaUser'; } },
  { check: 'processes ↔ Kafka users', of: 'Deployment cdr-generator', fault: "another's name", change: (o) => { container(o).env[0].value = 'location-generator'; } },
  { check: 'strimzi.io/cluster ↔ Kafka', of: 'KafkaTopic cdrs', fault: 'no label', change: (o) => { delete o.metadata.labels['strimzi.io/cluster']; } },
  { check: 'strimzi.io/cluster ↔ Kafka', of: 'KafkaNodePool broker', fault: 'label of another cluster', change: (o) => { o.metadata.labels['strimzi.io/cluster'] = 'other'; } },
  { check: 'edges of the topology ↔ addresses of servers', of: 'ConfigMap telco-twin', fault: 'no address of the registry', change: (o) => { delete o.data.SCHEMA_REGISTRY_URL; } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy default-deny', fault: 'missing', change: null },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy cdr-generator', fault: 'one egress rule less', change: (o) => { o.spec.egress.shift(); } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy cdr-generator', fault: 'the wrong port of Kafka', change: (o) => { o.spec.egress[0].ports[0].port = 9092; } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy seeder', fault: 'egress to anywhere', change: (o) => { o.spec.egress.push({}); } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy location-generator', fault: 'egress out of the cluster', change: (o) => { o.spec.egress.push({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }); } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy kafka-clients', fault: 'Kafka admits one process less', change: (o) => { o.spec.ingress[0].from.shift(); } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'NetworkPolicy schema-registry', fault: 'the registry admits nobody', change: (o) => { o.spec.ingress = []; } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'Kafka telco-twin', fault: "Strimzi's listener admits everybody", change: (o) => { delete o.spec.kafka.listeners[0].networkPolicyPeers; } },
  { check: 'addresses of servers ↔ NetworkPolicies', of: 'Deployment cdr-generator', fault: 'pods without the label that policies select', change: (o) => { o.spec.template.metadata.labels['app.kubernetes.io/part-of'] = 'other'; } },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/tracing', of: 'NetworkPolicy collector', fault: 'missing', change: null },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/tracing', of: 'NetworkPolicy collector', fault: 'another port', change: (o) => { o.spec.egress[0].ports[0].port = 4317; } },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/tracing', of: 'ConfigMap telco-twin', fault: 'a collector that nobody asks', change: (o) => { delete o.data.OTEL_EXPORTER_OTLP_ENDPOINT; } },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/vast-event-broker', of: 'NetworkPolicy seeder', fault: 'no way to the brokers', change: (o) => { o.spec.egress.shift(); } },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/vast-event-broker', of: 'ConfigMap telco-twin', fault: 'brokers on another port', change: (o) => { o.data.KAFKA_BROKERS = 'event-broker.example.com:9093'; } },
  { check: 'addresses of servers ↔ NetworkPolicies', tree: 'tests/vast-event-broker', of: 'NetworkPolicy cdr-generator', fault: 'a second way out', change: (o) => { o.spec.egress.push({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }); } },
  { check: 'edges of the topology ↔ addresses of servers', tree: 'tests/vast-event-broker', of: 'ConfigMap telco-twin', fault: 'no address of the brokers', change: (o) => { delete o.data.KAFKA_BROKERS; } },
  { check: 'Services ↔ ports of containers', of: 'Service scenario-injector', fault: 'a port that the pods do not have', change: (o) => { o.spec.ports[0].targetPort = 'web'; } },
  { check: 'Services ↔ ports of containers', of: 'Service vast-sink', fault: 'pods that are not there', change: (o) => { o.spec.selector['app.kubernetes.io/name'] = 'sink'; } },
  { check: 'probes ↔ ports of containers', of: 'Deployment vast-sink', fault: 'no startup probe', change: (o) => { delete container(o).startupProbe; } },
  { check: 'probes ↔ ports of containers', of: 'Deployment vast-sink', fault: 'liveness on another port', change: (o) => { container(o).livenessProbe.httpGet.port = 8080; } },
  { check: 'probes ↔ ports of containers', of: 'Deployment vast-sink', fault: 'liveness that depends on Kafka', change: (o) => { container(o).livenessProbe.httpGet.path = '/readyz'; } },
  { check: 'Secrets ↔ references and keys', tree: 'tests/secrets', of: 'ExternalSecret vast-credentials', fault: 'a key less', change: (o) => { o.spec.data.pop(); } },
  { check: 'probes ↔ ports of containers', of: 'Service cdr-generator', fault: 'missing', change: null },
  { check: 'settings of ports ↔ ports of containers', of: 'ConfigMap scenario-injector', fault: 'API_PORT of no container', change: (o) => { o.data.API_PORT = '8090'; } },
  { check: 'settings of ports ↔ ports of containers', of: 'Deployment cdr-generator', fault: 'another metrics port', change: (o) => { container(o).ports[0].containerPort = 9465; } },
  { check: 'selectors ↔ labels', of: 'Deployment cdr-generator', fault: 'template without the label', change: (o) => { delete o.spec.template.metadata.labels['app.kubernetes.io/name']; } },
  { check: 'selectors ↔ labels', of: 'PodDisruptionBudget vast-sink', fault: 'selects nothing', change: (o) => { o.spec.selector.matchLabels['app.kubernetes.io/name'] = 'sink'; } },
  { check: 'selectors ↔ labels', of: 'ScaledObject vast-sink', fault: 'scales nothing', change: (o) => { o.spec.scaleTargetRef.name = 'sink'; } },
  { check: 'selectors ↔ labels', of: 'Kafka telco-twin', fault: 'brokers and controllers spread together', change: (o) => { delete o.spec.kafka.template.pod.topologySpreadConstraints[0].matchLabelKeys; } },
  { check: 'PodMonitors ↔ pods and ports', of: 'PodMonitor telco-twin', fault: 'another port', change: (o) => { o.spec.podMetricsEndpoints[0].port = 'http-metrics'; } },
  { check: 'PodMonitors ↔ pods and ports', of: 'PodMonitor telco-twin', fault: 'one kind of process less', change: (o) => { o.spec.selector.matchExpressions[0].values.pop(); } },
  { check: 'Secrets ↔ references and keys', of: 'Deployment vast-sink', fault: 'a Secret that nothing makes', change: (o) => { o.spec.template.spec.volumes[2].secret.secretName = 'vast'; } },
  { check: 'Secrets ↔ references and keys', of: 'Deployment vast-sink', fault: 'a key that is not there', change: (o) => { o.spec.template.spec.volumes[2].secret.items[0].key = 'key'; } },
  { check: 'Secrets ↔ references and keys', of: 'Deployment schema-registry', fault: 'a key that Strimzi does not write', change: (o) => { container(o).env.find((v: any) => v.valueFrom).valueFrom.secretKeyRef.key = 'jaas'; } },
  { check: 'Secrets ↔ references and keys', of: 'ServiceAccount seeder', fault: 'a Secret in the manifests', change: (o) => { o.kind = 'Secret'; } },
  { check: 'ConfigMaps ↔ references and keys', of: 'ConfigMap vast-sink', fault: 'missing', change: null },
  { check: 'ConfigMaps ↔ references and keys', of: 'TriggerAuthentication keda-kafka', fault: 'a key that is not there', change: (o) => { o.spec.configMapTargetRef[0].key = 'user'; } },
  { check: 'paths in variables ↔ mounted files', of: 'Deployment scenario-injector', fault: 'no mount of the token', change: (o) => { container(o).volumeMounts.pop(); } },
  { check: 'paths in variables ↔ mounted files', of: 'ConfigMap telco-twin', fault: 'another path of the CA', change: (o) => { o.data.KAFKA_SSL_CA = '/etc/telco-twin/kafka/ca.pem'; } },
  { check: 'variables ↔ settings that the code reads', of: 'ConfigMap telco-twin', fault: 'a misspelt variable', change: (o) => { o.data.KAFKA_BROKER = 'x'; } },
  { check: 'variables ↔ settings that the code reads', of: 'Job seeder', fault: 'an argument of no variable', change: (o) => { container(o).args.push('--capacity=$(CAPACITY)'); } },
  { check: 'autoscalers ↔ partitions and replicas', of: 'ScaledObject cdr-generator', fault: 'more replicas than partitions', change: (o) => { o.spec.maxReplicaCount = 96; } },
  { check: 'autoscalers ↔ partitions and replicas', of: 'ScaledObject cdr-generator', fault: 'replicas that do not divide the partitions', change: (o) => { o.spec.maxReplicaCount = 13; } },
  { check: 'autoscalers ↔ partitions and replicas', of: 'Deployment cdr-generator', fault: 'replicas beside an autoscaler', change: (o) => { o.spec.replicas = 2; } },
  { check: 'autoscalers ↔ partitions and replicas', tree: 'tests/hpa-cpu', of: 'HorizontalPodAutoscaler vast-sink', fault: 'two for one target', change: (o) => { o.spec.scaleTargetRef.name = 'cdr-generator'; } },
  { check: 'KEDA triggers ↔ topology', of: 'ScaledObject cdr-generator', fault: 'a misspelt setting', change: (o) => { o.spec.triggers[0].metadata.lagTreshold = '1'; } },
  { check: 'KEDA triggers ↔ topology', of: 'ScaledObject cdr-generator', fault: 'a number instead of text', change: (o) => { o.spec.triggers[0].metadata.lagThreshold = 144; } },
  { check: 'KEDA triggers ↔ topology', of: 'ScaledObject cdr-generator', fault: "another's group", change: (o) => { o.spec.triggers[0].metadata.consumerGroup = 'vast-sink'; } },
  { check: 'KEDA triggers ↔ topology', of: 'ScaledObject cdr-generator', fault: 'commit markers taken for work', change: (o) => { o.spec.triggers[0].metadata.lagThreshold = '10'; } },
  { check: 'KEDA triggers ↔ topology', of: 'KafkaUser keda', fault: 'no right to read the offsets', change: (o) => { o.spec.authorization.acls.shift(); } },
  { check: 'grace period > time to end', of: 'Deployment vast-sink', fault: "less time than its transactions take", change: (o) => { o.spec.template.spec.terminationGracePeriodSeconds = 25; } },
  { check: 'grace period > time to end', of: 'ConfigMap telco-twin', fault: 'a longer time to end', change: (o) => { o.data.SHUTDOWN_GRACE_MS = '60000'; } },
  { check: 'Pod Security restricted and more', of: 'Deployment vast-sink', fault: 'a writable root', change: (o) => { container(o).securityContext.readOnlyRootFilesystem = false; } },
  { check: 'Pod Security restricted and more', of: 'Job seeder', fault: 'capabilities', change: (o) => { container(o).securityContext.capabilities.drop = ['NET_RAW']; } },
  { check: 'Pod Security restricted and more', of: 'StatefulSet subscriber-db', fault: 'a token', change: (o) => { delete o.spec.template.spec.automountServiceAccountToken; } },
  { check: 'Pod Security restricted and more', of: 'StatefulSet subscriber-db', fault: 'no limit of memory', change: (o) => { delete container(o).resources.limits.memory; } },
  { check: 'Pod Security restricted and more', of: 'Deployment vast-sink', fault: 'the newest image, whichever it is', change: (o) => { container(o).image = 'telco-twin:latest'; } },
  { check: 'Pod Security restricted and more', of: 'Namespace data-generator-ns', fault: 'anything goes', change: (o) => { o.metadata.labels['pod-security.kubernetes.io/enforce'] = 'privileged'; } },
  { check: 'persistent volumes ↔ groups of pods', of: 'Kafka telco-twin', fault: 'brokers without a group', change: (o) => { delete o.spec.kafka.template.pod.securityContext.fsGroup; } },
  { check: 'persistent volumes ↔ groups of pods', of: 'StatefulSet subscriber-db', fault: 'a store without a group', change: (o) => { delete o.spec.template.spec.securityContext.fsGroup; } },
  { check: 'persistent volumes ↔ groups of pods', tree: 'tests/vast-event-broker', of: 'Deployment schema-registry', fault: 'a registry without a group', change: (o) => { delete o.spec.template.spec.securityContext.fsGroup; } },
  { check: 'PodDisruptionBudgets', of: 'PodDisruptionBudget cdr-generator', fault: 'no disruption allowed', change: (o) => { o.spec.maxUnavailable = 0; } },
  { check: 'PodDisruptionBudgets', of: 'PodDisruptionBudget cdr-generator', fault: 'pods that do not work hold up a drain', change: (o) => { delete o.spec.unhealthyPodEvictionPolicy; } },
  { check: 'PodDisruptionBudgets', of: 'PodDisruptionBudget scenario-injector', fault: 'missing', change: null },
];

describe('every check can fail', () => {
  it.each(mutations.map((mutation) => [`${mutation.check}: ${mutation.of}, ${mutation.fault}`, mutation] as const))('%s', async (_name, { check, tree = 'overlays/prod', of, change }) => {
    const objects = structuredClone(await render(tree)) as KubernetesObject[];
    const at = objects.findIndex(({ kind, metadata }) => of === `${kind} ${kind === 'ConfigMap' ? metadata.name.replace(/-[a-z0-9]{10}$/, '') : metadata.name}`);
    expect(at, `${of} is in ${tree}`).toBeGreaterThanOrEqual(0);
    expect(checks[check](objects)).toEqual([]);
    if (change === null) objects.splice(at, 1);
    else change(objects[at]);
    expect(checks[check](objects)).not.toEqual([]);
  });

  it('and each is shown to', () => {
    expect(new Set(mutations.map(({ check }) => check))).toEqual(new Set(Object.keys(checks)));
  });
});
