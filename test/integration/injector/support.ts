import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/ports.ts';
import { readToEnd, readWireValue, wireValue } from '../../../processors/records/index.ts';
import { seed, twinMaker } from '../../../processors/seeder/index.ts';
import type { RecordName, Records } from '../../../schemas/generated/records.generated.ts';
import { registerAll } from '../../../schemas/registry.ts';
import { createTopics } from '../../../topology/admin.ts';
import { defaultSettings, names as namesOf, topicNames, topics, type Names, type TopicName } from '../../../topology/graph/index.ts';
import { Admin, Cluster, decodeHeaders, defaultProfile, GroupMember, LogWriter, type BrokerProfile } from '../../../topology/log/index.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';

export const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'cli', 'telco-twin.ts');
const POLL_MS = 50;

/** A dead letter as a test looks at it. */
export interface DeadLetter {
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A small twin of its own prefix on the shared broker and registry. */
export class TestTwin {
  readonly broker: string;
  readonly registry: string;
  readonly cluster: Cluster;
  readonly admin: Admin;
  readonly names: Names;
  readonly partitions: number;
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  readonly #children = new Set<ChildProcess>();

  private constructor(broker: string, registry: string, cluster: Cluster, names: Names, partitions: number, ids: ReadonlyMap<TopicName, number>) {
    this.broker = broker;
    this.registry = registry;
    this.cluster = cluster;
    this.admin = new Admin(cluster);
    this.names = names;
    this.partitions = partitions;
    this.schemaIds = ids;
  }

  /** @param own address of a broker of the test's own, instead of the shared one, and what kind it is. */
  static async create(partitions: number, own?: string, profile: BrokerProfile = defaultProfile): Promise<TestTwin> {
    const [broker, registry] = [own ?? await sharedKafka(), await sharedRegistry()];
    const cluster = await Cluster.connect({ bootstrap: [broker], profile });
    const prefix = uniquePrefix();
    // These twins start at any time in the past, and their records are to be there when they are looked at.
    await createTopics(cluster, prefix, { ...defaultSettings, partitions, backfillMs: Date.now() });
    const subjects = await registerAll({ url: registry }, prefix);
    return new TestTwin(broker, registry, cluster, namesOf(prefix), partitions, new Map(subjects.map(({ topic, id }) => [topic, id])));
  }

  async seed(subscribers: number): Promise<void> {
    await seed({
      cluster: this.cluster, names: this.names, request: { subscribers }, maker: twinMaker(),
      schemaIds: { subscriberState: this.schemaIds.get('subscriber_state')!, networkState: this.schemaIds.get('network_state')! },
    });
  }

  /** Stops what is still running, and removes the topics. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.admin.deleteTopics(topicNames.map((topic) => this.names.topic(topic)));
    await this.cluster.close();
  }

  /** Starts `telco-twin run scenario-injector` as a process. It waits for no generators unless told to. */
  async startInjector(env: Readonly<Record<string, string>> = {}): Promise<Injector> {
    const apiPort = await freePort();
    const child = spawn(process.execPath, [PROGRAM, 'run', 'scenario-injector'], {
      env: {
        ...process.env, KAFKA_BROKERS: this.broker, KAFKA_PROFILE: this.cluster.profile.name, SCHEMA_REGISTRY_URL: this.registry, TWIN_PREFIX: this.names.prefix,
        HTTP_PORT: '0', API_PORT: String(apiPort), CLOCK_GROUPS: '', GROUP_SESSION_TIMEOUT_MS: '6000', ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    return new Injector(child, `http://127.0.0.1:${apiPort}`);
  }

  /** Appends records to `scenario_events` as any client might, in one batch. */
  async control(records: readonly { readonly key: string | null; readonly value: Buffer | null }[]): Promise<void> {
    const writer = await LogWriter.open(this.cluster, { compression: 'none', maxBatchBytes: 7 << 20 });
    for (const { key, value } of records) {
      writer.append(this.names.topic('scenario_events'), 0, Date.now(), key === null ? null : Buffer.from(key), value);
    }
    await writer.flush();
    await writer.close();
  }

  value<Name extends RecordName>(topic: TopicName, record: Name, value: Records[Name]): Buffer {
    return wireValue(this.schemaIds.get(topic)!, record, value);
  }

  /** All committed values of a partition. */
  async read<Name extends RecordName>(topic: TopicName, record: Name, partition = 0): Promise<Records[Name][]> {
    const found: Records[Name][] = [];
    await readToEnd(this.cluster, this.names.topic(topic), partition, (_offset, _time, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      found.push(readWireValue(record, bytes, valueStart, valueEnd));
    });
    return found;
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    const count = topics.dead_letters.partitions === 'twin' ? this.partitions : 1;
    for (let partition = 0; partition < count; partition++) {
      await readToEnd(this.cluster, this.names.topic('dead_letters'), partition, (_offset, _time, bytes, keyStart, keyEnd, valueStart, valueEnd, headersStart) => {
        found.push({
          partition,
          key: keyStart < 0 ? null : bytes.toString('utf8', keyStart, keyEnd),
          value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd)),
          headers: Object.fromEntries(decodeHeaders(bytes, headersStart).map(({ key, value }) => [key, Buffer.from(value ?? []).toString()])),
        });
      });
    }
    return found;
  }

  /** Waits until the clock has passed an event time. */
  async ticked(until: number): Promise<void> {
    await eventually(async () => {
      const ticks = await this.read('sim_ticks', 'Tick');
      return (ticks.at(-1)?.to ?? 0) >= until;
    });
  }
}

/** A running scenario-injector. */
export class Injector {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #log = '';

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#exit = once(child, 'exit').then(([code]) => code as number | null);
    child.stdout?.on('data', (chunk: Buffer) => { this.#log += chunk.toString(); });
    child.stderr?.on('data', (chunk: Buffer) => { this.#log += chunk.toString(); });
  }

  get log(): string {
    return this.#log;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Exit code after SIGTERM. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return await this.#exit;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** Waits for a line of the log. */
  async said(text: string): Promise<void> {
    await eventually(() => {
      if (!this.#log.includes(text) && !this.running) throw new Error(`the injector ended without saying "${text}":\n${this.#log}`);
      return this.#log.includes(text);
    });
  }
}

/** A group that stands in for a generator: it does ticks when told to, by committing the offsets behind them. */
export class TickGroup {
  readonly #twin: TestTwin;
  readonly #member: GroupMember;

  private constructor(twin: TestTwin, member: GroupMember) {
    this.#twin = twin;
    this.#member = member;
  }

  static async join(twin: TestTwin, processor: string): Promise<TickGroup> {
    const member = new GroupMember(twin.cluster, {
      groupId: twin.names.group(processor), topics: [twin.names.topic('sim_ticks')],
      onAssigned: () => undefined, onRevoking: () => Promise.resolve(), onLost: () => undefined, onError: () => undefined,
    });
    await member.join();
    return new TickGroup(twin, member);
  }

  /** Commits the first `count` ticks of every partition. */
  async commit(count: number): Promise<void> {
    const topic = this.#twin.names.topic('sim_ticks');
    for (let partition = 0; partition < this.#twin.partitions; partition++) {
      const offsets: number[] = [];
      await readToEnd(this.#twin.cluster, topic, partition, (offset) => { offsets.push(offset); });
      const last = offsets.at(Math.min(count, offsets.length) - 1);
      if (last !== undefined) await this.#member.commitOffsets([{ topic, partition, offset: last + 1 }]);
    }
  }

  async leave(): Promise<void> {
    await this.#member.leave();
  }
}

/** Waits for a condition; the test's own time-out ends it when it never comes. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(POLL_MS);
}
