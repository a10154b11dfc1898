import { registerAll } from '../../../schemas/registry.ts';
import { encodeRecord } from '../../../schemas/codec.ts';
import { frame } from '../../../schemas/wire.ts';
import { createTopics } from '../../../topology/admin.ts';
import { defaultSettings, names as namesOf, type Names, type TopicName } from '../../../topology/graph/index.ts';
import { Cluster, listOffsets, LogWriter, readRange } from '../../../topology/log/index.ts';
import type { Tick, TickMode } from '../../../topology/task/contract.ts';
import { asOf, line, LINES_PER_TICK, MODEL_VERSION, type Version } from './counter.ts';

export interface TickOptions {
  readonly mode?: TickMode;
  readonly modelVersion?: number;
  /** Ticks of these partitions only; all by default. */
  readonly partitions?: readonly number[];
}

/**
 * A twin of its own prefix on a real broker, with a leader small enough to hold in the head: writes state changes and the ticks
 * that name them in one transaction, and remembers all it wrote, so that the expected output can be computed from it.
 */
export class TestTwin {
  readonly names: Names;
  readonly partitions: number;
  readonly broker: string;
  readonly registry: string;
  readonly cluster: Cluster;
  readonly #leader: LogWriter;
  readonly #tickSchema: number;
  readonly #ticks: Tick[][];
  readonly #network: Version[] = [];
  readonly #subscribers: Version[][];
  readonly #ends = { network: 0, subscribers: [] as number[] };
  /** Event time of the first tick, ms. Recent: event topics delete what is older than their retention. */
  readonly start = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  readonly #partitionTime: number[];

  private constructor(broker: string, registry: string, names: Names, partitions: number, cluster: Cluster, leader: LogWriter, tickSchema: number) {
    this.broker = broker;
    this.registry = registry;
    this.names = names;
    this.partitions = partitions;
    this.cluster = cluster;
    this.#leader = leader;
    this.#tickSchema = tickSchema;
    this.#ticks = Array.from({ length: partitions }, () => []);
    this.#subscribers = Array.from({ length: partitions }, () => []);
    this.#ends.subscribers = Array.from({ length: partitions }, () => 0);
    this.#partitionTime = Array.from({ length: partitions }, () => this.start);
  }

  static async create(broker: string, registry: string, prefix: string, partitions: number): Promise<TestTwin> {
    const cluster = await Cluster.connect({ bootstrap: [broker] });
    await createTopics(cluster, prefix, { ...defaultSettings, partitions });
    const registered = await registerAll({ url: registry }, prefix, ['subscriber_state', 'network_state', 'sim_ticks', 'cdrs', 'ground_truth', 'task_state']);
    const tickSchema = registered.find(({ topic }) => topic === 'sim_ticks')?.id ?? -1;
    const names = namesOf(prefix);
    const leader = await LogWriter.open(cluster, { transactionalId: names.transactionalId('leader', 0) });
    return new TestTwin(broker, registry, names, partitions, cluster, leader, tickSchema);
  }

  get env(): Record<string, string> {
    return { KAFKA_BROKERS: this.broker, SCHEMA_REGISTRY_URL: this.registry, TWIN_PREFIX: this.names.prefix };
  }

  /** A new version of a cell, to be named by the ticks after it. */
  async changeNetwork(key: string, value: string | null): Promise<void> {
    const offset = await this.#write('network_state', 0, key, value);
    this.#network.push({ offset, key, value });
    this.#ends.network = offset + 1;
  }

  async changeSubscriber(partition: number, key: string, value: string | null): Promise<void> {
    const offset = await this.#write('subscriber_state', partition, key, value);
    this.#subscribers[partition].push({ offset, key, value });
    this.#ends.subscribers[partition] = offset + 1;
  }

  /** Puts the next tick in each partition's transaction; `commit` makes it visible. */
  tick(options: TickOptions = {}): void {
    for (const partition of options.partitions ?? Array.from({ length: this.partitions }, (_, index) => index)) {
      const from = this.#partitionTime[partition];
      const tick: Tick = {
        partition, sequence: this.#ticks[partition].length, from, to: from + 1_000, mode: options.mode ?? 'BACKFILL',
        modelVersion: options.modelVersion ?? MODEL_VERSION, scenarioStateEnd: 0, networkStateEnd: this.#ends.network,
        subscriberStateEnds: [...this.#ends.subscribers],
      };
      this.#partitionTime[partition] = tick.to;
      this.#ticks[partition].push(tick);
      this.writeRawTick(partition, this.encodeTick(tick));
    }
  }

  encodeTick(tick: Tick): Buffer {
    return frame(this.#tickSchema, encodeRecord('Tick', {
      partition: tick.partition, sequence: tick.sequence, from: tick.from, to: tick.to, mode: tick.mode, model_version: tick.modelVersion,
      scenario_state_end: tick.scenarioStateEnd, network_state_end: tick.networkStateEnd, subscriber_state_ends: [...tick.subscriberStateEnds],
    }));
  }

  /** Any bytes, also such that are no tick. */
  writeRawTick(partition: number, value: Uint8Array | null): void {
    this.#leader.append(this.names.topic('sim_ticks'), partition, Date.now(), Buffer.from(String(partition)), value);
  }

  async commit(): Promise<void> {
    await this.#leader.commit();
  }

  /** Some rounds of ticks, with state changes in between that depend on the round only. */
  async rounds(count: number, options: TickOptions = {}): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      const number = this.#ticks[0].length;
      if (number % 3 === 0) await this.changeNetwork(`cell:${number % 5}`, `n${number}`);
      if (number % 4 === 1) await this.changeSubscriber(number % this.partitions, String(number % 7), `s${number}`);
      if (number % 11 === 10) await this.changeSubscriber(number % this.partitions, String(number % 7), null);
      this.tick(options);
      await this.commit();
    }
  }

  /** What the counter must have written to `cdrs`, per partition. */
  expected(): string[][] {
    return this.#ticks.map((ticks, partition) => ticks.filter((tick) => tick.modelVersion === MODEL_VERSION).flatMap((tick, index) => (
      Array.from({ length: LINES_PER_TICK }, (_, i) => line(
        index * LINES_PER_TICK + i, tick, asOf(this.#subscribers[partition], tick.subscriberStateEnds[partition]),
        asOf(this.#network, tick.networkStateEnd),
        tick.subscriberStateEnds.map((end, other) => asOf(this.#subscribers[other], end)).join('/'),
      ))
    )));
  }

  /**
   * Committed values of a topic, in order.
   * @param upTo `everything`: waits for open transactions to end; `decided`: what is below the last stable offset
   */
  async committed(topic: TopicName, partition: number, upTo: 'everything' | 'decided' = 'everything'): Promise<string[]> {
    const values: string[] = [];
    const name = this.names.topic(topic);
    const [end] = await listOffsets(this.cluster, [{ topic: name, partition }], 'latest', upTo === 'decided' ? 'read_committed' : 'read_uncommitted');
    await readRange(this.cluster, name, partition, 0, end?.offset ?? 0, (_offset, _timestamp, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      values.push(bytes.toString('utf8', valueStart, valueEnd));
    });
    return values;
  }

  async committedEverywhere(topic: TopicName, upTo: 'everything' | 'decided' = 'everything'): Promise<string[][]> {
    return Promise.all(Array.from({ length: this.partitions }, (_, partition) => this.committed(topic, partition, upTo)));
  }

  /** Waits until every partition holds as many committed lines as expected. The caller's test time-out bounds it. */
  async settled(): Promise<void> {
    const wanted = this.expected().map((lines) => lines.length);
    for (;;) {
      const counts = (await this.committedEverywhere('cdrs', 'decided')).map((lines) => lines.length);
      if (counts.every((count, partition) => count >= wanted[partition])) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async close(): Promise<void> {
    await this.#leader.close();
    await this.cluster.close();
  }

  async #write(topic: TopicName, partition: number, key: string, value: string | null): Promise<number> {
    const name = this.names.topic(topic);
    this.#leader.append(name, partition, Date.now(), Buffer.from(key), value === null ? null : Buffer.from(value));
    const range = (await this.#leader.flush()).find((written) => written.topic === name && written.partition === partition);
    if (range === undefined) throw new Error(`no offset for ${name}-${partition}`);
    return range.lastOffset;
  }
}
