import { KAFKA, REGISTRY, resolveDistribution } from '../../deploy/local/cache.ts';
import type { GuardedChild } from '../../deploy/local/child.ts';
import type { Java } from '../../deploy/local/java.ts';
import { KafkaServer } from '../../deploy/local/kafka.ts';
import { requirePort } from '../../deploy/local/ports.ts';
import { checkPrerequisites } from '../../deploy/local/prerequisites.ts';
import { SchemaRegistry } from '../../deploy/local/registry.ts';
import type { Progress } from './progress.ts';
import type { TwinFolder } from './settings.ts';
import { Supervised } from './supervised.ts';
import { LocalVast, vastEnvironment } from './vast.ts';

export interface Ports {
  readonly kafka: number;
  readonly registry: number;
  readonly api: number;
  readonly vast: number;
  readonly store: number;
}

/** Where the servers are, and what of them this `up` has started. */
export interface Servers {
  readonly brokers: string;
  readonly registryUrl: string;
  /** Where VAST is and how to log in, as the sink reads it; null without VAST. */
  readonly vast: NodeJS.ProcessEnv | null;
  /** In the order of their start. */
  readonly own: readonly Supervised[];
}

/**
 * What the servers need of this machine, before anything is started or deleted for them.
 * @returns the Java to run them with; undefined when those that need one run already
 * @throws LocalStackError that says what is missing, or which port is in use
 */
export async function checkMachine(ports: Ports, withVast: boolean, env: NodeJS.ProcessEnv): Promise<Java | undefined> {
  const java = env.KAFKA_BROKERS && env.SCHEMA_REGISTRY_URL ? undefined : await checkPrerequisites();
  if (!env.KAFKA_BROKERS) await requirePort(ports.kafka, 'Kafka', '--kafka-port');
  if (!env.SCHEMA_REGISTRY_URL) await requirePort(ports.registry, 'the schema registry', '--registry-port');
  await requirePort(ports.api, "the scenario-injector's API", '--api-port');
  await requirePort(ports.store, "subscriber-db's look-ups", '--store-port');
  if (withVast && !env.VAST_ENDPOINT) await requirePort(ports.vast, 'the local VAST endpoint', '--vast-port');
  return java;
}

/**
 * The broker, the registry and VAST: those that KAFKA_BROKERS, SCHEMA_REGISTRY_URL and VAST_ENDPOINT name, else local ones. Each
 * server is handed to `started` as soon as it exists, so that it is stopped whatever fails later.
 * @param java as `checkMachine` found it
 * @param withVast false: no VAST at all
 */
export async function startServers(
  folder: TwinFolder, java: Java | undefined, ports: Ports, withVast: boolean, env: NodeJS.ProcessEnv, progress: Progress, signal: AbortSignal,
  started: (server: Supervised) => void,
): Promise<Servers> {
  const own: Supervised[] = [];
  const launch = async (name: string, server: Server, address: () => string): Promise<void> => {
    signal.throwIfAborted();
    progress.step(`starting ${name}`);
    const supervised = new Supervised(name, () => startOf(server));
    own.push(supervised);
    started(supervised);
    await supervised.run();
    if (supervised.state !== 'RUNNING') throw new Error(supervised.reason);
    progress.done(`${name} ${address()}`);
  };

  let brokers = env.KAFKA_BROKERS;
  let registryUrl = env.SCHEMA_REGISTRY_URL;
  if (!brokers) {
    const jars = await distribution(KAFKA, java!, progress);
    const kafka = new KafkaServer({ java: java!, jars, dataDir: folder.file('kafka'), port: ports.kafka, logFile: folder.file('logs', 'kafka.log') });
    await launch('Kafka', kafka, () => kafka.bootstrapServers);
    brokers = kafka.bootstrapServers;
  }
  if (!registryUrl) {
    const app = await distribution(REGISTRY, java!, progress);
    const registry = new SchemaRegistry({ java: java!, app, dataDir: folder.file('registry'), port: ports.registry, logFile: folder.file('logs', 'registry.log') });
    await launch('schema registry', registry, () => registry.url);
    registryUrl = registry.url;
  }
  if (!withVast || env.VAST_ENDPOINT) return { brokers, registryUrl, vast: withVast ? {} : null, own };
  const vast = new LocalVast({ dataDir: folder.file('vastdb'), port: ports.vast, env, logFile: folder.file('logs', 'vastdb.log') });
  await launch('local VAST endpoint', vast, () => vast.url);
  return { brokers, registryUrl, vast: vastEnvironment(env, vast.url), own };
}

/** Something to start, in a process of its own. */
interface Server {
  start(): Promise<void>;
  readonly process: GuardedChild | undefined;
}

async function startOf(server: Server): Promise<GuardedChild> {
  await server.start();
  return server.process!;
}

async function distribution(which: typeof KAFKA, java: Java, progress: Progress): Promise<string> {
  return await resolveDistribution(which, java.home, ({ files, file }) => {
    progress.step(`fetching ${which.name} (once)`, `${files} files, ${file}`);
  });
}
