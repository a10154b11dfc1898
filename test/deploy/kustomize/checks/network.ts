import { edges, kafkaClients } from '../../../../deploy/kustomize/generate/network-policies.ts';
import { needsApi } from './hardening.ts';
import { containersOf, environment, ofKind, processes, selects, workloads, type KubernetesObject, type Selector, type Workload } from '../objects.ts';

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol?: string; readonly port: number }[];
}

interface Policy {
  readonly name: string;
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** Labels of the pods that Strimzi makes of the brokers' pool. */
const BROKER = { 'strimzi.io/cluster': 'telco-twin', 'strimzi.io/kind': 'Kafka', 'strimzi.io/name': 'telco-twin-kafka', 'strimzi.io/broker-role': 'true' };
/** Where the cluster's DNS is. */
const DNS_NAMESPACE = 'kube-system';
/** A server outside the cluster: known by addresses, not by labels. */
type Outside = 'vast' | 'event-broker';
/** A server inside the namespace, or outside. */
type Server = 'kafka' | 'schema-registry' | 'subscriber-db' | 'vastdb' | Outside;
const PORTS: Readonly<Record<Exclude<Server, Outside>, number>> = { kafka: 9093, 'schema-registry': 8080, 'subscriber-db': 8080, vastdb: 9090 };

/** Where the variables of a process point ↔ where the topology sends it. */
export function addressFaults(objects: readonly KubernetesObject[]): string[] {
  const wanted = new Map(edges().map((edge) => [edge.name, edge]));
  return processes(objects).filter(({ name }) => wanted.has(name)).flatMap((workload) => {
    const edge = wanted.get(workload.name)!;
    const servers = serversOf(workload, objects);
    const vast = servers.has('vast') || servers.has('vastdb');
    const kafka = servers.has('kafka') || servers.has('event-broker');
    return [
      ...(edge.kafka === kafka ? [] : [`${workload.name} ${edge.kafka ? 'is not told where Kafka is' : 'is told where Kafka is'}`]),
      ...(edge.registry && !servers.has('schema-registry') ? [`${workload.name} is not told where the schema registry is`] : []),
      ...(edge.subscriberDb === servers.has('subscriber-db') ? [] : [`${workload.name} ${edge.subscriberDb ? 'is not told' : 'is told'} where subscriber-db is`]),
      ...(edge.vast === vast ? [] : [`${workload.name} ${edge.vast ? 'is not told' : 'is told'} where VAST is`]),
    ];
  });
}

/** Every connection that a process opens is let out and let in, and nothing else is. Nothing to check without policies. */
export function policyFaults(objects: readonly KubernetesObject[]): string[] {
  const policies = policiesOf(objects);
  if (!policies.some(({ podSelector }) => processes(objects).some(({ podLabels }) => selects(podSelector, podLabels)))) return [];
  const denied = policies.find(({ podSelector, ingress, egress }) => Object.keys(podSelector).length === 0 && ingress.length === 0 && egress.length === 0);
  const all = workloads(objects).filter(({ namespace }) => namespace === 'data-generator-ns');
  return [
    ...(denied?.policyTypes.includes('Ingress') === true && denied.policyTypes.includes('Egress') ? [] : ['no policy denies everything by default']),
    ...all.flatMap((workload) => connectionFaults(workload, objects, all, policies)),
    ...listenerFaults(objects),
  ];
}

function connectionFaults(workload: Workload, objects: readonly KubernetesObject[], all: readonly Workload[], policies: readonly Policy[]): string[] {
  const out = policies.filter(({ podSelector, policyTypes }) => policyTypes.includes('Egress') && selects(podSelector, workload.podLabels)).flatMap(({ egress }) => egress);
  const servers = serversOf(workload, objects);
  const target = (server: Server): Readonly<Record<string, string>> | undefined => (server === 'kafka' ? BROKER : all.find(({ name }) => name === server)?.podLabels);
  const collector = collectorFaults(workload, objects, out);
  const blocked = [...servers].flatMap((server) => {
    if (server === 'vast') return out.some(leavesCluster) ? [] : [`${workload.name} may not reach VAST`];
    if (server === 'event-broker') {
      const closed = brokerPorts(workload, objects).filter((port) => !out.some((rule) => leavesCluster(rule) && rule.ports?.some((open) => open.port === port)));
      return closed.map((port) => `${workload.name} may not reach the Event Broker's port ${port}`);
    }
    const labels = target(server);
    if (labels === undefined) return [`${workload.name} is told to reach ${server}, which is not there`];
    const leaves = out.some((rule) => permits(rule.to, rule, labels, PORTS[server]));
    const enters = policies.filter(({ podSelector, policyTypes }) => policyTypes.includes('Ingress') && selects(podSelector, labels))
      .some(({ ingress }) => ingress.some((rule) => permits(rule.from, rule, workload.podLabels, PORTS[server])));
    return [...(leaves ? [] : [`${workload.name} may not go out to ${server}`]), ...(enters ? [] : [`${server} may not be reached by ${workload.name}`])];
  });
  const excess = (Object.keys(PORTS) as (keyof typeof PORTS)[]).filter((server) => !servers.has(server)).filter((server) => {
    const labels = target(server);
    return labels !== undefined && out.some((rule) => permits(rule.to, rule, labels, PORTS[server]));
  }).map((server) => `${workload.name} may go out to ${server}, which it never asks`);
  const outside = out.filter(leavesCluster).length > ['vast', 'event-broker'].filter((server) => servers.has(server as Outside)).length ? [`${workload.name} may leave the cluster`] : [];
  // The API server's address is not known to a selector.
  const anywhere = !needsApi(workload.name, objects) && out.some(({ to }) => to === undefined || to.some((peer) => Object.keys(peer).length === 0)) ? [`${workload.name} may go anywhere`] : [];
  return [...blocked, ...excess, ...outside, ...anywhere, ...collector];
}

function leavesCluster({ to = [] }: Rule): boolean {
  return to.some(({ ipBlock }) => ipBlock !== undefined);
}

/** Ports of the brokers that a workload is told of. */
function brokerPorts(workload: Workload, objects: readonly KubernetesObject[]): number[] {
  return containersOf(workload).flatMap((container) => (environment(container, objects).get('KAFKA_BROKERS') ?? '').split(','))
    .filter((address) => address !== '').map((address) => Number(address.slice(address.lastIndexOf(':') + 1)));
}

/** The only other namespace that a process may go to is that of the collector it is told to export to, by OTLP over HTTP. */
function collectorFaults(workload: Workload, objects: readonly KubernetesObject[], out: readonly Rule[]): string[] {
  if (!edges().some(({ name }) => name === workload.name)) return [];
  const endpoint = containersOf(workload).map((container) => environment(container, objects).get('OTEL_EXPORTER_OTLP_ENDPOINT')).find((value) => value !== undefined);
  const wanted = endpoint === undefined ? null : new URL(endpoint);
  const found = out.flatMap(({ to = [], ports = [] }) => to.flatMap(({ namespaceSelector }) => {
    const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
    return namespace === undefined || namespace === DNS_NAMESPACE ? [] : ports.map(({ port }) => `${namespace}:${port}`);
  }));
  const place = wanted === null ? null : `${wanted.hostname.split('.')[1]}:${wanted.port}`;
  return [
    ...(place === null || found.includes(place) ? [] : [`${workload.name} may not go out to the collector in ${place}`]),
    ...found.filter((other) => other !== place).map((other) => `${workload.name} may go out to ${other}, which it never asks`),
  ];
}

/** Strimzi's own policy admits whom its listener names: the clients of the topology. */
function listenerFaults(objects: readonly KubernetesObject[]): string[] {
  return ofKind(objects, 'Kafka').flatMap(({ spec }) => {
    const { listeners } = (spec as { kafka: { listeners: { name: string; networkPolicyPeers?: Peer[] }[] } }).kafka;
    const peers = listeners.find(({ name }) => name === 'tls')?.networkPolicyPeers;
    if (peers === undefined) return ["Strimzi's listener admits everybody"];
    const missing = kafkaClients().filter((name) => !peers.some(({ podSelector }) => podSelector?.matchLabels?.['app.kubernetes.io/name'] === name));
    return missing.map((name) => `Strimzi's listener does not admit ${name}`);
  });
}

function permits(peers: readonly Peer[] | undefined, { ports }: Rule, labels: Readonly<Record<string, string>>, port: number): boolean {
  if (ports !== undefined && !ports.some((allowed) => allowed.port === port && (allowed.protocol ?? 'TCP') === 'TCP')) return false;
  return peers === undefined || peers.some(({ podSelector, namespaceSelector, ipBlock }) => ipBlock === undefined && namespaceSelector === undefined && selects(podSelector, labels));
}

function policiesOf(objects: readonly KubernetesObject[]): Policy[] {
  return ofKind(objects, 'NetworkPolicy').map(({ metadata, spec }) => {
    const { podSelector, policyTypes = ['Ingress'], ingress = [], egress = [] } = spec as Partial<Policy> & { podSelector: Selector };
    return { name: metadata.name, podSelector, policyTypes, ingress, egress };
  });
}

/** The servers whose addresses the variables of a workload hold. */
function serversOf(workload: Workload, objects: readonly KubernetesObject[]): Set<Server> {
  const hosts: Readonly<Record<string, Server>> = {
    'telco-twin-kafka-bootstrap': 'kafka', 'schema-registry': 'schema-registry', 'subscriber-db': 'subscriber-db', vastdb: 'vastdb',
  };
  const found = new Set<Server>();
  for (const container of containersOf(workload)) {
    for (const [name, value = ''] of environment(container, objects)) {
      if (!/BROKERS|SERVERS|URL|ENDPOINT$/.test(name)) continue;
      for (const address of value.split(',')) {
        const host = /^(?:[a-z]+:\/\/)?([^:/]+)/.exec(address)?.[1] ?? '';
        const server = hosts[host.split('.')[0]] ?? (name === 'VAST_ENDPOINT' ? 'vast' : name === 'KAFKA_BROKERS' && host !== '' ? 'event-broker' : undefined);
        if (server !== undefined) found.add(server);
      }
    }
  }
  return found;
}
