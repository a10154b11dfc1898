import { clusterOptionsFromEnv, connectWithRetry, RetriableError, type Cluster } from '../topology/log/index.ts';

/**
 * A cluster for a command, waiting while no broker answers; says what it waits for once, and again when that is something else.
 * @throws Error with advice when no broker has answered in time
 */
export async function connectToKafka(env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Cluster> {
  let said = '';
  try {
    return await connectWithRetry(clusterOptionsFromEnv(env), timeoutMs, ({ message }) => {
      if (message !== said) console.error(`waiting for Kafka: ${message}`);
      said = message;
    });
  } catch (error) {
    if (!(error instanceof RetriableError)) throw error;
    throw new Error(`${error.message}: is the twin running? KAFKA_BROKERS names another broker`, { cause: error });
  }
}
