/**
 * Starts or stops the outage of a cell by a record on the control topic, with kafkajs.
 *   npx node examples/control/kafkajs.ts demo START 25699851
 *   npx node examples/control/kafkajs.ts demo STOP 25699851
 */
import { Kafka, logLevel } from 'kafkajs';
import { program } from '../program.ts';
import { serversFromEnv, type Servers } from '../servers.ts';
import { cellOutageFromArguments, encodeCellOutage, type CellOutage } from './control-event.ts';

export async function sendCellOutage(servers: Servers, outage: CellOutage): Promise<void> {
  const value = await encodeCellOutage(servers, outage);
  const kafka = new Kafka({ brokers: servers.brokers, clientId: 'example', logLevel: logLevel.ERROR });
  const producer = kafka.producer();
  await producer.connect();
  try {
    await producer.send({ topic: `${servers.prefix}scenario_events`, messages: [{ key: outage.scenarioId, value }] });
  } finally {
    await producer.disconnect();
  }
}

if (import.meta.main) {
  await program(async () => {
    await sendCellOutage(serversFromEnv(), cellOutageFromArguments(process.argv.slice(2)));
    return undefined;
  });
}
