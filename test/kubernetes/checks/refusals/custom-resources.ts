import type { Variant } from './variant.ts';

/** Strimzi's objects that its definitions refuse. */
const STRIMZI: readonly Variant[] = [
  {
    what: 'a version of Strimzi\'s API that is gone',
    of: 'KafkaTopic',
    break: (it) => void (it.apiVersion = 'kafka.strimzi.io/v1beta2'),
    refusal: /no matches for kind "KafkaTopic" in version "kafka.strimzi.io\/v1beta2"/,
  },
  {
    what: 'a topic of no partitions',
    of: 'KafkaTopic',
    break: (it) => void (it.spec.partitions = 0),
    refusal: /spec\.partitions in body should be greater than or equal to 1/,
  },
  {
    what: 'a number of partitions as text',
    of: 'KafkaTopic',
    break: (it) => void (it.spec.partitions = 'forty-eight'),
    refusal: /partitions.*(must be of type integer|expected numeric)/s,
  },
  {
    what: 'a misspelt field of a topic',
    of: 'KafkaTopic',
    break: (it) => void (it.spec.replica = 3),
    refusal: /\.spec\.replica: field not declared in schema/,
  },
  {
    what: 'a user with the singular `operation` of older releases',
    of: 'KafkaUser',
    break: (it) => {
      const [acl] = it.spec.authorization.acls;
      acl.operation = acl.operations[0];
    },
    refusal: /acls.*operation: field not declared in schema/s,
  },
  {
    what: 'a user with an operation that does not exist',
    of: 'KafkaUser',
    break: (it) => void (it.spec.authorization.acls[0].operations = ['Browse']),
    refusal: /operations\[0\]: Unsupported value: "Browse"/,
  },
  {
    what: 'a user with a right to a kind of thing that does not exist',
    of: 'KafkaUser',
    break: (it) => void (it.spec.authorization.acls[0].resource.type = 'queue'),
    refusal: /resource\.type: Unsupported value: "queue"/,
  },
  {
    what: 'a pool of nodes without a role',
    of: 'KafkaNodePool',
    break: (it) => void delete it.spec.roles,
    refusal: /spec\.roles: Required value/,
  },
  {
    what: 'a pool of nodes without storage',
    of: 'KafkaNodePool',
    break: (it) => void delete it.spec.storage,
    refusal: /spec\.storage: Required value/,
  },
  {
    what: 'replicas in the cluster instead of its pools',
    of: 'Kafka',
    break: (it) => void (it.spec.kafka.replicas = 3),
    refusal: /\.spec\.kafka\.replicas: field not declared in schema/,
  },
  {
    what: 'a listener with a way to log in that does not exist',
    of: 'Kafka',
    break: (it) => void (it.spec.kafka.listeners[0].authentication = { type: 'plain' }),
    refusal: /authentication\.type: Unsupported value: "plain"/,
  },
];

/** Objects of the other operators that their definitions refuse. */
const OPERATORS: readonly Variant[] = [
  {
    what: 'an autoscaler of nothing',
    of: 'ScaledObject',
    break: (it) => void delete it.spec.scaleTargetRef,
    refusal: /spec\.scaleTargetRef: Required value/,
  },
  {
    what: 'a trigger whose setting is a number instead of text',
    of: 'ScaledObject',
    break: (it) => void (it.spec.triggers[0].metadata.threshold = 10),
    refusal: /metadata\.threshold.*(must be of type string|expected string)/s,
  },
  {
    what: 'an alert after `5 minutes` in place of `5m`',
    of: 'PrometheusRule',
    break: (it) => void (it.spec.groups[0].rules[0].for = '5 minutes'),
    refusal: /for in body should match/,
  },
  {
    what: 'a scrape interval in words',
    of: 'PodMonitor',
    break: (it) => void (it.spec.podMetricsEndpoints[0].interval = 'often'),
    refusal: /interval in body should match/,
  },
  {
    what: 'a secret from a store of an unknown kind',
    of: 'ExternalSecret',
    break: (it) => void (it.spec.secretStoreRef.kind = 'Vault'),
    refusal: /secretStoreRef\.kind: Unsupported value: "Vault"/,
  },
  {
    what: 'a route for a path that is not absolute',
    of: 'HTTPRoute',
    break: (it) => void (it.spec.rules[0].matches = [{ path: { type: 'PathPrefix', value: 'api' } }]),
    refusal: /must be an absolute path and start with '\/'/,
  },
  {
    what: 'a route to a Service without a port',
    of: 'HTTPRoute',
    break: (it) => void delete it.spec.rules[0].backendRefs[0].port,
    refusal: /Must have port for Service reference/,
  },
];

export const CUSTOM_RESOURCES: readonly Variant[] = [...STRIMZI, ...OPERATORS];
