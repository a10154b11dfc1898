import { setTimeout as sleep } from 'node:timers/promises';
import { Ascii } from '../../schemas/ascii.ts';
import type { ProcessorContext, ProcessorLogic, TaskLogic, TaskOutput, Tick } from '../../topology/task/contract.ts';
import type { TopicName } from '../../topology/graph/index.ts';
import { Admin } from '../../topology/log/index.ts';
import { MODEL_VERSION, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Network } from '../../twin/network/network.ts';
import { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { twinConfig } from '../records/network.ts';
import { NetworkState } from '../records/network-state.ts';
import { readToEnd } from '../records/read-to-end.ts';
import type { RecordSink } from './calendar/calendar.ts';
import { EffectTraces } from './effect-traces.ts';
import { Identities } from './identities.ts';
import type { Observer } from './observer.ts';
import { Timeline } from './timeline.ts';
import { snapshotServer } from './snapshot/client.ts';
import { RestoreMetrics, SnapshotRestore } from './snapshot/restore.ts';
import { TwinTables, type TwinState } from './twin-tables.ts';

/** Longest stretch of computing between two chances for heartbeats and acknowledgements, ms. */
const SLICE = 25;
const SEEDING_POLL = 2_000;

export type ObserverFactory = (world: World, books: Books, members: Membership, identities: Identities) => Observer;

/** A tick-driven generator of one stream. Processors of one process share one copy of the twin. */
export async function createGenerator(context: ProcessorContext, topic: TopicName, observer: ObserverFactory): Promise<ProcessorLogic> {
  const tables = await context.share('twin', () => loadTwin(context));
  return {
    modelVersion: MODEL_VERSION,
    tables: {
      lookup: { subscriber_state: tables.subscriberState, network_state: tables.networkState, scenario_state: tables.scenarios },
    },
    createTask: (partition) => new GeneratorTask(tables, topic, observer, partition, new EffectTraces(context.names, topic)),
  };
}

/** Reads the network and the twin's configuration, waiting for the seeder where it has not finished. */
async function loadTwin(context: ProcessorContext): Promise<TwinTables> {
  for (let waiting = false; ; waiting = true) {
    const state = new NetworkState();
    await readToEnd(context.cluster, context.names.topic('network_state'), 0, (_offset, _timestamp, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      if (valueStart >= 0) state.apply(bytes, valueStart, valueEnd);
    });
    if (state.twin?.seeded === true) {
      const config = twinConfig(state.twin);
      if (config.partitions !== context.partitions) {
        throw new Error(`the twin was seeded for ${config.partitions} partitions, but its topics have ${context.partitions}: recreate the topics`);
      }
      const tables = new TwinTables(config, new Network(state.sites, state.cells), context.schemaIds.get('subscriber_state') ?? -1);
      await useSnapshots(context, tables);
      return tables;
    }
    if (!waiting) context.logger.warn('network_state holds no seeded twin yet: run `telco-twin seed`; waiting');
    await sleep(SEEDING_POLL, undefined, { signal: context.signal });
  }
}

/** Lets the tables start from subscriber-db's snapshots, where there is one. */
async function useSnapshots({ cluster, names, env, logger, metrics }: ProcessorContext, tables: TwinTables): Promise<void> {
  const server = snapshotServer(env);
  if (server === null) return;
  const topic = 'subscriber_state';
  const [described] = await new Admin(cluster).describeTopics([names.topic(topic)]);
  const wanted = { topic, topicId: described.topicId, twin: tables.config, layout: tables.layout } as const;
  const snapshots = new SnapshotRestore(server, wanted, logger, new RestoreMetrics(metrics), (partition, { header, sections }) => {
    tables.load(partition, header.offset, sections);
  });
  tables.startFrom((partition, range) => snapshots.restore(partition, range));
}

class GeneratorTask implements TaskLogic {
  readonly joins = {};
  readonly #tables: TwinTables;
  readonly #topic: TopicName;
  readonly #observer: ObserverFactory;
  readonly #partition: number;
  readonly #members: Membership;
  readonly #identities: Identities;
  readonly #key = new Ascii();
  readonly #traces: EffectTraces;
  #state: TwinState | null = null;
  #timeline: Timeline | null = null;
  #causes = Causes.NONE;
  #scenarioEnd = -1;
  /** Event time up to which records have been handed out, ms. */
  #cursor = NaN;

  constructor(tables: TwinTables, topic: TopicName, observer: ObserverFactory, partition: number, traces: EffectTraces) {
    this.#traces = traces;
    this.#tables = tables;
    this.#topic = topic;
    this.#observer = observer;
    this.#partition = partition;
    this.#members = tables.map.membership(partition);
    this.#identities = new Identities(tables.identities);
  }

  /** Everything is recomputed from tables and time, so nothing is restored but by the first `handle`. */
  restore(): void {
    this.#cursor = NaN;
  }

  async handle(tick: Tick, out: TaskOutput): Promise<void> {
    let sliceEnd = performance.now() + SLICE;
    const pause = async (): Promise<void> => {
      if (performance.now() < sliceEnd) return;
      await out.backpressure();
      sliceEnd = performance.now() + SLICE;
    };
    this.#traces.begin(tick);
    const begins = this.#timeline === null;
    const changed = begins || this.#applyState(tick, out);
    if (changed || this.#cursor !== tick.from) {
      // One task after another, so that the first goes on while the others look back, instead of all going on late.
      await this.#tables.seeks.run(async () => {
        out.checkpoint();
        if (begins) this.#applyState(tick, out);
        await this.#timeline!.seek(tick.from, this.#causes, async () => {
          out.checkpoint();
          await pause();
        });
      });
    }
    const timeline = this.#timeline!;
    await timeline.take(tick.from, tick.to, this.#sink(this.#topic, out), this.#sink('ground_truth', out), pause);
    this.#cursor = tick.to;
  }

  snapshot(): null {
    return null;
  }

  close(): void {
    this.#timeline = null;
  }

  /** Brings twin, causes and identities to the tick's offsets. True when what lies ahead may have changed. */
  #applyState(tick: Tick, out: TaskOutput): boolean {
    const state = this.#tables.stateAt(tick.subscriberStateEnds);
    const sameState = state === this.#state && this.#timeline !== null;
    if (sameState && tick.scenarioStateEnd === this.#scenarioEnd) return false;
    const scenarios = this.#tables.scenarios.asOf(tick.scenarioStateEnd, tick.from);
    this.#causes = Causes.of(scenarios, state.world);
    this.#scenarioEnd = tick.scenarioStateEnd;
    this.#identities.asOf(tick.subscriberStateEnds[this.#partition], this.#causes);
    if (!sameState) {
      this.#state = state;
      this.#timeline = new Timeline({
        world: state.world, books: state.books, members: this.#members,
        observer: this.#observer(state.world, state.books, this.#members, this.#identities),
        schemaId: out.schemaId(this.#topic), groundTruthSchemaId: out.schemaId('ground_truth'),
      });
    }
    return true;
  }

  #sink(topic: TopicName, out: TaskOutput): RecordSink {
    const key = this.#key;
    const traces = this.#traces;
    const { cellId } = this.#tables.network;
    let view = key.bytes.subarray(0, 0);
    return (time, entity, bytes, start, end, valueView) => {
      key.clear().decimal(entity >= 0 ? SUBSCRIBER_ID_BASE + entity : cellId[~entity]);
      if (view.length !== key.length) view = key.bytes.subarray(0, key.length);
      const headers = traces.isIdle ? undefined : topic === 'ground_truth' ? traces.label(bytes, start, end) : traces.record(bytes, start);
      out.append(topic, time, view, bytes, start, end, headers, valueView);
    };
  }
}
