import { setTimeout as sleep } from 'node:timers/promises';
import { names, type Names, type TopicName } from '../../../topology/graph/index.ts';
import { Admin, Cluster, clusterOptionsFromEnv, listOffsets, readRange, type ClusterOptions } from '../../../topology/log/index.ts';
import { decodeRecord } from '../../../schemas/codec.ts';
import { readWireHeader } from '../../../schemas/wire.ts';
import type { TwinConfig } from '../../../twin/config.ts';
import { InMemoryTwin, type ObserverFactory } from '../../../processors/generator/in-memory.ts';
import { CdrObserver } from '../../../processors/cdr-generator/cdr-observer.ts';
import { CareObserver } from '../../../processors/customerservice-generator/care-observer.ts';
import { LocationObserver } from '../../../processors/location-generator/location-observer.ts';
import { NetworkLogObserver } from '../../../processors/networklog-generator/networklog-observer.ts';
import { ScenarioTable } from '../../../processors/generator/scenario-table.ts';
import { loadPlaces } from '../../../processors/places/index.ts';
import type { ResolvedScenario } from '../../../twin/scenarios/types.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { command, type Environment } from './fleet.ts';

/** Longer than any start, session or rebalance. */
const STALLED_MS = 120_000;

export const STREAMS = ['cdrs', 'network_logs', 'customer_service', 'location_updates'] as const;
export type Stream = (typeof STREAMS)[number];

export const GENERATORS = {
  cdrs: 'cdr-generator',
  network_logs: 'networklog-generator',
  customer_service: 'customerservice-generator',
  location_updates: 'location-generator',
} as const satisfies Record<Stream, string>;

const OBSERVERS: Record<Stream, ObserverFactory> = {
  cdrs: (world, books, members, identities) => new CdrObserver(world, books, members, identities),
  network_logs: (world, books, members, identities) => new NetworkLogObserver(world, books, members, identities),
  customer_service: (world, books, members) => new CareObserver(world, books, members),
  location_updates: (world, books, members, identities) => new LocationObserver(world, books, members, identities),
};

/** What one partition of a stream holds: values in order, without the wire header, as hex. */
export type Content = string[];

interface Progress {
  /** End of the last tick, event time ms. */
  readonly to: number;
  /** By partition, where the ticks end. */
  readonly ends: readonly number[];
  /** By group and partition, which of them are committed. */
  readonly committed: readonly (readonly number[])[];
}

function inWords(groups: readonly string[], { to, ends, committed }: Progress): string {
  const clock = to === -Infinity ? 'no ticks' : `ticks up to ${new Date(to).toISOString()}`;
  return `${clock}, ends ${ends.join(' ')}, committed ${groups.map((group, k) => `${group} ${committed[k].join(' ')}`).join(', ')}`;
}

/** A small twin with topics, schemas and subscribers of its own on a broker. */
export class TestTwin {
  readonly env: Environment;
  readonly config: TwinConfig;
  readonly cluster: Cluster;
  readonly names: Names;
  /** The same twin without a broker. */
  readonly memory: InMemoryTwin;

  private constructor(env: Environment, config: TwinConfig, cluster: Cluster) {
    this.env = env;
    this.config = config;
    this.cluster = cluster;
    this.names = names(env.TWIN_PREFIX);
    this.memory = new InMemoryTwin(config, loadPlaces(config.region).places);
  }

  /** @param options `kafka`: host:port of a broker, the shared one by default; `env`: more of how processors reach it */
  static async create(
    options: { readonly subscribers: number; readonly partitions: number; readonly start: string; readonly kafka?: string; readonly env?: Environment },
  ): Promise<TestTwin> {
    const env = {
      KAFKA_BROKERS: options.kafka ?? (await sharedKafka()), SCHEMA_REGISTRY_URL: await sharedRegistry(),
      TWIN_PREFIX: uniquePrefix(), CLOCK_START: options.start, ...options.env,
    };
    await command(env, 'topics', 'create', '--partitions', String(options.partitions), '--start', options.start);
    await command(env, 'schemas', 'register');
    await command(env, 'seed', '--subscribers', String(options.subscribers), '--seed', '11');
    return await TestTwin.attach(env, { subscribers: options.subscribers, partitions: options.partitions, seed: 11 });
  }

  /**
   * A twin that exists already.
   * @param env how processors reach its broker, and its prefix
   * @param cluster how this process reaches the broker, when that differs
   */
  static async attach(
    env: Environment, twin: { readonly subscribers: number; readonly partitions: number; readonly seed: number }, cluster: ClusterOptions = clusterOptionsFromEnv(env),
  ): Promise<TestTwin> {
    const { timezone } = loadPlaces('IE');
    const config: TwinConfig = { ...twin, region: 'IE', timezone, capacity: Math.ceil(twin.subscribers * 1.25), modelVersion: 1 };
    return new TestTwin(env, config, await Cluster.connect(cluster));
  }

  async close(): Promise<void> {
    await this.cluster.close();
  }

  /**
   * Waits until every named group has committed the ticks up to `until` (event time, ms) on all partitions.
   * @throws when nothing of it has changed for a long time, with how far each is
   */
  async awaitTicks(groups: readonly string[], until: number): Promise<void> {
    let standing = '';
    for (let since = performance.now(); ; await sleep(250)) {
      const progress = await this.#progress(groups);
      const { to, ends, committed } = progress;
      if (to >= until && committed.every((offsets) => offsets.every((offset, partition) => offset >= ends[partition] - 1))) return;
      const now = inWords(groups, progress);
      if (now !== standing) since = performance.now();
      else if (performance.now() - since > STALLED_MS) throw new Error(`the twin stands still: ${now}`);
      standing = now;
    }
  }

  /** How far the clock and the named groups are, for whoever looks into a twin that stands still. */
  async standing(groups: readonly string[]): Promise<string> {
    return inWords(groups, await this.#progress(groups));
  }

  async #progress(groups: readonly string[]): Promise<Progress> {
    const admin = new Admin(this.cluster);
    const topic = this.names.topic('sim_ticks');
    const ends = await this.#endsOf(topic);
    const { to } = await this.ticked();
    const committed = await Promise.all(groups.map(async (group) => {
      const offsets = await admin.committedOffsets(this.names.group(group));
      return ends.map((_, partition) => offsets.find((c) => c.topic === topic && c.partition === partition)?.offset ?? 0);
    }));
    return { to, ends, committed };
  }

  async #endsOf(topic: string): Promise<number[]> {
    const places = Array.from({ length: this.config.partitions }, (_, partition) => ({ topic, partition }));
    return (await listOffsets(this.cluster, places, 'latest', 'read_committed')).sort((a, b) => a.partition - b.partition).map(({ offset }) => offset);
  }

  /** Event time, ms, from the beginning of the clock's first written tick to the end of its last; empty before the first. */
  async ticked(): Promise<{ readonly from: number; readonly to: number }> {
    let [from, to] = [Infinity, -Infinity];
    await this.#visit('sim_ticks', 0, (bytes, start, stop) => {
      const tick = decodeRecord('Tick', bytes.subarray(start + 5, stop));
      from = Math.min(from, tick.from);
      to = Math.max(to, tick.to);
    });
    return { from, to };
  }

  /** What the injector made of the control events: the newest version of every phase. */
  async scenarios(): Promise<ResolvedScenario[]> {
    const table = new ScenarioTable();
    let offset = 0;
    await this.#visit('scenario_state', 0, (bytes, start, stop) => {
      table.apply(0, offset++, bytes, 0, 0, start, stop);
    });
    return table.asOf(Infinity, -Infinity);
  }

  /** Committed records of `ground_truth` that label effects, of all partitions. */
  async effects(): Promise<Content> {
    const effects: Content = [];
    for (let partition = 0; partition < this.config.partitions; partition++) {
      for (const value of await this.content('ground_truth', partition)) {
        if (decodeRecord('GroundTruth', Buffer.from(value, 'hex')).role === 'EFFECT') effects.push(value);
      }
    }
    return effects;
  }

  /** Committed content of one partition. @param wanted tells by its value which records count; by default all */
  async content(topic: TopicName, partition: number, wanted: (value: Buffer) => boolean = () => true): Promise<Content> {
    const content: Content = [];
    await this.#visit(topic, partition, (bytes, start, stop) => {
      if (!wanted(bytes.subarray(start, stop))) return;
      readWireHeader(bytes, start, stop);
      content.push(bytes.toString('hex', start + 5, stop));
    });
    return content;
  }

  async #visit(topic: TopicName, partition: number, visit: (bytes: Buffer, start: number, stop: number) => void): Promise<void> {
    const place = { topic: this.names.topic(topic), partition };
    const [[from], [to]] = await Promise.all([listOffsets(this.cluster, [place], 'earliest'), listOffsets(this.cluster, [place], 'latest', 'read_committed')]);
    if (to.offset === from.offset) return;
    await readRange(this.cluster, place.topic, partition, from.offset, to.offset, (_offset, _timestamp, bytes, _ks, _ke, valueStart, valueEnd) => {
      visit(bytes, valueStart, valueEnd);
    }, { isolation: 'read_committed' });
  }

  /** What `telco-twin sample` computes for a partition of a stream over [from, to), and its ground truth. */
  async computed(stream: Stream, partition: number, from: number, to: number, scenarios: readonly ResolvedScenario[] = []): Promise<{ records: Content; groundTruth: Content }> {
    const records: Content = [];
    const groundTruth: Content = [];
    const into = (content: Content) => (_time: number, _entity: number, bytes: Uint8Array, start: number, end: number): void => {
      content.push(Buffer.from(bytes.subarray(start + 5, end)).toString('hex'));
    };
    await this.memory.run({
      partition, observer: OBSERVERS[stream], from, to, scenarios, records: into(records), groundTruth: into(groundTruth),
    });
    return { records, groundTruth };
  }
}
