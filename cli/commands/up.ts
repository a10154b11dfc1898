import { InvalidArgumentError, type Command } from 'commander';
import { MAX_SPEED, MIN_SPEED } from '../../processors/scenario-injector/clock/clock-policy.ts';
import { EXIT_FAILURE } from '../errors.ts';
import { instant, integer, port } from '../options.ts';

const HELP = `
Examples:
  $ npm start                                              100,000 subscribers in Ireland, live
  $ npm start -- --subscribers 20000 --start 2026-03-01    history since March, then live
  $ npm start -- --reset --region DE --speed 60            another twin, a minute a second
  $ KAFKA_BROKERS=kafka:9092 SCHEMA_REGISTRY_URL=http://registry:8081 npm start
                                                           on servers that run already
  $ VAST_ENDPOINT=https://vast:443 VAST_ACCESS_KEY=… VAST_SECRET_KEY=… npm start
                                                           landing in a VAST cluster

A second start continues the twin where it stopped. Its data are in --data-dir; --reset deletes them.
Ctrl-C stops everything in order; a second Ctrl-C stops it at once.`;

interface Options {
  readonly subscribers?: number;
  readonly partitions?: number;
  readonly region?: string;
  readonly seed?: number;
  readonly start?: number;
  readonly speed?: number;
  readonly until?: number;
  readonly onGap?: string;
  readonly retentionHours?: number;
  readonly reset?: boolean;
  readonly dataDir: string;
  readonly kafkaPort: number;
  readonly registryPort: number;
  readonly apiPort: number;
  readonly vastPort: number;
  readonly storePort: number;
  readonly vast: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('up')
    .description('a whole twin on this machine: Kafka, schema registry, a local VAST endpoint, all processors, and a live view of them')
    .option('--subscribers <n>', 'subscribers (default: 100000)', integer(1))
    .option('--partitions <n>', 'partitions of the event topics (default: 8)', integer(1, 10_000))
    .option('--region <country>', 'ISO 3166-1 alpha-2 code of the country to live in (default: IE)', region)
    .option('--seed <n>', 'root of all randomness (default: 1)', integer(0, 2 ** 32 - 1))
    .option('--start <time>', 'first simulated instant; at speed 1 a past one means history, then live (ISO 8601; default: now)', instant)
    .option('--speed <n>', 'simulated seconds per second, 0.01 to 10,000 (default: 1, and later what the twin runs at)', speed)
    .option('--until <time>', 'simulated instant at which the clock ends (ISO 8601; default: never)', instant)
    .option('--on-gap <action>', 'what to do about time that passed while the twin was down: backfill, skip or pause', onGap)
    .option('--retention-hours <h>', 'how long events are kept (default: 24, or less where the disk is small)', integer(1))
    .option('--reset', 'delete the data of the twin first')
    .option('--data-dir <folder>', 'where the data and logs of the twin are', '.telco-twin')
    .option('--kafka-port <port>', 'port of the local Kafka', port, 9092)
    .option('--registry-port <port>', 'port of the local schema registry', port, 8081)
    .option('--api-port <port>', "port of the scenario-injector's API", port, 8080)
    .option('--store-port <port>', "port of subscriber-db's look-ups", port, 8082)
    .option('--vast-port <port>', 'port of the local VAST endpoint', port, 9090)
    .option('--no-vast', 'do not land the streams in VAST DB')
    .option('--json', 'show the running twin as JSON lines on stdout')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ kafkaPort, registryPort, apiPort, vastPort, storePort, reset = false, json = false, ...options }: Options): Promise<void> {
  const [{ up }, { watchNpm }] = await Promise.all([import('../up/up.ts'), import('../up/parent.ts')]);
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) {
      console.error('\nStopping at once.');
      // The guards of all children see this process end, and end them.
      process.exit(EXIT_FAILURE);
    }
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const unwatch = watchNpm(stop);
  try {
    await up({ ...options, reset, json, ports: { kafka: kafkaPort, registry: registryPort, api: apiPort, vast: vastPort, store: storePort } }, process.env, stopping.signal);
  } finally {
    unwatch();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  }
}

function region(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text)) throw new InvalidArgumentError('It must be the two-letter code of a country, e.g. IE.');
  return text.toUpperCase();
}

function speed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= MIN_SPEED && value <= MAX_SPEED)) throw new InvalidArgumentError(`It must be a number from ${MIN_SPEED} to ${MAX_SPEED}.`);
  return value;
}

function onGap(text: string): string {
  if (!['backfill', 'skip', 'pause'].includes(text)) throw new InvalidArgumentError('It must be backfill, skip or pause.');
  return text;
}
