import { accessRights, processors, reads, topics, TOPICS_JOB, writes, type ProcessorGraph, type TopicName } from '../../../topology/graph/index.ts';
import { CLUSTER } from './strimzi.ts';

/** Something outside a pod that it may talk to, or that may talk to it. */
type Peer = object;

const part = { 'app.kubernetes.io/part-of': 'telco-twin' } as const;
const pods = (name: string): Peer => ({ podSelector: { matchLabels: { 'app.kubernetes.io/name': name, ...part } } });
const tcp = (...ports: number[]): object[] => ports.map((port) => ({ protocol: 'TCP', port }));

/** Labels that Strimzi gives the brokers' pods. */
const BROKERS = { 'strimzi.io/cluster': CLUSTER, 'strimzi.io/broker-role': 'true' } as const;
const PROMETHEUS: Peer = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
};
/** Namespaces that an operator lets at the REST API: ingress controllers, gateways, analysts. */
const API_CLIENTS: Peer = { namespaceSelector: { matchLabels: { 'telco-twin/api-client': 'true' } } };
/** 192.0.2.0/24 is for documentation (RFC 5737): every deployment puts its own VIP pool here. */
const VAST: Peer = { ipBlock: { cidr: '192.0.2.0/24' } };

/** Where a process of the twin goes, from the topology. */
export interface Edges {
  readonly name: string;
  /** Runs once: nobody connects to it. */
  readonly job: boolean;
  readonly kafka: boolean;
  readonly registry: boolean;
  readonly subscriberDb: boolean;
  readonly vast: boolean;
}

export function edges(): Edges[] {
  const principals = new Set(accessRights().map(({ principal }) => principal));
  const graph = processors as readonly ProcessorGraph[];
  const store = graph.some(({ name }) => name === 'subscriber-db');
  return [
    { name: TOPICS_JOB, job: true, kafka: principals.has(TOPICS_JOB), registry: true, subscriberDb: false, vast: false },
    ...graph.map((processor) => ({
      name: processor.name,
      job: processor.kind === 'job',
      kafka: principals.has(processor.name),
      registry: [...reads(processor), ...writes(processor)].some((topic: TopicName) => topics[topic].record !== null),
      // Tasks restore from its snapshots.
      subscriberDb: processor.kind === 'tasks' && store,
      vast: processor.lands !== null,
    })),
  ];
}

/** Names of the processes that may open a connection to Kafka. */
export function kafkaClients(): string[] {
  return [...edges().filter(({ kafka }) => kafka).map(({ name }) => name), 'schema-registry'];
}

/** Peers of the brokers' listener, as Strimzi makes its own policy of them. KEDA reads offsets. */
export function listenerPeers(): Peer[] {
  return [...kafkaClients().map(pods), { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'keda' } } }];
}

/** One policy per process and direction of the topology: file name → object. */
export function networkPolicies(): (readonly [string, object])[] {
  const all = edges();
  return [
    ...all.map((edge) => [edge.name, processPolicy(edge, all)] as const),
    ['kafka-clients', policy('kafka-clients', { matchLabels: BROKERS }, { ingress: [{ from: listenerPeers(), ports: tcp(9093) }] })],
    ['schema-registry', policy('schema-registry', { matchLabels: { 'app.kubernetes.io/name': 'schema-registry', ...part } }, {
      ingress: [
        { from: all.filter(({ registry }) => registry).map(({ name }) => pods(name)), ports: tcp(8080) },
        { from: [PROMETHEUS], ports: tcp(9000) },
      ],
      egress: [{ to: [{ podSelector: { matchLabels: BROKERS } }], ports: tcp(9093) }],
    })],
  ];
}

function processPolicy({ name, job, kafka, registry, subscriberDb, vast }: Edges, all: readonly Edges[]): object {
  const ingress = [
    ...(job ? [] : [{ from: [PROMETHEUS], ports: tcp(9464) }]),
    ...(name === 'scenario-injector' ? [{ from: [API_CLIENTS], ports: tcp(8080) }] : []),
    ...(name === 'subscriber-db' ? [{ from: [...all.filter((edge) => edge.subscriberDb).map((edge) => pods(edge.name)), API_CLIENTS], ports: tcp(8080) }] : []),
  ];
  const egress = [
    ...(kafka ? [{ to: [{ podSelector: { matchLabels: BROKERS } }], ports: tcp(9093) }] : []),
    ...(registry ? [{ to: [pods('schema-registry')], ports: tcp(8080) }] : []),
    ...(subscriberDb ? [{ to: [pods('subscriber-db')], ports: tcp(8080) }] : []),
    ...(vast ? [{ to: [VAST], ports: tcp(80, 443) }] : []),
  ];
  return policy(name, { matchLabels: { 'app.kubernetes.io/name': name, ...part } }, { ingress, egress });
}

function policy(name: string, podSelector: object, rules: { readonly ingress?: readonly object[]; readonly egress?: readonly object[] }): object {
  const { ingress = [], egress = [] } = rules;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: part },
    spec: {
      podSelector,
      policyTypes: [...(ingress.length > 0 ? ['Ingress'] : []), ...(egress.length > 0 ? ['Egress'] : [])],
      ...(ingress.length > 0 ? { ingress } : {}),
      ...(egress.length > 0 ? { egress } : {}),
    },
  };
}
