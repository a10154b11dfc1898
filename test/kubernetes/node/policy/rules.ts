import { selects, type NetworkPolicy, type Objects, type Peer, type Pod, type PolicyPort, type Rule } from './objects.ts';

type Direction = 'ingress' | 'egress';

/** A pod that has an address and sends or receives. */
interface Endpoint {
  readonly pod: Pod;
  readonly address: string;
}

const TABLE = 'network_policy';
/** After kube-proxy has replaced a Service's address by a pod's. */
const PRIORITY = 10;
/** Traffic of the node itself (probes among it) leaves through neither hook and is always allowed, as with most network plugins. */
const ESTABLISHED = 'ct state established,related accept';

/**
 * An nftables script that enforces the policies (networking.k8s.io/v1, IPv4): a pod that a policy selects for a direction may only do
 * what a rule of some policy allows, and a packet between two pods must be allowed at both ends.
 */
export function policyRules(objects: Objects): string {
  const endpoints = objects.pods.flatMap((pod) => (hasOwnAddress(pod) ? [{ pod, address: pod.status.podIP! }] : []))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const chains: string[] = [];
  const jumps: Record<Direction, string[]> = { ingress: [], egress: [] };
  for (const endpoint of endpoints) {
    for (const direction of ['egress', 'ingress'] as const) {
      const policies = objects.policies.filter((policy) => isolates(policy, endpoint.pod, direction));
      if (policies.length === 0) continue;
      const chain = `${direction}_${endpoint.address.replaceAll('.', '_')}`;
      const matches = policies.flatMap((policy) => (policy.spec[direction] ?? []).flatMap((rule) => matchesOf(rule, direction, policy, endpoint, endpoints, objects)));
      chains.push(block(`chain ${chain}`, [...matches.map((match) => `${match} return`.trim()), 'counter drop']));
      jumps[direction].push(`ip ${direction === 'egress' ? 'saddr' : 'daddr'} ${endpoint.address} jump ${chain}`);
    }
  }
  const hook = (name: string, rules: readonly string[]): string => block(`chain ${name}`, [`type filter hook ${name} priority ${PRIORITY}; policy accept;`, ESTABLISHED, ...rules]);
  const table = block(`table ip ${TABLE}`, [...chains, hook('forward', [...jumps.egress, ...jumps.ingress]), hook('input', jumps.egress)]);
  return `table ip ${TABLE} {}\ndelete table ip ${TABLE}\n${table}\n`;
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.join('\n')}\n}`;
}

function hasOwnAddress({ spec, status }: Pod): boolean {
  return status.podIP !== undefined && spec.hostNetwork !== true && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

function isolates({ metadata, spec }: NetworkPolicy, pod: Pod, direction: Direction): boolean {
  const types = spec.policyTypes ?? ['Ingress', ...(spec.egress === undefined ? [] : ['Egress'])];
  return metadata.namespace === pod.metadata.namespace && types.some((type) => type.toLowerCase() === direction) && selects(spec.podSelector ?? {}, pod.metadata.labels);
}

/** Expressions of nftables, each of which lets a packet pass. */
function matchesOf(rule: Rule, direction: Direction, policy: NetworkPolicy, self: Endpoint, endpoints: readonly Endpoint[], objects: Objects): string[] {
  const peers = rule[direction === 'egress' ? 'to' : 'from'] ?? [];
  const side = direction === 'egress' ? 'daddr' : 'saddr';
  const anybody = peers.length === 0;
  const groups: readonly { readonly match: string; readonly members: readonly Endpoint[] }[] = anybody
    ? [{ match: '', members: endpoints }]
    : peers.flatMap((peer) => group(peer, side, policy, endpoints, objects));
  return groups.flatMap(({ match, members }) => portMatches(rule.ports ?? [], direction === 'egress' ? members : [self]).map((port) => `${match} ${port}`.trim()));
}

function group(peer: Peer, side: string, policy: NetworkPolicy, endpoints: readonly Endpoint[], objects: Objects): { match: string; members: readonly Endpoint[] }[] {
  if (peer.ipBlock !== undefined) {
    const { cidr, except = [] } = peer.ipBlock;
    return [{ match: `ip ${side} ${cidr}${except.length === 0 ? '' : ` ip ${side} != { ${except.join(', ')} }`}`, members: endpoints }];
  }
  const { namespaceSelector } = peer;
  const namespaces = namespaceSelector === undefined
    ? [policy.metadata.namespace]
    : objects.namespaces.filter(({ metadata }) => selects(namespaceSelector, metadata.labels)).map(({ metadata }) => metadata.name);
  const members = endpoints.filter(({ pod }) => namespaces.includes(pod.metadata.namespace) && selects(peer.podSelector ?? {}, pod.metadata.labels));
  return members.length === 0 ? [] : [{ match: `ip ${side} { ${members.map(({ address }) => address).join(', ')} }`, members }];
}

/** @param receivers whose named ports count */
function portMatches(ports: readonly PolicyPort[], receivers: readonly Endpoint[]): string[] {
  if (ports.length === 0) return [''];
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const transport = protocol.toLowerCase();
    if (port === undefined) return [`meta l4proto ${transport}`];
    if (typeof port === 'number') return [`${transport} dport ${port}${endPort === undefined ? '' : `-${endPort}`}`];
    return receivers.flatMap(({ pod, address }) => pod.spec.containers.flatMap((container) => container.ports ?? [])
      .filter((candidate) => candidate.name === port && (candidate.protocol ?? 'TCP') === protocol)
      .map(({ containerPort }) => `ip daddr ${address} ${transport} dport ${containerPort}`));
  });
}
