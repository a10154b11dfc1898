import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { KAFKA, REGISTRY, resolveDistribution } from '../../../deploy/local/cache.ts';
import { javaOptions, type Java } from '../../../deploy/local/java.ts';
import { KafkaServer, type KafkaOptions } from '../../../deploy/local/kafka.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';
import { SchemaRegistry, type RegistryOptions } from '../../../deploy/local/registry.ts';

/** A server of a test's own. `close` stops it and removes its data. */
export type Owned<T> = T & { readonly close: () => Promise<void> };

let java: Promise<Java> | undefined;

const findJava = (): Promise<Java> => (java ??= checkPrerequisites());

/** Folder with Kafka's jars, fetched once per machine. */
export async function kafkaJars(): Promise<string> {
  return await resolveDistribution(KAFKA, (await findJava()).home);
}

/** Address of the broker that all test files of this run share; started when the first of them asks. */
export async function sharedKafka(): Promise<string> {
  return await ask('kafka');
}

/** Confluent API of the schema registry that all test files of this run share; started when the first of them asks. */
export async function sharedRegistry(): Promise<string> {
  return await ask('registry');
}

/** Prefix for topics, groups and transactional ids, so that tests on the shared broker do not meet: `t1f3a9c02.`. */
export function uniquePrefix(): string {
  return `t${randomUUID().slice(0, 8)}.`;
}

/** A broker of one's own on free ports in a temporary folder: to stop, kill and restart it, or to configure it differently. */
export async function startKafka(options: Partial<Omit<KafkaOptions, 'java' | 'jars'>> = {}): Promise<Owned<KafkaServer>> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'telco-twin-kafka-')));
  const server = new KafkaServer({ heapMb: 256, ...options, java: await findJava(), jars: await kafkaJars(), dataDir });
  return await startOwned(server, dataDir);
}

/** A schema registry of one's own on a free port in a temporary folder. */
export async function startRegistry(options: Partial<Omit<RegistryOptions, 'java' | 'app'>> = {}): Promise<Owned<SchemaRegistry>> {
  const runtime = await findJava();
  const app = await resolveDistribution(REGISTRY, runtime.home);
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'telco-twin-registry-')));
  return await startOwned(new SchemaRegistry({ ...options, java: runtime, app, dataDir }), dataDir);
}

/**
 * Runs one of Kafka's Java tools to its end and returns what it printed.
 * @param args main class and its arguments, e.g. `['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', …]`
 * @throws Error with the tool's output when it exits with another status than 0
 */
export async function javaTool(
  args: readonly string[],
  options: { readonly heapMb?: number; readonly timeoutMs?: number } = {},
): Promise<{ stdout: string; stderr: string }> {
  const runtime = await findJava();
  const classpath = join(await kafkaJars(), '*');
  return await promisify(execFile)(
    runtime.bin,
    [...javaOptions(runtime, options.heapMb ?? 256), `-Dlog4j2.configurationFile=${LOG4J}`, '-cp', classpath, ...args],
    { maxBuffer: 256 * 1024 * 1024, timeout: options.timeoutMs ?? 120_000 },
  );
}

/** Warnings of the tools go to stdout with the broker's configuration, and would mix with what they print. */
const LOG4J = join(import.meta.dirname, 'log4j2-tools.properties');

async function startOwned<T extends KafkaServer | SchemaRegistry>(server: T, dataDir: string): Promise<Owned<T>> {
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  return Object.assign(server, { close });
}

async function ask(server: 'kafka' | 'registry'): Promise<string> {
  const response = await fetch(new URL(server, inject('stackUrl')), { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(`the shared ${server} of this test run could not be started: ${text}`);
  return text;
}
