/**
 * Starts or stops the outage of a cell by a record on the control topic, with Confluent's client (npm run install:native).
 *   npx node examples/control/confluent.ts demo START 25699851
 *   npx node examples/control/confluent.ts demo STOP 25699851
 */
import { confluentClient } from '../confluent-client.ts';
import { program } from '../program.ts';
import { serversFromEnv, type Servers } from '../servers.ts';
import { cellOutageFromArguments, encodeCellOutage, type CellOutage } from './control-event.ts';

/** @throws Error when the client is not installed. */
export async function sendCellOutage(servers: Servers, outage: CellOutage): Promise<void> {
  const { Kafka } = await confluentClient();
  const value = await encodeCellOutage(servers, outage);
  const producer = new Kafka({ 'bootstrap.servers': servers.brokers.join(','), log_level: 3 }).producer({ 'enable.idempotence': true });
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
