import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterOptions } from '../../../topology/log/index.ts';
import { LogError } from '../../../topology/log/index.ts';
import type { KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE } from '../support/trees.ts';
import type { Node } from './node.ts';
import { administer, administratorOptions } from './strimzi/administration.ts';
import { brokerObjects } from './strimzi/broker.ts';
import { kafkaResources } from './strimzi/resources.ts';
import { clientSecrets, createSecrets, secret } from './strimzi/secrets.ts';

export const API_TOKEN = 'token-of-the-node-bed';
export const VAST_KEYS = { accessKey: 'access-key-of-the-bed', secretKey: 'secret-key-of-the-bed' } as const;
const DEADLINE_MS = 600_000;

/** A tree of manifests that runs on the node. */
export interface Deployment {
  readonly objects: readonly KubernetesObject[];
  /** How this process reaches the broker, with every right. */
  readonly kafka: ClusterOptions;
}

/**
 * Makes what a cluster must have before the tree: the namespace, the Secrets that the manifests refer to, and what Strimzi's
 * operators would make of the tree's Kafka resources: the broker, its topics, its users and their rights.
 * @param definitions folder of Strimzi's custom resource definitions
 */
export async function prepare(node: Node, objects: readonly KubernetesObject[], workspace: string, definitions: string): Promise<Deployment> {
  const resources = kafkaResources(objects);
  const secrets = await createSecrets(resources, join(workspace, 'kafka-pki'));
  await node.kubectl.run(['apply', '--server-side', '-f', definitions]);
  await node.apply(objects.filter(({ kind }) => kind === 'Namespace'));
  await node.eventually('pods can be made in the namespace', ['get', 'serviceaccount/default']);
  await node.apply([
    ...clientSecrets(resources, secrets),
    secret('vast-credentials', { 'access-key': VAST_KEYS.accessKey, 'secret-key': VAST_KEYS.secretKey }),
    secret('scenario-injector-api', { token: API_TOKEN }),
    ...brokerObjects(resources, secrets),
  ]);
  await node.eventually('the broker is ready', ['rollout', 'status', 'statefulset/telco-twin-broker', '--timeout=5s']);
  const kafka = administratorOptions(resources, secrets);
  await patiently(() => administer(resources, kafka));
  return { objects, kafka };
}

/** Applies the tree as it is and waits until its Jobs are complete and every workload has rolled out, which its probes decide. */
export async function deploy(node: Node, { objects }: Deployment): Promise<void> {
  await node.apply(objects);
  for (const { kind, metadata } of objects.filter((object) => object.kind === 'Job')) {
    await node.eventually(`${metadata.name} is complete`, ['wait', '--for=condition=Complete', `${kind.toLowerCase()}/${metadata.name}`, '--timeout=5s']);
  }
  await rolledOut(node, workloads(objects));
}

/** Deployments and StatefulSets, as `kind/name`. */
export function workloads(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
}

export async function rolledOut(node: Node, names: readonly string[]): Promise<void> {
  for (const name of names) await node.eventually(`${name} has rolled out`, ['rollout', 'status', name, '--timeout=5s']);
}

/** A Service's name just made may not be known to DNS yet. */
async function patiently(body: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    try {
      await body();
      return;
    } catch (error) {
      if (!(error instanceof LogError) || performance.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

/** Name of a Service as this process resolves it. */
export function serviceHost(name: string): string {
  return `${name}.${NAMESPACE}.svc.cluster.local`;
}
