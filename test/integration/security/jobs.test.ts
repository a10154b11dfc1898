import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seed, twinMaker, type SeedOptions } from '../../../processors/seeder/index.ts';
import { registerAll } from '../../../schemas/registry.ts';
import { checkTopics, createTopics, deleteTopics } from '../../../topology/admin.ts';
import { accessRights, defaultSettings, names, topicNames, TOPICS_JOB, type Right, type TopicName } from '../../../topology/graph/index.ts';
import { Admin, AuthenticationError, Cluster, clusterOptionsFromEnv, type ClusterOptions } from '../../../topology/log/index.ts';
import { explainRefusal, grantCommand } from '../../../topology/refusal.ts';
import { javaTool, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { expectRefusal, rightName } from './refusals.ts';
import { aclOf, startSecureStack, type SecureStack } from './secure-kafka.ts';

const PREFIX = uniquePrefix();
const SETTINGS = { ...defaultSettings, partitions: 2 };
const RIGHTS = accessRights({ prefix: PREFIX });
const jobRights = RIGHTS.filter(({ principal }) => principal === TOPICS_JOB);
const seederRights = RIGHTS.filter(({ principal }) => principal === 'seeder');
/** One more than a seeder writes before it first waits for the brokers, so that it can be interrupted half-way. */
const SUBSCRIBERS = 10_001;

let stack: SecureStack;
const clusters: Cluster[] = [];

/** The controller answers for a new password before the broker has heard of it. */
async function connectOnceKnown(options: ClusterOptions): Promise<Cluster> {
  for (const deadline = performance.now() + 30_000; ; await sleep(50)) {
    try {
      return await Cluster.connect(options);
    } catch (error) {
      if (!(error instanceof AuthenticationError) || performance.now() > deadline) throw error;
    }
  }
}

async function connect(user: string): Promise<Cluster> {
  const password = `${user}-password`;
  await stack.kafka.setPassword(user, password);
  const cluster = await connectOnceKnown(clusterOptionsFromEnv({
    KAFKA_BROKERS: stack.kafka.sasl, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: user,
    KAFKA_SASL_PASSWORD_FILE: `${stack.secrets.put(user, { password })}/password`, KAFKA_SSL_CA: stack.ca.cert,
  }));
  clusters.push(cluster);
  return cluster;
}

/** What an attempt fails with, as commands tell it. */
async function refusal(attempt: Promise<unknown>, rights: readonly Right[]): Promise<Error> {
  const error = await attempt.then(() => new Error('it was not refused'), (reason: unknown) => reason as Error);
  return explainRefusal(error, rights);
}

async function gone(topic: string): Promise<void> {
  const admin = new Admin(stack.kafka.admin);
  await admin.deleteTopics([topic]);
  while ((await admin.describeTopics([topic])).length > 0) await sleep(10);
}

beforeAll(async () => {
  stack = await startSecureStack();
});
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.close()));
  await stack.close();
});

describe('the job that creates the topics', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await connect(TOPICS_JOB);
    await stack.kafka.grant(jobRights);
  });

  it('creates and compares all of them with exactly the generated rights', async () => {
    expect((await createTopics(cluster, PREFIX, SETTINGS)).map(({ state }) => state)).toEqual(topicNames.map(() => 'created'));
    expect((await createTopics(cluster, PREFIX, SETTINGS)).map(({ state }) => state)).toEqual(topicNames.map(() => 'present'));
  });

  it.each(jobRights.map((right) => ({ name: rightName(right, PREFIX), right })))('fails without $name, by name', async ({ right }) => {
    if (right.operation === 'Create') await gone(right.resource.name);
    await stack.kafka.revoke([right]);
    expectRefusal(await refusal(createTopics(cluster, PREFIX, SETTINGS), jobRights), right);
    await stack.kafka.grant([right]);
    await createTopics(cluster, PREFIX, SETTINGS);
  });

  it('compares without the right to create, where others create them', async () => {
    const create = jobRights.filter(({ operation }) => operation === 'Create');
    await stack.kafka.revoke(create);
    expect((await checkTopics(cluster, PREFIX, SETTINGS)).map(({ state }) => state)).toEqual(topicNames.map(() => 'present'));
    expect((await stack.kafka.acls())).toHaveLength(accessRights({ prefix: PREFIX, topicsCreatedBy: 'others' }).filter(({ principal }) => principal === TOPICS_JOB).length);
    await stack.kafka.grant(create);
  });

  it('may not delete them, nor touch those of another twin', async () => {
    await expect(deleteTopics(cluster, PREFIX)).rejects.toThrow(/may not Delete topic/);
    await expect(createTopics(cluster, uniquePrefix(), SETTINGS)).rejects.toThrow(/may not Describe topic/);
  });
});

describe('the seeder', () => {
  let cluster: Cluster;
  let options: SeedOptions;

  /** Writes the first ten thousand subscribers. */
  async function seedInterrupted(): Promise<void> {
    const interrupted = new Error('interrupted');
    await expect(seed({ ...options, onProgress: () => { throw interrupted; } })).rejects.toBe(interrupted);
  }

  beforeAll(async () => {
    cluster = await connect('seeder');
    await stack.kafka.grant(seederRights);
    const subjects = await registerAll({ url: await sharedRegistry() }, PREFIX);
    const id = (topic: TopicName): number => subjects.find((subject) => subject.topic === topic)!.id;
    options = {
      cluster, names: names(PREFIX), maker: twinMaker(), request: { subscribers: SUBSCRIBERS },
      schemaIds: { subscriberState: id('subscriber_state'), networkState: id('network_state') },
    };
    await seedInterrupted();
  });

  it.each(seederRights.map((right) => ({ name: rightName(right, PREFIX), right })))('fails without $name, by name', async ({ right }) => {
    await stack.kafka.revoke([right]);
    expectRefusal(await refusal(seed(options), seederRights), right);
    await stack.kafka.grant([right]);
  });

  it('goes on where it was interrupted, with exactly the generated rights', async () => {
    expect(await seed(options)).toMatchObject({ wrote: true });
    expect(await seed(options)).toMatchObject({ wrote: false });
  });
});

describe('telco-twin access --kafka-acls', () => {
  it('prints lines that Kafka\'s own tool takes, and that grant the same', async () => {
    const rights = accessRights({ prefix: 'tool.' }).filter(({ principal }) => principal === 'location-generator');
    const before = new Set(await stack.kafka.acls());
    const lines = rights.map(grantCommand);
    // The tool takes several resources and operations at once only as a product; a virtual machine for each line is slow, so two kinds stand for all.
    for (const line of [lines[0], lines.at(-1)!]) {
      await javaTool(['org.apache.kafka.tools.AclCommand', ...line.replace('$KAFKA_BROKERS', stack.kafka.server.bootstrapServers).split(' ').slice(1)]);
    }
    const granted = (await stack.kafka.acls()).filter((acl) => !before.has(acl));
    const wanted = [rights[0], rights.at(-1)!].map((right) => {
      const { principal, host, operation, permissionType, resourceType, resourcePatternType, resourceName } = aclOf(right);
      return [principal, host, operation, permissionType, resourceType, resourcePatternType, resourceName].join(' ');
    });
    expect(granted).toEqual(wanted.sort());
  });
});
