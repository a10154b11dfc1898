/**
 * Streams of the twin with kafkajs and a schema registry client: committed records, as JSON lines.
 *   npx node examples/consume/kafkajs.ts [topic …]     cdrs by default; Ctrl-C ends it
 */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';
import '../lz4.ts';
import { program } from '../program.ts';
import { serversFromEnv, type Servers } from '../servers.ts';

export interface ConsumedRecord {
  /** Without the twin's prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** The Avro record, decoded. */
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Consuming {
  readonly stop: () => Promise<void>;
}

/** Reads from the first record on. What fails in decoding or in `each` is logged by kafkajs, and tried again. */
export async function consume(
  { brokers, registryUrl, prefix }: Servers, groupId: string, topics: readonly string[], each: (record: ConsumedRecord) => void,
): Promise<Consuming> {
  const registry = new SchemaRegistry({ host: registryUrl });
  const kafka = new Kafka({ brokers, clientId: 'example', logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId }); // read_committed unless told otherwise
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map((topic) => `${prefix}${topic}`), fromBeginning: true });
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
  await program(() => consume(serversFromEnv(), 'example-kafkajs', topics, ({ value }) => console.log(JSON.stringify(value))));
}
