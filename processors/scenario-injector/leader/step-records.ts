import type { ClockState } from '../../../schemas/generated/ClockState.generated.ts';
import type { NetworkElement } from '../../../schemas/generated/NetworkElement.generated.ts';
import type { Tick } from '../../../schemas/generated/Tick.generated.ts';
import type { Names, TopicName } from '../../../topology/graph/index.ts';
import { partitionFor, type RecordHeader } from '../../../topology/log/index.ts';
import { traceHeaders } from '../../../topology/telemetry/propagation.ts';
import type { RecordName, Records } from '../../../schemas/generated/records.generated.ts';
import { scenarioStateRecord, TWIN_KEY, wireValue } from '../../records/index.ts';
import type { ControlRecord } from '../control/decode.ts';
import { Rejection } from '../control/rejection.ts';
import type { Inventory } from '../state/inventory.ts';
import type { Phase, Turn } from '../state/scenario-table.ts';
import type { StateVersion } from '../state/twin-state.ts';
import { causeRecords } from './cause-records.ts';
import type { Appender } from './held-appends.ts';

const CLOCK_KEY = 'clock';

/** Where the leader's records go: topics by their prefixed names, values framed with the registry's ids. */
export interface StepTarget {
  readonly names: Names;
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  readonly partitions: number;
  /** Largest value that the brokers take, bytes. */
  readonly maxValueBytes: number;
}

/** Appends what a step of the leader says, each kind of record with its key, partition and time stamp. */
export class StepRecords {
  readonly #appender: Appender;
  readonly #target: StepTarget;
  readonly #inventory: Inventory;

  constructor(appender: Appender, target: StepTarget, inventory: Inventory) {
    this.#appender = appender;
    this.#target = target;
    this.#inventory = inventory;
  }

  /** @throws Rejection for a scenario whose record the brokers would not take */
  requireFits(phase: Phase): void {
    if (this.#target.maxValueBytes === Infinity) return;
    const { length } = wireValue(0, 'ScenarioState', scenarioStateRecord(phase.scenario, phase));
    if (length <= this.#target.maxValueBytes) return;
    throw new Rejection('TOO_LARGE', `with its targets resolved the scenario has ${length} bytes, and these brokers take ${this.#target.maxValueBytes}: give it fewer targets`, 'target');
  }

  phase(phase: Phase, wall: number): void {
    const record = scenarioStateRecord(phase.scenario, phase);
    this.#append('scenario_state', 0, wall, record.scenario_id, 'ScenarioState', record, phase.trace === undefined ? undefined : traceHeaders(phase.trace));
  }

  version(version: StateVersion, wall: number): void {
    if (version.type === 'CELL') {
      const element = this.#inventory.cell(version);
      this.#append('network_state', 0, wall, `cell:${element.cell!.cell_id}`, 'NetworkElement', element);
    } else {
      const record = this.#inventory.subscriber(version);
      this.#appendKeyed('subscriber_state', wall, String(record.subscriber_id), 'Subscriber', record);
    }
  }

  twin(element: NetworkElement, wall: number): void {
    this.#append('network_state', 0, wall, TWIN_KEY, 'NetworkElement', element);
  }

  /** What began or ended, into the ledger. */
  causes(turn: Turn): void {
    const records = causeRecords(turn, (index) => this.#inventory.cellId(index), (index) => this.#inventory.subscriberId(index));
    for (const { key, record } of records) this.#appendKeyed('ground_truth', turn.at, key, 'GroundTruth', record);
  }

  deadLetter(record: ControlRecord, rejection: Rejection, wall: number): void {
    const { names, partitions } = this.#target;
    const text = (key: string, value: string): RecordHeader => ({ key, value: Buffer.from(value) });
    const headers = [
      text('reason', rejection.reason),
      text('message', rejection.message),
      text('processor', 'scenario-injector'),
      text('topic', names.topic('scenario_events')),
      text('partition', '0'),
      text('offset', String(record.offset)),
    ];
    if (rejection.field !== null) headers.push(text('field', rejection.field));
    if (record.size > (record.value?.length ?? 0)) headers.push(text('truncated_from_bytes', String(record.size)));
    const partition = record.key === null ? 0 : partitionFor(record.key, partitions);
    this.#appender.append(names.topic('dead_letters'), partition, wall, record.key, record.value, undefined, undefined, headers);
  }

  /** @param headers traces of the scenarios that begin or end with it */
  tick(tick: Tick, wall: number, headers?: readonly RecordHeader[]): void {
    this.#append('sim_ticks', tick.partition, wall, String(tick.partition), 'Tick', tick, headers);
  }

  clock(record: ClockState): void {
    this.#append('clock_state', 0, record.updated_at, CLOCK_KEY, 'ClockState', record);
  }

  /** Key and value of the clock's record, for whoever appends it itself. */
  clockEntry(record: ClockState): { readonly key: Buffer; readonly value: Buffer } {
    return { key: Buffer.from(CLOCK_KEY), value: wireValue(this.#schemaId('clock_state'), 'ClockState', record) };
  }

  #appendKeyed<Name extends RecordName>(topic: TopicName, time: number, key: string, name: Name, record: Records[Name]): void {
    this.#append(topic, partitionFor(Buffer.from(key), this.#target.partitions), time, key, name, record);
  }

  #append<Name extends RecordName>(
    topic: TopicName, partition: number, time: number, key: string, name: Name, record: Records[Name], headers?: readonly RecordHeader[],
  ): void {
    const schemaId = this.#schemaId(topic);
    this.#appender.append(this.#target.names.topic(topic), partition, time, Buffer.from(key), wireValue(schemaId, name, record), undefined, undefined, headers);
  }

  #schemaId(topic: TopicName): number {
    const id = this.#target.schemaIds.get(topic);
    if (id === undefined) throw new Error(`no registry id is known for the values of ${topic}`);
    return id;
  }
}
