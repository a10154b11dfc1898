import { join } from 'node:path';
import type { ClockState } from '../../schemas/generated/ClockState.generated.ts';
import type { TopicName } from '../../topology/graph/index.ts';
import { Admin, listOffsets } from '../../topology/log/index.ts';
import type { ProcessorContext } from '../../topology/task/contract.ts';
import { schemaOf } from '../../topology/task/startup.ts';
import { SUBSCRIBER_ID_BASE, type TwinConfig } from '../../twin/config.ts';
import { Network } from '../../twin/network/network.ts';
import { ScenarioTable } from '../generator/scenario-table.ts';
import { TwinTables } from '../generator/twin-tables.ts';
import { readWireValue, twinConfig } from '../records/index.ts';
import { Follower, type FollowedPartition } from './follower.ts';
import { StoreMetrics, type StoreGauges } from './metrics.ts';
import type { StoreSettings } from './settings.ts';
import { compact } from './store/compaction.ts';
import { horizon } from './store/horizon.ts';
import { CorruptStoreError, PartitionLog, type Location, type RecordReader } from './store/partition-log.ts';
import type { Moment } from './view/attachments.ts';
import { NetworkView } from './view/network.ts';
import { SubscriberView } from './view/subscribers.ts';

/** A partition is rewritten when this many records, and this share of all, are superseded. */
const WORTH_RECORDS = 1_000;
const WORTH_SHARE = 0.2;

export type StateTopic = 'subscriber_state' | 'network_state';

/** Bytes of a whole record's value, Confluent header included. */
export type Value = Buffer;

/**
 * The state topics materialised: on disk as they are read, in memory as far as questions need it. What the disk holds is always a prefix of
 * the topics; whatever is missing behind it, or was damaged, is read again.
 */
export class Database {
  readonly network = new NetworkView();
  readonly scenarios = new ScenarioTable();
  readonly metrics: StoreMetrics;
  readonly follower: Follower;
  readonly #context: ProcessorContext;
  readonly #settings: StoreSettings;
  readonly #topicIds = new Map<StateTopic, string>();
  #networkLog!: PartitionLog;
  readonly #logs: PartitionLog[] = [];
  #subscribers: SubscriberView | null = null;
  #clock: ClockState | null = null;
  #opening: string | null = 'opening the store';
  #trouble: string | null = null;

  constructor(context: ProcessorContext, settings: StoreSettings) {
    this.#context = context;
    this.#settings = settings;
    this.metrics = new StoreMetrics(context.metrics, () => this.#gauges());
    this.follower = new Follower(context.cluster, (error, attempt) => {
      if (this.#trouble !== error.message) context.logger.warn({ err: error, attempt }, 'reading the state topics failed, trying again');
      this.#trouble = error.message;
    });
  }

  /** Null until the seeder has completed the twin. */
  get subscribers(): SubscriberView | null {
    return this.#subscribers;
  }

  get config(): TwinConfig | null {
    return this.#subscribers?.tables.config ?? null;
  }

  /** The clock as of its last tick; null while none has ticked. */
  get clock(): ClockState | null {
    return this.#clock;
  }

  /** Why questions can't be answered yet; null once the topics have been read as far as they reached at the start. */
  get waiting(): string | null {
    if (this.#opening !== null) return this.#opening;
    const { behind } = this.follower;
    if (behind.length === 0) return null;
    const left = behind.reduce((sum, partition) => sum + partition.left, 0);
    return `reading ${[...new Set(behind.map(({ topic }) => topic))].join(', ')}: ${left} offsets to go`;
  }

  /** Opens what the disk holds and follows the topics from there. Resolves when the twin is known and everything is followed, or when closed. */
  async open(): Promise<void> {
    const { cluster, names, logger, schemas, partitions, schemaIds } = this.#context;
    for (const topic of ['network_state', 'subscriber_state'] as const) {
      const [described] = await new Admin(cluster).describeTopics([names.topic(topic)]);
      this.#topicIds.set(topic, described.topicId);
    }
    this.#networkLog = await this.#openLog('network_state', 0, {
      ready: () => null,
      visit: (_offset, bytes, keyStart, keyEnd, valueStart, valueEnd, location) => {
        this.network.apply(bytes, keyStart, keyEnd, valueStart, valueEnd, location);
      },
    });
    this.follower.start((error) => { this.#context.fail(error); });
    await this.follower.add([this.#followedNetwork()]);
    if (!(await this.follower.until(() => this.follower.behind.length === 0))) return;
    if (this.network.state.twin?.seeded !== true) {
      this.#opening = 'waiting for a complete twin in network_state: run telco-twin seed';
      logger.warn(this.#opening);
    }
    if (!(await this.follower.until(() => this.network.state.twin?.seeded === true))) return;

    this.#opening = 'opening the store';
    const config = twinConfig(this.network.state.twin!);
    if (config.partitions !== partitions) throw new Error(`the twin was seeded for ${config.partitions} partitions, but its topics have ${partitions}: recreate the topics`);
    const { sites, cells } = this.network.state;
    const tables = new TwinTables(config, new Network(sites, cells), schemaIds.get('subscriber_state') ?? -1);
    const view = new SubscriberView(tables, schemaOf(schemas, 'subscriber_state'));
    for (let partition = 0; partition < partitions; partition++) {
      this.#logs.push(await this.#openLog('subscriber_state', partition, {
        ready: (bytes, valueStart, valueEnd) => view.ready(bytes, valueStart, valueEnd),
        visit: (offset, bytes, keyStart, keyEnd, valueStart, valueEnd, location) => {
          view.apply(partition, offset, bytes, keyStart, keyEnd, valueStart, valueEnd, location);
        },
      }));
    }
    await this.follower.add([
      ...this.#logs.map((_, partition) => this.#followedSubscribers(view, partition)), await this.#followedScenarios(), await this.#followedClock(),
    ]);
    this.#subscribers = view;
    this.#opening = null;
  }

  /** The newest record of a subscriber, an element's (`site:…`, `cell:…`, `twin`), as it lies on disk. Null where there is none. */
  async subscriberValue(index: number): Promise<Value | null> {
    const view = this.#subscribers!;
    const location = view.locationOf(index);
    return location < 0 ? null : this.#read(this.#logs[view.tables.map.partitionOf[index]], location, String(SUBSCRIBER_ID_BASE + index));
  }

  async elementValue(key: string): Promise<Value | null> {
    const location = this.network.locationOf(key);
    return location === undefined ? null : this.#read(this.#networkLog, location, key);
  }

  /** The twin at an event time, with everything that has been read. */
  moment(time: number): Moment {
    const { tables } = this.#subscribers!;
    const ends = this.#logs.map((_, partition) => this.#end(partition));
    return { time, world: tables.stateAt(ends).world, scenarios: this.scenarios.asOf(Number.MAX_SAFE_INTEGER, time) };
  }

  /** Where a snapshot of a partition would stand: reading goes on at `offset`, and states from `floor` on are exact. */
  standing(topic: StateTopic, partition: number): { readonly topicId: string; readonly offset: number; readonly floor: number } {
    const topicId = this.#topicIds.get(topic)!;
    if (topic === 'network_state') return { topicId, offset: this.#networkLog.position, floor: this.#networkLog.floor };
    return { topicId, offset: this.#end(partition), floor: this.#logs[partition].floor };
  }

  /** Visits the newest record of every element of the network. Nothing is applied meanwhile. False when the database is closed or has failed. */
  async elements(visit: (offset: number, value: Value) => void): Promise<boolean> {
    return await this.follower.between(async () => {
      const log = this.#networkLog;
      const newest = new Map<string, { offset: number; value: Value }>();
      await log.forEach((offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
        const key = bytes.toString('utf8', keyStart, keyEnd);
        newest.delete(key);
        if (valueStart >= 0) newest.set(key, { offset, value: Buffer.from(bytes.subarray(valueStart, valueEnd)) });
      });
      for (const { offset, value } of newest.values()) visit(offset, value);
    });
  }

  /** Drops superseded versions that no tick can name any more, where there are many. */
  async compact(): Promise<void> {
    const view = this.#subscribers;
    if (view === null || this.waiting !== null) return;
    const worth = (superseded: number, records: number): boolean => superseded >= WORTH_RECORDS && superseded >= WORTH_SHARE * records;
    const due = this.#logs.map((_, partition) => partition).filter((p) => worth(view.superseded[p], view.count / this.#logs.length));
    const networkDue = worth(this.network.superseded, this.network.count);
    if (due.length === 0 && !networkDue) return;
    const oldest = await horizon(this.#context.cluster, this.#context.names, this.#context.partitions);
    if (oldest === null) return;
    await this.follower.between(async () => {
      for (const partition of due) await this.#compactSubscribers(view, partition, oldest.subscribers[partition]);
      if (networkDue) await this.#compactNetwork(oldest.network);
      if (due.length > 0) view.tables.fold(this.#logs.map(({ floor }) => floor));
    });
  }

  async close(): Promise<void> {
    await this.follower.close();
    for (const log of [this.#networkLog, ...this.#logs]) await log?.close();
  }

  async #compactSubscribers(view: SubscriberView, partition: number, floor: number): Promise<void> {
    const log = this.#logs[partition];
    const moved = new Map<number, Location>();
    const smaller = await compact(log, floor, (_offset, bytes, keyStart, keyEnd, _valueStart, _valueEnd, location) => {
      moved.set(Number(bytes.toString('latin1', keyStart, keyEnd)) - SUBSCRIBER_ID_BASE, location);
    });
    this.#logs[partition] = smaller;
    view.moved(partition, moved);
    this.#compacted(log, smaller);
  }

  async #compactNetwork(floor: number): Promise<void> {
    const log = this.#networkLog;
    const moved = new Map<string, Location>();
    const smaller = await compact(log, floor, (_offset, bytes, keyStart, keyEnd, _valueStart, _valueEnd, location) => {
      moved.set(bytes.toString('utf8', keyStart, keyEnd), location);
    });
    this.#networkLog = smaller;
    this.network.moved(moved);
    this.#compacted(log, smaller);
  }

  #compacted(before: PartitionLog, after: PartitionLog): void {
    const { topic, partition } = before.identity;
    this.#context.logger.info({ topic, partition, floor: after.floor, from: before.bytes, to: after.bytes }, 'superseded versions dropped');
    void before.close();
  }

  /** Everything of a partition below is in memory: what was read, and records of a fetch that is being applied. */
  #end(partition: number): number {
    return Math.max(this.#logs[partition].position, this.follower.position(this.#context.names.topic('subscriber_state'), partition));
  }

  async #read(log: PartitionLog, location: Location, key: string): Promise<Value> {
    let value: Value | null = null;
    await log.read(location, (_offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      if (bytes.toString('utf8', keyStart, keyEnd) === key && valueStart >= 0) value = Buffer.from(bytes.subarray(valueStart, valueEnd));
    });
    if (value === null) throw new CorruptStoreError(`${log.identity.topic}/${log.identity.partition} holds another record where that of ${key} was written`);
    return value;
  }

  async #openLog(topic: StateTopic, partition: number, reader: RecordReader): Promise<PartitionLog> {
    const { cluster, names, logger } = this.#context;
    const name = names.topic(topic);
    const [[earliest], [latest]] = await Promise.all([
      listOffsets(cluster, [{ topic: name, partition }], 'earliest'), listOffsets(cluster, [{ topic: name, partition }], 'latest', 'read_uncommitted'),
    ]);
    const valid = (position: number): string | null => {
      if (position > latest.offset) return `it reaches offset ${position}, but the topic ends at ${latest.offset}`;
      return position < earliest.offset ? `it reaches offset ${position}, but the topic begins at ${earliest.offset}` : null;
    };
    const file = join(this.#settings.dir, `${topic}-${partition}.log`);
    const { log, damage } = await PartitionLog.open(file, { topic: name, topicId: this.#topicIds.get(topic)!, partition }, valid, reader);
    if (damage !== null) {
      this.metrics.rebuilt(topic);
      logger.warn({ file, topic: name, partition, ...damage }, `${file} can't be used from offset ${damage.from} on: ${damage.reason}. It is rebuilt from the topic`);
    }
    logger.info({ topic: name, partition, position: log.position, bytes: log.bytes }, 'partition opened');
    return log;
  }

  #followedNetwork(): FollowedPartition {
    return {
      topic: this.#context.names.topic('network_state'), partition: 0, position: this.#networkLog.position,
      ready: () => null,
      apply: (offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
        const location = this.#networkLog.add(offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
        this.network.apply(bytes, keyStart, keyEnd, valueStart, valueEnd, location);
      },
      reached: (next) => this.#networkLog.flush(next),
    };
  }

  #followedSubscribers(view: SubscriberView, partition: number): FollowedPartition {
    return {
      topic: this.#context.names.topic('subscriber_state'), partition, position: this.#logs[partition].position,
      ready: (bytes, valueStart, valueEnd) => view.ready(bytes, valueStart, valueEnd),
      apply: (offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
        const location = this.#logs[partition].add(offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
        view.apply(partition, offset, bytes, keyStart, keyEnd, valueStart, valueEnd, location);
      },
      reached: (next) => this.#logs[partition].flush(next),
    };
  }

  async #followedScenarios(): Promise<FollowedPartition> {
    return this.#followedWhole('scenario_state', (offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      this.scenarios.apply(0, offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
    });
  }

  async #followedClock(): Promise<FollowedPartition> {
    return this.#followedWhole('clock_state', (_offset, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      if (valueStart >= 0) this.#clock = readWireValue('ClockState', bytes, valueStart, valueEnd);
    });
  }

  /** A small topic of one partition, read whole at every start. */
  async #followedWhole(topic: TopicName, apply: FollowedPartition['apply']): Promise<FollowedPartition> {
    const name = this.#context.names.topic(topic);
    const [start] = await listOffsets(this.#context.cluster, [{ topic: name, partition: 0 }], 'earliest');
    return { topic: name, partition: 0, position: start.offset, ready: () => null, apply, reached: () => undefined };
  }

  #gauges(): StoreGauges[] {
    const { names } = this.#context;
    const of = (topic: StateTopic, records: number, logs: readonly PartitionLog[]): StoreGauges => ({
      topic, lag: this.follower.lag(names.topic(topic)), records, bytes: logs.reduce((sum, log) => sum + log.bytes, 0),
    });
    return [
      of('network_state', this.network.count, this.#networkLog === undefined ? [] : [this.#networkLog]),
      of('subscriber_state', this.#subscribers?.count ?? 0, this.#logs),
    ];
  }
}
