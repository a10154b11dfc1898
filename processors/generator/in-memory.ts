import { CallBook } from '../../twin/intents/call-book.ts';
import { MessageBook } from '../../twin/intents/message-book.ts';
import type { Books } from '../../twin/intents/planner.ts';
import type { TwinConfig } from '../../twin/config.ts';
import { buildNetwork } from '../../twin/network/build.ts';
import { Network } from '../../twin/network/network.ts';
import type { Place } from '../../twin/geography/place.ts';
import { Population } from '../../twin/population/build.ts';
import { Directory, DirectoryView } from '../../twin/population/directory.ts';
import { buildLocalTime } from '../../twin/time/local-time.ts';
import { Causes } from '../../twin/scenarios/causes.ts';
import { besideHolders, isEmpty, resolveScenario, type ControlEvent, type ResolvedScenario, type StateChange } from '../../twin/scenarios/index.ts';
import { StayCache } from '../../twin/mobility/stay-cache.ts';
import type { World } from '../../twin/world.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { RecordSink } from './calendar/calendar.ts';
import { Identities, IdentityTable } from './identities.ts';
import type { Observer } from './observer.ts';
import { PartitionMap } from './partition-map.ts';
import { Timeline, type Yield } from './timeline.ts';

export type ObserverFactory = (world: World, books: Books, members: Membership, identities: Identities) => Observer;

/** What a run of one partition of one stream yields. */
export interface RunOptions {
  readonly partition: number;
  readonly observer: ObserverFactory;
  /** Event time, ms: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly scenarios: readonly ResolvedScenario[];
  readonly records: RecordSink;
  readonly groundTruth: RecordSink;
  readonly schemaId?: number;
  readonly groundTruthSchemaId?: number;
  /** Called now and then in long work, also between the minutes of event time that are handed out. */
  readonly pause?: Yield;
}

/** A run in progress: hands out its records, and their ground truth, as far as it is asked to. */
export interface Run {
  /** Event time, ms, up to which records have been handed out. */
  readonly position: number;
  /** Goes on to `to` (event time, ms), not beyond the run's end. */
  advance(to: number): Promise<void>;
}

/** A whole twin in this process, without a broker: the same code on the same inputs, hence the same records. */
export class InMemoryTwin {
  readonly config: TwinConfig;
  readonly world: World;
  readonly map: PartitionMap;
  readonly #population: Population;
  readonly #books: Books;

  constructor(config: TwinConfig, places: readonly Place[]) {
    this.config = config;
    const { sites, cells } = buildNetwork(config, places);
    const network = new Network(sites, cells);
    this.#population = new Population(config, network);
    const directory = new Directory(config, network);
    for (let i = 0; i < config.capacity; i++) {
      if (this.#population.isActiveAtSeeding(i)) directory.seed(this.#population.build(i));
    }
    this.world = {
      config, network, localTime: buildLocalTime(config.timezone), directory: new DirectoryView(directory),
      stays: new StayCache(config.capacity),
      identities: { identityOf: (i) => (this.#population.isActiveAtSeeding(i) ? this.#population.build(i) : undefined) },
    };
    this.map = new PartitionMap(config.capacity, config.partitions, network);
    this.#books = { calls: new CallBook(this.world), messages: new MessageBook(this.world) };
  }

  /** Resolves control events as the injector would that saw them all at `present` (event time, ms). */
  resolve(events: readonly ControlEvent[], present: number): ResolvedScenario[] {
    const scenarios: ResolvedScenario[] = [];
    for (const event of events) {
      scenarios.push(besideHolders(resolveScenario(event, this.world, Math.max(present, event.effectiveAt)), event.target.type, scenarios));
    }
    return scenarios;
  }

  /** Produces the records of one partition from the first to the last. */
  async run(options: RunOptions): Promise<void> {
    const run = await this.open(options);
    await run.advance(options.to);
  }

  /** Starts a run of one partition. Time is cut where scenarios change identities, as the injector's ticks are. */
  async open(options: RunOptions): Promise<Run> {
    const { from, scenarios, pause = noPause } = options;
    const members = this.map.membership(options.partition);
    const table = new IdentityTable(this.config.capacity);
    for (const i of members.subscribers) {
      if (this.#population.isActiveAtSeeding(i)) this.#setIdentity(table, i, 0);
    }
    const identities = new Identities(table);
    const timeline = new Timeline({
      world: this.world, books: this.#books, members,
      observer: options.observer(this.world, this.#books, members, identities),
      schemaId: options.schemaId ?? 0, groundTruthSchemaId: options.groundTruthSchemaId ?? 0,
    });
    const causes = Causes.of(scenarios, this.world);
    const changes = identityChanges(scenarios);
    let next = 0;
    const seek = async (time: number): Promise<void> => {
      for (; next < changes.length && changes[next].time <= time; next++) {
        const { change } = changes[next];
        if (members.isMember(change.subscriber)) this.#setIdentity(table, change.subscriber, next + 1, change);
      }
      identities.asOf(next + 1, causes);
      await timeline.seek(time, causes, pause);
    };
    await seek(from);
    let position = from;
    return {
      get position() { return position; },
      advance: async (to) => {
        const target = Math.min(to, options.to);
        while (position < target) {
          if (next < changes.length && changes[next].time <= position) await seek(position);
          const end = next < changes.length ? Math.min(changes[next].time, target) : target;
          await timeline.take(position, end, options.records, options.groundTruth, pause);
          position = end;
        }
      },
    };
  }

  #setIdentity(table: IdentityTable, subscriber: number, offset: number, swapped?: { imsi: number; imei: number }): void {
    const { imsi, imei, plan } = this.#population.build(subscriber);
    table.set(subscriber, offset, swapped?.imsi ?? imsi, swapped?.imei ?? imei, plan);
  }
}

type IdentityChange = StateChange & { readonly type: 'SUBSCRIBER_IDENTITY' };

/** In the order in which they happen: by time, at one time ends first. A phase that never began changes nothing. */
function identityChanges(scenarios: readonly ResolvedScenario[]): { time: number; change: IdentityChange }[] {
  const turns = scenarios.filter((scenario) => !isEmpty(scenario)).flatMap((scenario) => [
    ...scenario.onBegin.map((change) => ({ time: scenario.appliedFrom, begins: 1, change })),
    ...(scenario.appliedUntil === null ? [] : scenario.onEnd.map((change) => ({ time: scenario.appliedUntil!, begins: 0, change }))),
  ]);
  return turns
    .sort((a, b) => a.time - b.time || a.begins - b.begins)
    .flatMap(({ time, change }) => (change.type === 'SUBSCRIBER_IDENTITY' ? [{ time, change }] : []));
}

const noPause = (): Promise<void> => Promise.resolve();
