/** Where the examples find the twin: the same variables as telco-twin itself, with the addresses of `npm start` as defaults. */
export interface Servers {
  /** `host:port` of at least one broker. */
  readonly brokers: string[];
  /** Confluent API of the schema registry. */
  readonly registryUrl: string;
  /** Beginning of the twin's topic names; mostly none. */
  readonly prefix: string;
}

export function serversFromEnv(env: NodeJS.ProcessEnv = process.env): Servers {
  return {
    brokers: (env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
    registryUrl: env.SCHEMA_REGISTRY_URL ?? 'http://127.0.0.1:8081/apis/ccompat/v7',
    prefix: env.TWIN_PREFIX ?? '',
  };
}
