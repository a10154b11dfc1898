import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerAll } from '../../../schemas/registry.ts';
import { accessRights, principals, type TopicName } from '../../../topology/graph/index.ts';
import { listOffsets, LogWriter, readRange } from '../../../topology/log/index.ts';
import { MINUTE } from '../../../twin/config.ts';
import { sharedRegistry } from '../support/stack.ts';
import { command, type Environment } from '../twin/fleet.ts';
import { TestTwin } from '../twin/twin.ts';
import { KEYS, VastEndpoint } from '../vast/sink/endpoint.ts';
import type { MountedSecrets } from './mounted-secrets.ts';
import { progressOf, Running } from './running.ts';
import { startSecureStack, type SecureKafka, type SecureStack } from './secure-kafka.ts';

export const START = Date.parse('2026-03-02T16:30:00Z');
/** Event time of a tick; at `SPEED` there are four in a second. */
export const TICK_MS = MINUTE / 2;
const SPEED = 120;
const SUBSCRIBERS = 2_000;
const PARTITIONS = 2;
const POLL_MS = 50;

/** A small twin on a secure broker: every processor logs in as a principal of its own that has the generated rights. */
export class SecureTwin {
  readonly kafka: SecureKafka;
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  /** What the topics hold, read by the administrator, and what they should hold. */
  readonly content: TestTwin;
  readonly vast: VastEndpoint;
  readonly secrets: MountedSecrets;
  readonly #stack: SecureStack;
  readonly #env: Environment;
  readonly #running = new Map<string, Running>();

  private constructor(stack: SecureStack, vast: VastEndpoint, env: Environment, content: TestTwin, schemaIds: ReadonlyMap<TopicName, number>) {
    this.#stack = stack;
    this.vast = vast;
    this.secrets = stack.secrets;
    this.#env = env;
    this.kafka = stack.kafka;
    this.content = content;
    this.schemaIds = schemaIds;
  }

  /** Creates topics, schemas and subscribers by the jobs themselves, each with its own rights. */
  static async create(prefix: string, properties: Readonly<Record<string, string | number>> = {}): Promise<SecureTwin> {
    const [stack, vast, registry] = await Promise.all([startSecureStack(properties), VastEndpoint.start(), sharedRegistry()]);
    const authority = stack.secrets.put('authority', { 'ca.crt': await readFile(stack.ca.cert, 'utf8') });
    const keys = stack.secrets.put('vast', { 'access-key': KEYS.VAST_ACCESS_KEY, 'secret-key': KEYS.VAST_SECRET_KEY });
    const env = {
      VAST_ACCESS_KEY_FILE: `${keys}/access-key`, VAST_SECRET_KEY_FILE: `${keys}/secret-key`, VAST_BUCKET: KEYS.VAST_BUCKET,
      VAST_ENDPOINT: vast.url, VAST_SCHEMA: 'telco', SCHEMA_REGISTRY_URL: registry, TWIN_PREFIX: prefix,
      KAFKA_BROKERS: stack.kafka.sasl, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SSL_CA: `${authority}/ca.crt`,
      CLOCK_START: new Date(START).toISOString(), CLOCK_SPEED: String(SPEED), CLOCK_BACKFILL_TICK_MS: String(TICK_MS), CLOCK_MAX_LEAD_TICKS: '32',
      COMMIT_INTERVAL_MS: '100', GROUP_SESSION_TIMEOUT_MS: '10000', API_PORT: '0', SUBSCRIBER_DB_PORT: '0',
      SUBSCRIBER_DB_DIR: `${stack.kafka.folder}/subscriber-db`,
    };
    for (const principal of principals()) {
      await stack.kafka.setPassword(principal, `${principal}-password`);
      stack.secrets.put(principal, { password: `${principal}-password` });
    }
    await stack.kafka.grant(accessRights({ prefix }));
    const content = await TestTwin.attach(
      env, { subscribers: SUBSCRIBERS, partitions: PARTITIONS, seed: 11 }, { bootstrap: [stack.kafka.server.bootstrapServers] });
    const subjects = await registerAll({ url: registry }, prefix);
    const twin = new SecureTwin(stack, vast, env, content, new Map(subjects.map(({ topic, id }) => [topic, id])));
    await command(twin.envOf('schema-registration'), 'topics', 'create', '--partitions', String(PARTITIONS), '--start', env.CLOCK_START);
    await command(twin.envOf('seeder'), 'seed', '--subscribers', String(SUBSCRIBERS), '--seed', '11');
    return twin;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.stop()));
    await this.content.close();
    await this.vast.close();
    await this.#stack.close();
  }

  async start(name: string, more: Environment = {}): Promise<Running> {
    const running = await Running.start(name, { ...this.envOf(name), ...more });
    this.#running.set(name, running);
    return running;
  }

  async stop(name: string): Promise<void> {
    await this.#running.get(name)?.stop();
    this.#running.delete(name);
  }

  runs(name: string): boolean {
    return this.#running.has(name);
  }

  /** Processors that commit offsets as time goes on, but for this one and the injector. */
  others(name: string): string[] {
    return [...this.#running.keys()].filter((other) => other !== name && other !== 'scenario-injector' && other !== 'subscriber-db');
  }

  /** Those that have ended by themselves, the injector aside. */
  ended(): string[] {
    return [...this.#running.values()].filter(({ name, failure }) => name !== 'scenario-injector' && failure !== null).map(({ name }) => name);
  }

  async allReady(): Promise<void> {
    for (const running of this.#running.values()) await running.ready();
  }

  async progress(processors: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { prefix } = this.content.names;
    return new Map(await Promise.all(processors.map(async (name) => [name, await progressOf(this.kafka.admin, prefix, name)] as const)));
  }

  /** Resolves when each of them has got further. @throws why one has ended instead */
  async progressed(processors: readonly string[], before: ReadonlyMap<string, number>): Promise<void> {
    for (;;) {
      for (const name of processors) {
        const failure = this.#running.get(name)?.failure;
        if (failure !== null && failure !== undefined) throw failure;
      }
      const now = await this.progress(processors);
      if (processors.every((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0))) return;
      await sleep(POLL_MS);
    }
  }

  /** Waits until generators have committed all ticks there are. @returns event time at which the last one ends */
  async caughtUp(processors: readonly string[]): Promise<number> {
    await this.content.awaitTicks(processors, -Infinity);
    return (await this.content.ticked()).to;
  }

  /** As any client of the administrator's: one record with these bytes. */
  async append(topic: TopicName, partition: number, value: Buffer): Promise<void> {
    const writer = await LogWriter.open(this.kafka.admin, { compression: 'none' });
    writer.append(this.content.names.topic(topic), partition, START, Buffer.from('poison'), value, 0, value.length);
    await writer.flush();
    await writer.close();
  }

  async appendAborted(topic: TopicName): Promise<void> {
    const writer = await LogWriter.open(this.kafka.admin, { transactionalId: 'a-task-that-died' });
    for (let partition = 0; partition < PARTITIONS; partition++) {
      writer.append(this.content.names.topic(topic), partition, START, null, Buffer.from('aborted'));
    }
    await writer.flush();
    await writer.abort();
    await writer.close();
  }

  /** Writes the newest tick of a partition again: a record that generators must put aside. */
  async repeatTick(): Promise<void> {
    const place = { topic: this.content.names.topic('sim_ticks'), partition: 0 };
    const [{ offset: end }] = await listOffsets(this.kafka.admin, [place], 'latest', 'read_committed');
    let tick = Buffer.alloc(0);
    await readRange(this.kafka.admin, place.topic, 0, Math.max(0, end - 8), end, (_offset, _time, bytes, _ks, _ke, from, to) => {
      tick = Buffer.from(bytes.subarray(from, to));
    });
    await this.append('sim_ticks', 0, tick);
  }

  /** Committed values of a partition, as hex, without what a test put there to be put aside. */
  async committed(topic: TopicName, partition: number): Promise<string[]> {
    return this.content.content(topic, partition, (value) => value[0] === 0);
  }

  someCell(): string {
    return String(this.content.memory.world.network.cellId[0]);
  }

  envOf(principal: string): Environment {
    return { ...this.#env, KAFKA_SASL_USERNAME: principal, KAFKA_SASL_PASSWORD_FILE: `${this.secrets.at(principal)}/password` };
  }
}
