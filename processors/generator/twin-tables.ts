import { SubscriberHead, SubscriberHeadDecoder } from '../../schemas/subscriber-head.ts';
import { readWireHeader, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { TableHandler, TableRange, TableStart } from '../../topology/task/contract.ts';
import { sameTwin, type TwinConfig } from '../../twin/config.ts';
import { CallBook } from '../../twin/intents/call-book.ts';
import { MessageBook } from '../../twin/intents/message-book.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { StayCache } from '../../twin/mobility/stay-cache.ts';
import type { Network } from '../../twin/network/network.ts';
import { Directory, DirectoryView } from '../../twin/population/directory.ts';
import { buildLocalTime, type LocalTime } from '../../twin/time/local-time.ts';
import type { World } from '../../twin/world.ts';
import { readWireValue } from '../records/wire.ts';
import { twinConfig } from '../records/network.ts';
import { Behaviour } from '../records/subscriber.ts';
import { IdentityTable } from './identities.ts';
import { PartitionMap } from './partition-map.ts';
import { ScenarioTable } from './scenario-table.ts';
import { layoutOf, subscriberImages, subscriberSections } from './snapshot/columns.ts';
import type { Sections } from './snapshot/format.ts';
import { Turns } from './turns.ts';

/** States of the directory kept at once: tasks of one process are rarely more than one change apart. */
const KEPT_STATES = 2;

/** The twin in one state of the directory, and what was computed from it. Immutable, shared by all tasks in that state. */
export interface TwinState {
  /** Number of directory versions it includes: names the state. */
  readonly versions: number;
  readonly world: World;
  readonly books: Books;
}

/** Starts a partition of `subscriber_state` from elsewhere than its log, as `TableHandler.restore`. */
export type PartitionRestore = (partition: number, range: TableRange) => Promise<TableStart | null>;

/** One process's copy of the twin: the tables behind all its tasks and processors. */
export class TwinTables {
  readonly config: TwinConfig;
  readonly network: Network;
  readonly map: PartitionMap;
  readonly identities: IdentityTable;
  readonly scenarios = new ScenarioTable();
  /** Looking back is the long part of a task's restore, and of a change of causes. */
  readonly seeks = new Turns();
  readonly subscriberState: TableHandler;
  readonly networkState: TableHandler;
  readonly #localTime: LocalTime;
  readonly #directory: Directory;
  /** States, each with the end offsets that it was last asked for by. */
  readonly #states: { readonly state: TwinState; ends: readonly number[] }[] = [];
  readonly #behaviour = new Behaviour();
  /** Number of the newest version of each subscriber of whom a later one than the first was read. */
  readonly #newest = new Map<number, number>();
  #restore: PartitionRestore | null = null;
  #layout: number | null = null;

  /** @param subscriberSchema registry id of the schema that subscribers are written with */
  constructor(config: TwinConfig, network: Network, subscriberSchema: number) {
    this.config = config;
    this.network = network;
    this.map = new PartitionMap(config.capacity, config.partitions, network);
    this.identities = new IdentityTable(config.capacity);
    this.#localTime = buildLocalTime(config.timezone);
    this.#directory = new Directory(config, network);
    this.subscriberState = this.#subscriberHandler(subscriberSchema);
    this.networkState = twinGuard(config);
  }

  /** The twin before the given end offsets (exclusive, by partition of `subscriber_state`), which must have been applied. */
  stateAt(ends: readonly number[]): TwinState {
    // Tick after tick names the same ends; counting goes through all versions that there are.
    const asked = this.#states.find((kept) => kept.ends.every((end, partition) => end === ends[partition]));
    if (asked !== undefined) return asked.state;
    const versions = this.#directory.versionsBefore(ends);
    const known = this.#states.find(({ state }) => state.versions === versions);
    if (known !== undefined) {
      known.ends = ends;
      return known.state;
    }
    const world: World = {
      config: this.config, network: this.network, localTime: this.#localTime, directory: new DirectoryView(this.#directory, ends),
      stays: new StayCache(this.config.capacity),
    };
    const state = { versions, world, books: { calls: new CallBook(world), messages: new MessageBook(world) } };
    this.#states.push({ state, ends });
    if (this.#states.length > KEPT_STATES) this.#states.shift();
    return state;
  }

  /** Partitions are started by `restore` where it can. */
  startFrom(restore: PartitionRestore): void {
    this.#restore = restore;
  }

  /**
   * Applies one version of a subscriber. Those of a partition come in the order of their offsets.
   * @returns false for a version that is not newer than what was read: without transactions a record may be repeated, also late
   */
  set(partition: number, offset: number, head: SubscriberHead): boolean {
    const behaviour = this.#behaviour.read(head);
    const { index } = behaviour;
    if (this.identities.isKnown(index)) {
      if (head.version <= (this.#newest.get(index) ?? 1)) return false;
      this.#newest.set(index, head.version);
    } else if (head.version > 1) this.#newest.set(index, head.version);
    this.#directory.set(partition, offset, behaviour);
    this.identities.set(index, offset, head.imsi, head.imei, head.plan);
    return true;
  }

  /** Tells apart builds that could not read each other's snapshots. */
  get layout(): number {
    return (this.#layout ??= layoutOf(this.config, this.network));
  }

  /** A partition of `subscriber_state` as far as it was applied, with all versions kept. */
  save(partition: number): Sections {
    const index = this.map.membership(partition).subscribers.filter((subscriber) => this.identities.isKnown(subscriber));
    return subscriberSections(this.#directory.image(partition, index), this.identities.image(index));
  }

  /** Takes over a partition that was saved when everything below `offset` was applied. @throws SnapshotError, RangeError: nothing was changed then */
  load(partition: number, offset: number, sections: Sections): void {
    const { directory, identities } = subscriberImages(sections, offset);
    this.#directory.load(partition, directory);
    this.identities.load(identities);
  }

  /** Forgets versions that nobody can ask for who names end offsets from `floors` (by partition) on. */
  fold(floors: readonly number[]): void {
    this.#directory.fold(floors);
    this.identities.fold((index) => floors[this.map.partitionOf[index]]);
    this.#states.length = 0;
  }

  #subscriberHandler(schema: number): TableHandler {
    const decoder = new SubscriberHeadDecoder();
    const head = new SubscriberHead();
    return {
      restore: async (partition, range) => (this.#restore === null ? null : this.#restore(partition, range)),
      apply: (partition, offset, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
        if (valueStart < 0) return;
        const id = readWireHeader(bytes, valueStart, valueEnd);
        if (id !== schema) throw new Error(`the record was written with schema ${id}, this version reads ${schema}: upgrade the generators first`);
        decoder.decodeBehaviour(bytes, valueStart + WIRE_HEADER_BYTES, valueEnd, head);
        this.set(partition, offset, head);
      },
    };
  }
}

/** Refuses a twin that changed under a running generator. Sites and cells never move, so they are read once, at start. */
function twinGuard(config: TwinConfig): TableHandler {
  return {
    apply: (_partition, _offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      if (valueStart < 0 || bytes.toString('latin1', keyStart, keyEnd) !== 'twin') return;
      const { twin } = readWireValue('NetworkElement', bytes, valueStart, valueEnd);
      if (twin !== null && !sameTwin(twinConfig(twin), config)) {
        throw new Error('network_state now describes another twin than at start: restart the generators, on topics of their own');
      }
    },
  };
}
