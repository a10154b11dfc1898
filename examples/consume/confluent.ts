/**
 * Streams of the twin with Confluent's client (librdkafka) and a schema registry client: committed records, as JSON lines.
 *   npm run install:native                               once
 *   npx node examples/consume/confluent.ts [topic …]     cdrs by default; Ctrl-C ends it
 */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { confluentClient } from '../confluent-client.ts';
import { program } from '../program.ts';
import { serversFromEnv, type Servers } from '../servers.ts';
import type { ConsumedRecord, Consuming } from './kafkajs.ts';

/** Reads from the first record on. @throws Error when the client is not installed. */
export async function consume(
  { brokers, registryUrl, prefix }: Servers, groupId: string, topics: readonly string[], each: (record: ConsumedRecord) => void,
): Promise<Consuming> {
  const { Kafka } = await confluentClient();
  const registry = new SchemaRegistry({ host: registryUrl });
  const consumer = new Kafka({ 'bootstrap.servers': brokers.join(','), log_level: 3 }).consumer({
    'group.id': groupId, 'isolation.level': 'read_committed', 'auto.offset.reset': 'earliest',
  });
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map((topic) => `${prefix}${topic}`) });
  await consumer.run({
    eachMessage: async ({ topic, partition, message: { offset, key, value } }) => {
      if (value === null) return; // a tombstone
      const record = (await registry.decode(value)) as Record<string, unknown>;
      each({ topic: topic.slice(prefix.length), partition, offset: Number(offset), key: key?.toString() ?? null, value: record });
    },
  });
  return { stop: () => consumer.disconnect() };
}

if (import.meta.main) {
  const topics = process.argv.length > 2 ? process.argv.slice(2) : ['cdrs'];
  await program(() => consume(serversFromEnv(), 'example-confluent', topics, ({ value }) => console.log(JSON.stringify(value))));
}
