import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KAFKA, REGISTRY, resolveDistribution } from '../../../../deploy/local/cache.ts';
import { GuardedChild } from '../../../../deploy/local/child.ts';
import { LocalStackError } from '../../../../deploy/local/errors.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import { checkPrerequisites } from '../../../../deploy/local/prerequisites.ts';
import { waitUntilReady } from '../../../../deploy/local/ready.ts';
import type { SchemaRegistry } from '../../../../deploy/local/registry.ts';
import { names } from '../../../../topology/graph/index.ts';
import { Admin, listOffsets } from '../../../../topology/log/index.ts';
import { startSecureStack, type Grant, type SecureStack } from '../../../integration/security/secure-kafka.ts';
import { startRegistry, type Owned } from '../../../integration/support/stack.ts';
import { command, type Environment } from '../../../integration/twin/fleet.ts';
import { Unavailable } from '../../bed/unavailable.ts';
import type { KafkaResources, KafkaUserResource } from '../../node/strimzi/resources.ts';

const PROGRAM = join(import.meta.dirname, '../../../../cli/telco-twin.ts');
const SUBSCRIBERS = 2_000;
const READY_MS = 120_000;
const STOP_MS = 30_000;
const TICKS = 'sim_ticks';
const NAMING = names('');

/**
 * A small live twin on a real broker with TLS, SCRAM, the users of a tree and exactly their rights. Its processors run with the
 * settings that they have by default.
 */
export class LiveTwin {
  readonly partitions: number;
  readonly #stack: SecureStack;
  readonly #registry: Owned<SchemaRegistry>;
  readonly #passwords: ReadonlyMap<string, string>;
  readonly #processes = new Map<string, GuardedChild>();

  private constructor(stack: SecureStack, registry: Owned<SchemaRegistry>, passwords: ReadonlyMap<string, string>, partitions: number) {
    this.#stack = stack;
    this.#registry = registry;
    this.#passwords = passwords;
    this.partitions = partitions;
  }

  /**
   * Resolves when the subscribers are seeded; no processor runs yet.
   * @param workspace folder for data and logs
   * @throws Unavailable when Kafka or the registry can't be had here
   */
  static async create({ users, topics }: KafkaResources, workspace: string): Promise<LiveTwin> {
    const partitions = topics.find(({ metadata, spec }) => (spec.topicName ?? metadata.name) === TICKS)?.spec.partitions;
    if (partitions === undefined) throw new Error(`the tree has no KafkaTopic ${TICKS}`);
    await requireDistributions();
    const [stack, registry] = await Promise.all([startSecureStack({}, workspace), startRegistry({ dataDir: join(workspace, 'registry') })]);
    const passwords = new Map(users.map(({ metadata }) => [metadata.name, randomBytes(16).toString('hex')]));
    const twin = new LiveTwin(stack, registry, passwords, partitions);
    try {
      await twin.#create(users);
      return twin;
    } catch (error) {
      await twin.close();
      throw error;
    }
  }

  /** `host:port` of the listener with TLS and SCRAM. */
  get bootstrapServers(): string {
    return this.#stack.kafka.sasl;
  }

  /** PEM of the authority that signs the broker's certificate. */
  async authority(): Promise<string> {
    return await readFile(this.#stack.ca.cert, 'utf8');
  }

  /** @throws Error when the tree has no such user */
  passwordOf(user: string): string {
    const password = this.#passwords.get(user);
    if (password === undefined) throw new Error(`the tree has no KafkaUser ${user}`);
    return password;
  }

  /** Starts a processor as a process of its own; resolves when it is ready. */
  async start(name: string, settings: Environment = {}): Promise<void> {
    const port = await freePort();
    const child = await GuardedChild.spawn({
      name, command: process.execPath, args: [PROGRAM, 'run', name], logFile: join(this.#stack.kafka.folder, `${name}.log`),
      env: { ...process.env, ...this.#envOf(name), HTTP_PORT: String(port), API_PORT: '0', ...settings },
    });
    this.#processes.set(name, child);
    await waitUntilReady(child, READY_MS, async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok ?? false);
  }

  async stop(name: string): Promise<void> {
    await this.#processes.get(name)?.stop(STOP_MS);
    this.#processes.delete(name);
  }

  /** @throws Error that names a processor which has ended by itself */
  requireProcesses(): void {
    const ended = [...this.#processes.values()].find((child) => !child.running);
    if (ended !== undefined) throw new Error(`${ended.name} has ended; its log: ${ended.logFile}`);
  }

  /** Offsets between what a processor's group has committed on the ticks and their ends, by partition. */
  async lagOf(processor: string): Promise<readonly number[]> {
    const { admin: cluster } = this.#stack.kafka;
    const topic = NAMING.topic(TICKS);
    const committed = new Map((await new Admin(cluster).committedOffsets(NAMING.group(processor)))
      .filter((place) => place.topic === topic).map(({ partition, offset }) => [partition, offset]));
    const places = Array.from({ length: this.partitions }, (_, partition) => ({ topic, partition }));
    const ends = await listOffsets(cluster, places, 'latest', 'read_uncommitted');
    return ends.map(({ partition, offset }) => offset - Math.max(0, committed.get(partition) ?? 0));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes.keys()].map((name) => this.stop(name)));
    await this.#registry.close();
    await this.#stack.close();
  }

  async #create(users: readonly KafkaUserResource[]): Promise<void> {
    const { kafka, secrets } = this.#stack;
    for (const [user, password] of this.#passwords) {
      await kafka.setPassword(user, password);
      secrets.put(user, { password });
    }
    await kafka.grant(users.flatMap(rightsOf));
    // The administrator's, who stands for Strimzi's topic operator: no user of the tree may create topics.
    await command({ KAFKA_BROKERS: kafka.server.bootstrapServers }, 'topics', 'create', '--partitions', String(this.partitions));
    await command(this.#envOf('schema-registration'), 'schemas', 'register');
    await command(this.#envOf('seeder'), 'seed', '--subscribers', String(SUBSCRIBERS));
  }

  #envOf(user: string): Environment {
    const { kafka, ca, secrets } = this.#stack;
    return {
      KAFKA_BROKERS: kafka.sasl, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SSL_CA: ca.cert,
      KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD_FILE: `${secrets.at(user)}/password`, SCHEMA_REGISTRY_URL: this.#registry.url,
    };
  }
}

/** @throws Unavailable with what is missing */
async function requireDistributions(): Promise<void> {
  try {
    const { home } = await checkPrerequisites();
    for (const distribution of [KAFKA, REGISTRY]) await resolveDistribution(distribution, home);
  } catch (error) {
    if (error instanceof LocalStackError) throw new Unavailable(error.message, { cause: error });
    throw error;
  }
}

/** What a KafkaUser may do; Strimzi and Kafka spell it alike. */
function rightsOf({ metadata, spec }: KafkaUserResource): readonly Grant[] {
  return (spec.authorization?.acls ?? []).flatMap(({ resource, operations }) => operations.map((operation) => ({
    principal: metadata.name,
    resource: { patternType: 'literal', ...resource } as Grant['resource'],
    operation: operation as Grant['operation'],
  })));
}
