import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaTool, sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';

describe('the servers that test files share', () => {
  const topic = `${uniquePrefix()}greetings`;
  let brokers: string;
  let kafka: Kafka;

  beforeAll(async () => {
    brokers = await sharedKafka();
    kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.ERROR });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
  });

  afterAll(async () => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  });

  it('are the same servers for every caller', async () => {
    expect(await sharedKafka()).toBe(brokers);
    expect(await sharedRegistry()).toBe(await sharedRegistry());
  });

  it("let Kafka's own console consumer read what kafkajs wrote", async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'a', value: 'hello' }, { key: 'b', value: 'world' }] });
    await producer.disconnect();

    const { stdout } = await javaTool([
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      '--bootstrap-server', brokers, '--topic', topic, '--from-beginning', '--max-messages', '2',
    ]);

    expect(stdout.trim().split('\n')).toEqual(['hello', 'world']);
  });

  it("run Kafka's producer performance tool", async () => {
    const { stdout } = await javaTool([
      'org.apache.kafka.tools.ProducerPerformance',
      '--topic', topic, '--num-records', '1000', '--record-size', '100', '--throughput', '-1',
      '--bootstrap-server', brokers,
    ]);

    expect(stdout).toMatch(/^1000 records sent/m);
  });

  it('answer in Confluent’s API', async () => {
    const response = await fetch(`${await sharedRegistry()}/subjects`);
    expect(await response.json()).toBeInstanceOf(Array);
  });
});
