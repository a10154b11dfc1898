import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessRights, names, processorRights, processorGraph } from '../../../topology/graph/index.ts';
import { Admin, clusterOptionsFromEnv, connectWithRetry, LogWriter, type Cluster } from '../../../topology/log/index.ts';
import { explainRefusal } from '../../../topology/refusal.ts';
import { uniquePrefix } from '../support/stack.ts';
import { expectRefusal } from './refusals.ts';
import { startSecureStack, type SecureStack } from './secure-kafka.ts';

const PREFIX = uniquePrefix();
const naming = names(PREFIX);
const rights = accessRights({ prefix: PREFIX }).filter(({ principal }) => principal === 'vast-sink');

let stack: SecureStack;
const clusters: Cluster[] = [];

async function connect(commonName: string): Promise<Cluster> {
  const { cert, key } = await stack.ca.issue(commonName);
  const cluster = await connectWithRetry(clusterOptionsFromEnv({
    KAFKA_BROKERS: stack.kafka.mutualTls, KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CA: stack.ca.cert, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key,
  }), 60_000);
  clusters.push(cluster);
  return cluster;
}

async function write(cluster: Cluster): Promise<void> {
  const writer = await LogWriter.open(cluster);
  try {
    writer.append(naming.topic('dead_letters'), 0, 1, null, Buffer.from('value'));
    await writer.flush();
  } finally {
    await writer.close();
  }
}

beforeAll(async () => {
  stack = await startSecureStack();
  await new Admin(stack.kafka.admin).createTopics([{ name: naming.topic('dead_letters'), partitions: 1 }, { name: naming.topic('cdrs'), partitions: 1 }]);
  await stack.kafka.grant(rights);
});
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.close()));
  await stack.close();
});

it('the certificate names the principal, who has the generated rights', async () => {
  const cluster = await connect('vast-sink');
  await write(cluster);
  const missing = rights.find(({ operation }) => operation === 'Write')!;
  await stack.kafka.revoke([missing]);
  const error = await write(cluster).then(() => new Error('it was not refused'), (reason: unknown) => reason as Error);
  expectRefusal(explainRefusal(error, processorRights(processorGraph('vast-sink'), naming)), missing);
  await stack.kafka.grant([missing]);
});

it('another certificate of the same authority is let in, but to nothing', async () => {
  await expect(write(await connect('stranger'))).rejects.toThrow(/this principal may not/);
});

it('without a certificate nobody is let in, and the error asks for one', async () => {
  await expect(connectWithRetry(clusterOptionsFromEnv({
    KAFKA_BROKERS: stack.kafka.mutualTls, KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CA: stack.ca.cert,
  }), 1_000)).rejects.toThrow(/client certificate \(KAFKA_SSL_CERT, KAFKA_SSL_KEY\)/);
});
