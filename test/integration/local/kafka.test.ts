import { Kafka, logLevel } from 'kafkajs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { javaTool, startKafka, type Owned } from '../support/stack.ts';
import type { KafkaServer } from '../../../deploy/local/kafka.ts';

describe('KafkaServer', { timeout: 240_000 }, () => {
  let server: Owned<KafkaServer> | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('keeps its address and its records over a clean restart and over SIGKILL', async () => {
    server = await startKafka();
    const address = server.bootstrapServers;
    await produce(address, 'kept', 'first');

    await server.restart();
    expect(server.bootstrapServers).toBe(address);
    await produce(address, 'kept', 'second');

    await server.kill();
    await server.start();
    expect(server.bootstrapServers).toBe(address);
    expect(await consume(address, 'kept', 2)).toEqual(['first', 'second']);
  });

  it("serves clients on a port that was its controller's, as when --kafka-port changes between runs", async () => {
    const port = await freePort();
    const dataDir = await mkdtemp(join(tmpdir(), 'telco-twin-kafka-'));
    try {
      await writeFile(join(dataDir, 'server.properties'), `controller.quorum.voters=1@127.0.0.1:${port}\n`);
      server = await startKafka({ dataDir, port });
      expect(server.bootstrapServers).toBe(`127.0.0.1:${port}`);
    } finally {
      await server?.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('does not create topics by itself', async () => {
    server = await startKafka();
    const kafka = new Kafka({ brokers: [server.bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const producer = kafka.producer({ allowAutoTopicCreation: true, retry: { retries: 0 } });
    await producer.connect();
    await expect(producer.send({ topic: 'typo', messages: [{ value: 'x' }] })).rejects.toThrow(/does not host this topic-partition/);
    await producer.disconnect();
  });

  it('can be formatted for classic transactions', async () => {
    server = await startKafka({ transactionVersion: 1 });
    const { stdout } = await javaTool(['org.apache.kafka.tools.FeatureCommand', '--bootstrap-server', server.bootstrapServers, 'describe']);
    expect(stdout).toMatch(/Feature: transaction\.version\s.*FinalizedVersionLevel: 1\s/);
  });

  it('asks for a password when it has users', async () => {
    server = await startKafka({ saslUsers: { admin: 'admin-secret', alice: 'alice-secret' } });
    const connect = async (password: string): Promise<void> => {
      const admin = new Kafka({
        brokers: [server!.bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 0 },
        sasl: { mechanism: 'plain', username: 'alice', password },
      }).admin();
      try {
        await admin.connect();
        await admin.listTopics();
      } finally {
        await admin.disconnect();
      }
    };

    await connect('alice-secret');
    await expect(connect('wrong')).rejects.toThrow(/SASL PLAIN authentication failed/);
  });

  it('that cannot start shows the end of its log', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'telco-twin-kafka-'));
    try {
      await expect(startKafka({ dataDir, properties: { 'num.io.threads': 0 } })).rejects.toThrow(/num\.io\.threads/);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

async function produce(address: string, topic: string, value: string): Promise<void> {
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
}

async function consume(address: string, topic: string, count: number): Promise<string[]> {
  const { stdout } = await javaTool([
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    '--bootstrap-server', address, '--topic', topic, '--from-beginning', '--max-messages', String(count),
  ]);
  return stdout.trim().split('\n');
}
