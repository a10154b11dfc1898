import type { KubernetesObject } from '../objects.ts';
import { knownVariables } from '../settings.ts';
import { configMapFaults, fileFaults, listenFaults, secretFaults, variableFaults } from './configuration.ts';
import { budgetFaults, hardeningFaults, volumeFaults } from './hardening.ts';
import { addressFaults, policyFaults } from './network.ts';
import { graceFaults, scalerFaults, triggerFaults } from './scaling.ts';
import { aclFaults, clusterLabelFaults, loginFaults, topicFaults } from './topology.ts';
import { podMonitorFaults, probeFaults, selectorFaults, serviceFaults } from './wiring.ts';

export type Check = (objects: readonly KubernetesObject[]) => string[];

const known = knownVariables();

/** Every cross-check of rendered manifests: name → faults it finds. They hold for any tree, whoever rendered it; what is Strimzi's counts where a `Kafka` is. */
export const checks = {
  'topics ↔ KafkaTopics': topicFaults,
  'rights of the topology ↔ ACLs of KafkaUsers': aclFaults,
  'processes ↔ Kafka users': loginFaults,
  'strimzi.io/cluster ↔ Kafka': clusterLabelFaults,
  'edges of the topology ↔ addresses of servers': addressFaults,
  'addresses of servers ↔ NetworkPolicies': policyFaults,
  'Services ↔ ports of containers': serviceFaults,
  'probes ↔ ports of containers': probeFaults,
  'settings of ports ↔ ports of containers': listenFaults,
  'selectors ↔ labels': selectorFaults,
  'PodMonitors ↔ pods and ports': podMonitorFaults,
  'Secrets ↔ references and keys': secretFaults,
  'ConfigMaps ↔ references and keys': configMapFaults,
  'paths in variables ↔ mounted files': fileFaults,
  'variables ↔ settings that the code reads': (objects) => variableFaults(objects, known),
  'autoscalers ↔ partitions and replicas': scalerFaults,
  'KEDA triggers ↔ topology': triggerFaults,
  'grace period > time to end': graceFaults,
  'Pod Security restricted and more': hardeningFaults,
  'persistent volumes ↔ groups of pods': volumeFaults,
  'PodDisruptionBudgets': budgetFaults,
} as const satisfies Record<string, Check>;
