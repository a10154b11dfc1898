import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkAll, registerAll } from '../../../schemas/registry.ts';
import type { Right } from '../../../topology/graph/index.ts';
import { Admin } from '../../../topology/log/index.ts';
import { ofKind, workloads, type KubernetesObject } from '../../deploy/kustomize/objects.ts';
import { render } from '../../deploy/kustomize/render.ts';
import { startSecureStack } from '../security/secure-kafka.ts';
import { DeployedRegistry } from './deployed-registry.ts';

const USER = 'schema-registry';
const PASSWORD = 'of-the-registry';
const JAAS = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${USER}" password="${PASSWORD}";`;

/** Subjects with their ids, as they were registered and as they are found. */
const registered = async (url: string): Promise<unknown[]> => (await registerAll({ url }, '')).map(({ subject, id }) => ({ subject, id, status: 'registered' }));
const found = async (url: string): Promise<unknown[]> => (await checkAll({ url }, '')).map(({ subject, id, status }) => ({ subject, id, status }));

it('keeps the schemas in Kafka: with its topics and rights on a broker that allows nothing else, and anew without anything of its own', async () => {
  const objects = await render('overlays/dev');
  const stack = await startSecureStack();
  onTestFinished(() => stack.close());
  await stack.kafka.setPassword(USER, PASSWORD);
  await stack.kafka.grant(rights(objects));
  await new Admin(stack.kafka.admin).createTopics(ofKind(objects, 'KafkaTopic').filter(({ metadata }) => /^(kafkasql|registry)-/.test(metadata.name)).map(({ metadata, spec }) => {
    const { partitions, replicas, config } = spec as { partitions: number; replicas: number; config: Record<string, string> };
    return { name: metadata.name, partitions, replicationFactor: replicas, configs: config };
  }));
  const registry = await DeployedRegistry.of(objects);
  onTestFinished(() => registry.close());
  // Its password and the CA are in Secrets.
  const start = (): Promise<void> => registry.start(() => ({
    APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG: JAAS, APICURIO_KAFKA_COMMON_SSL_TRUSTSTORE_LOCATION: stack.ca.cert, APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: stack.kafka.sasl,
  }));
  await start();
  const before = await registered(registry.url);
  await registry.stop();
  await start();
  expect(await found(registry.url)).toEqual(before);
}, 600_000);

it('beside an Event Broker, keeps them with their ids in a file on its volume, also when it is killed', async () => {
  const objects = await render('tests/vast-event-broker');
  const { pod } = workloads(objects).find(({ name }) => name === USER)!;
  const mount = pod.containers[0].volumeMounts!.find(({ name }) => name === 'data')!.mountPath;
  const registry = await DeployedRegistry.of(objects);
  onTestFinished(() => registry.close());
  const volume = join(registry.folder, 'volume');
  await mkdir(volume);
  const start = (): Promise<void> => registry.start((variables) => {
    expect(Object.entries(variables).filter(([, value]) => value === undefined || /kafka/i.test(value))).toEqual([]);
    expect(variables.APICURIO_DATASOURCE_URL).toContain(`${mount}/`);
    return { APICURIO_DATASOURCE_URL: variables.APICURIO_DATASOURCE_URL!.replace(mount, volume) };
  });
  await start();
  const before = await registered(registry.url);
  await registry.kill();
  await start();
  expect(await found(registry.url)).toEqual(before);
}, 600_000);

/** The rules of its `KafkaUser`. */
function rights(objects: readonly KubernetesObject[]): Right[] {
  const user = ofKind(objects, 'KafkaUser').find(({ metadata }) => metadata.name === USER);
  const { acls } = (user?.spec as { authorization: { acls: { resource: Right['resource']; operations: Right['operation'][] }[] } }).authorization;
  return acls.flatMap(({ resource, operations }) => operations.map((operation) => ({ principal: USER, resource, operation, edge: '', purpose: '' })));
}
