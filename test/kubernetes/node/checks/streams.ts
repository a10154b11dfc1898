import assert from 'node:assert/strict';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';
import '../../../../examples/lz4.ts';
import { STREAMS } from '../../../integration/twin/twin.ts';
import { serviceHost } from '../deployment.ts';
import type { NodeContext } from './context.ts';

const TIMEOUT_MS = 600_000;
/** How many records of each stream are enough to say that it flows; customers call the hotline rarely. */
const ENOUGH = 3;

/** A consumer that knows nothing of the project: kafkajs and the registry's client, read committed. */
export async function checkStreams({ deployment, report }: NodeContext): Promise<void> {
  await report.check('every stream flows and can be decoded by the schemas in the registry', async () => {
    const { bootstrap, tls, sasl } = deployment.kafka;
    const registry = new SchemaRegistry({ host: `http://${serviceHost('schema-registry')}:8080/apis/ccompat/v7` });
    const kafka = new Kafka({
      brokers: [...bootstrap], clientId: 'checks', logLevel: logLevel.ERROR, ssl: { ca: [tls!.ca!] },
      sasl: { mechanism: 'scram-sha-512', username: sasl!.username, password: sasl!.password },
    });
    const consumer = kafka.consumer({ groupId: 'checks' });
    const counts = new Map<string, number>(STREAMS.map((stream) => [stream, 0]));
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(() => { enough.reject(new Error(`after ${TIMEOUT_MS / 1000} s only ${JSON.stringify(Object.fromEntries(counts))}`)); }, TIMEOUT_MS);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...STREAMS], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ topic, message: { value } }) => {
          try {
            const record = (await registry.decode(value!)) as { event_id: string };
            assert.match(record.event_id, /^\w/);
          } catch (error) {
            enough.reject(error);
          }
          counts.set(topic, counts.get(topic)! + 1);
          if ([...counts.values()].every((count) => count >= ENOUGH)) enough.resolve();
        },
      });
      await enough.promise;
    } finally {
      clearTimeout(timer);
      await consumer.disconnect();
    }
    return [...counts].map(([stream, count]) => `${stream} ${count}`).join(', ');
  });
}
