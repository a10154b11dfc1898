/** Zones of the simulated cluster. */
export const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;

const NODES_PER_ZONE = 2;

/** A node's size: what a middling cloud machine offers, so that a tree whose requests don't fit stays Pending. */
const CAPACITY = { cpu: '16', memory: '64Gi', 'ephemeral-storage': '200Gi', pods: '110' };

/** Names of the nodes of a zone. */
export function nodesOf(zone: string): readonly string[] {
  return Array.from({ length: NODES_PER_ZONE }, (_, index) => `${zone}-${index + 1}`);
}

/** Node objects of all zones, as a kubelet would register them. */
export function nodes(): readonly object[] {
  return ZONES.flatMap((zone) => nodesOf(zone).map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: {
        'kwok.x-k8s.io/node': 'fake',
        // Where metrics-server finds the CPU and memory of this node's pods at kwok, which serves all nodes on one port.
        'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource`,
      },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'region',
        'topology.kubernetes.io/zone': zone,
      },
    },
    status: { allocatable: CAPACITY, capacity: CAPACITY },
  })));
}
