import type { Variant } from './variant.ts';

/** Budgets, autoscalers, Services and rules of traffic that the API refuses. */
export const POLICIES: readonly Variant[] = [
  {
    what: 'a budget with both bounds',
    of: 'PodDisruptionBudget',
    break: (it) => void (it.spec.minAvailable = 1),
    refusal: /minAvailable and maxUnavailable cannot be both set/,
  },
  {
    what: 'an unknown way with unhealthy pods',
    of: 'PodDisruptionBudget',
    break: (it) => void (it.spec.unhealthyPodEvictionPolicy = 'Never'),
    refusal: /unhealthyPodEvictionPolicy: Unsupported value: "Never"/,
  },
  {
    what: 'fewer replicas at most than at least',
    of: 'HorizontalPodAutoscaler',
    break: (it) => void Object.assign(it.spec, { minReplicas: 4, maxReplicas: 2 }),
    refusal: /maxReplicas.*must be greater than or equal to `minReplicas`/s,
  },
  {
    what: 'a utilisation of minus ten percent',
    of: 'HorizontalPodAutoscaler',
    break: (it) => void (it.spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: -10 } } }]),
    refusal: /averageUtilization.*must be greater than 0/s,
  },
  {
    what: 'a stabilisation of two hours',
    of: 'HorizontalPodAutoscaler',
    break: (it) => void (it.spec.behavior = { scaleDown: { stabilizationWindowSeconds: 7200 } }),
    refusal: /stabilizationWindowSeconds.*must be less than or equal to/s,
  },
  {
    what: 'a port beyond 65535',
    of: 'Service',
    break: (it) => void (it.spec.ports[0].port = 70_000),
    refusal: /ports\[0\]\.port.*must be between 1 and 65535/s,
  },
  {
    what: 'a Service of an unknown type',
    of: 'Service',
    break: (it) => void (it.spec.type = 'Internal'),
    refusal: /type: Unsupported value: "Internal"/,
  },
  {
    what: 'a traffic rule for port 70000',
    of: 'NetworkPolicy',
    break: (it) => void Object.assign(it.spec, { policyTypes: ['Egress'], egress: [{ ports: [{ port: 70_000 }] }] }),
    refusal: /port.*must be between 1 and 65535/s,
  },
  {
    what: 'a traffic rule for a network of 33 bits',
    of: 'NetworkPolicy',
    break: (it) => void Object.assign(it.spec, { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/33' } }] }] }),
    refusal: /cidr.*must be a valid CIDR/s,
  },
  {
    what: 'a direction of traffic that does not exist',
    of: 'NetworkPolicy',
    break: (it) => void (it.spec.policyTypes = ['Inward']),
    refusal: /policyTypes.*Unsupported value: "Inward"/s,
  },
  {
    what: 'an Ingress path of an unknown type',
    of: 'Ingress',
    break: (it) => void (it.spec.rules[0].http.paths[0].pathType = 'Regex'),
    refusal: /pathType: Unsupported value: "Regex"/,
  },
  {
    what: 'an Ingress for an address in place of a host',
    of: 'Ingress',
    break: (it) => void (it.spec.rules[0].host = '10.0.0.1'),
    refusal: /host.*must be a DNS name, not an IP address/s,
  },
];
