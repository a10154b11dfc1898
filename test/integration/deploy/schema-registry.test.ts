import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REGISTRY, resolveDistribution } from '../../../deploy/local/cache.ts';
import { GuardedChild } from '../../../deploy/local/child.ts';
import { javaOptions, type Java } from '../../../deploy/local/java.ts';
import { freePort } from '../../../deploy/local/ports.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';
import { checkAll, registerAll } from '../../../schemas/registry.ts';
import type { Right } from '../../../topology/graph/index.ts';
import { Admin } from '../../../topology/log/index.ts';
import { containersOf, environment, ofKind, workloads, type KubernetesObject } from '../../deploy/kustomize/objects.ts';
import { render } from '../../deploy/kustomize/render.ts';
import { startSecureStack, type SecureStack } from '../security/secure-kafka.ts';

const USER = 'schema-registry';
const PASSWORD = 'of-the-registry';
const JAAS = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${USER}" password="${PASSWORD}";`;

/** The registry as the manifests have it, its variables, topics and rights, on a broker that allows nothing else. */
let objects: readonly KubernetesObject[];
let stack: SecureStack;
let java: Java;
let app: string;
let folder: string;
let ports: { readonly http: number; readonly management: number };
let registry: GuardedChild | undefined;

beforeAll(async () => {
  objects = await render('overlays/dev');
  java = await checkPrerequisites();
  app = await resolveDistribution(REGISTRY, java.home);
  folder = await mkdtemp(join(tmpdir(), 'telco-twin-registry-'));
  ports = { http: await freePort(), management: await freePort() };
  stack = await startSecureStack();
  await stack.kafka.setPassword(USER, PASSWORD);
  await stack.kafka.grant(rights());
  await new Admin(stack.kafka.admin).createTopics(ofKind(objects, 'KafkaTopic').filter(({ metadata }) => /^(kafkasql|registry)-/.test(metadata.name)).map(({ metadata, spec }) => {
    const { partitions, replicas, config } = spec as { partitions: number; replicas: number; config: Record<string, string> };
    return { name: metadata.name, partitions, replicationFactor: replicas, configs: config };
  }));
}, 300_000);

afterAll(async () => {
  await registry?.stop(10_000);
  await stack?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

it('keeps the schemas in Kafka: started anew, without anything of its own, it still has them', async () => {
  await start();
  const registered = await registerAll({ url: url() }, '');
  await registry?.stop(10_000);
  await start();
  const found = await checkAll({ url: url() }, '');
  expect(found.map(({ subject, id, status }) => ({ subject, id, status }))).toEqual(registered.map(({ subject, id }) => ({ subject, id, status: 'registered' })));
}, 600_000);

const url = (): string => `http://127.0.0.1:${ports.http}/apis/ccompat/v7`;

/** The rules of its `KafkaUser`. */
function rights(): Right[] {
  const user = ofKind(objects, 'KafkaUser').find(({ metadata }) => metadata.name === USER);
  const { acls } = (user?.spec as { authorization: { acls: { resource: Right['resource']; operations: Right['operation'][] }[] } }).authorization;
  return acls.flatMap(({ resource, operations }) => operations.map((operation) => ({ principal: USER, resource, operation, edge: '', purpose: '' })));
}

/** Starts it with the variables of its Deployment; addresses and the two Secrets are those of this machine. */
async function start(): Promise<void> {
  const [container] = containersOf(workloads(objects).find(({ name }) => name === USER)!);
  const variables = Object.fromEntries([...environment(container, objects)].map(([name, value]) => [name, value ?? JAAS]));
  registry = await GuardedChild.spawn({
    name: 'The schema registry',
    command: java.bin,
    args: [...javaOptions(java, 192), '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', join(app, 'quarkus-run.jar')],
    cwd: folder,
    logFile: join(folder, 'registry.log'),
    env: {
      ...process.env, ...variables,
      APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: stack.kafka.sasl,
      APICURIO_KAFKA_COMMON_SSL_TRUSTSTORE_LOCATION: stack.ca.cert,
      QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: String(ports.http),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1', QUARKUS_MANAGEMENT_PORT: String(ports.management),
    },
  });
  const path = container.readinessProbe!.httpGet!.path;
  while (!(await fetch(`http://127.0.0.1:${ports.management}${path}`).then(({ ok }) => ok, () => false))) {
    if (!registry.running) throw new Error('the registry ended before it was ready');
    await sleep(500);
  }
}
