import { CorruptStateError } from '../../../topology/task/errors.ts';
import type { Names } from '../../../topology/graph/index.ts';
import { listOffsets, type Cluster, type OffsetRange, type RecordVisitor, type TopicPartition } from '../../../topology/log/index.ts';
import type { ClockState } from '../../../schemas/generated/ClockState.generated.ts';
import { recordContexts } from '../../../topology/telemetry/propagation.ts';
import { readToEnd, readWireValue, resolvedScenario, scenarioProvenance, StepFilter, stepOf, type Step } from '../../records/index.ts';
import { clockHead, newClockHead, type ClockHead } from '../clock/clock-record.ts';
import { ScenarioTable } from '../state/scenario-table.ts';
import { TwinState } from '../state/twin-state.ts';

/** End offsets of the state topics, as ticks name them. */
export class StateEnds {
  scenarioState: number;
  networkState: number;
  readonly subscriberState: number[];
  readonly #names: Names;

  private constructor(names: Names, scenarioState: number, networkState: number, subscriberState: number[]) {
    this.#names = names;
    this.scenarioState = scenarioState;
    this.networkState = networkState;
    this.subscriberState = subscriberState;
  }

  /** The ends of the log now. No transaction of this processor is open, so they are stable. */
  static async read(cluster: Cluster, names: Names, partitions: number): Promise<StateEnds> {
    const places: TopicPartition[] = [
      { topic: names.topic('scenario_state'), partition: 0 },
      { topic: names.topic('network_state'), partition: 0 },
      ...Array.from({ length: partitions }, (_, partition) => ({ topic: names.topic('subscriber_state'), partition })),
    ];
    const [scenario, network, ...subscribers] = (await listOffsets(cluster, places, 'latest', 'read_uncommitted')).map(({ offset }) => offset);
    return new StateEnds(names, scenario, network, subscribers);
  }

  /** Moves behind the records that a transaction has written so far. */
  advance(ranges: readonly OffsetRange[]): void {
    for (const { topic, partition, lastOffset } of ranges) {
      if (topic === this.#names.topic('scenario_state')) this.scenarioState = lastOffset + 1;
      else if (topic === this.#names.topic('network_state')) this.networkState = lastOffset + 1;
      else if (topic === this.#names.topic('subscriber_state')) this.subscriberState[partition] = lastOffset + 1;
    }
  }
}

/** A step that was decided, and may have been done in part. */
export interface DecidedStep {
  readonly step: Step;
  /** The clock after it. */
  readonly after: ClockHead;
}

/**
 * Where a new leader goes on: read from the log, after its InitProducerId has settled what the old leader left open. Where there is no such thing, the
 * state is that before the last step, which is to be done again.
 */
export interface Restored {
  head: ClockHead;
  readonly table: ScenarioTable;
  readonly state: TwinState;
  readonly ends: StateEnds;
  readonly redo: DecidedStep | null;
  /** Offset behind what was read of `clock_state`. */
  readonly clockEnd: number;
}

/** @throws CorruptStateError on a record of its own topics that this version can't read. */
export async function restore(
  cluster: Cluster, names: Names, partitions: number, fresh: { readonly start: number; readonly speed: number }, wall: number,
): Promise<Restored> {
  const { record, step, end } = await readClock(cluster, names.topic('clock_state'));
  const after = record === null ? newClockHead(fresh.start, fresh.speed, wall) : clockHead(record);
  const redo = step === null ? null : { step, after };
  const table = await readScenarios(cluster, names, step?.scenarioStateEnd ?? Infinity);
  const resumed = step === null ? after : headBefore(after, step);
  const state = new TwinState();
  // A turn is written with the tick that starts at it, so those before the next tick are done, and no others.
  state.advance(table.turns(-Infinity, resumed.clock.next - 1));
  return { head: resumed, table, state, ends: await StateEnds.read(cluster, names, partitions), redo, clockEnd: end };
}

async function readClock(cluster: Cluster, topic: string): Promise<{ record: ClockState | null; step: Step | null; end: number }> {
  const filter = new StepFilter();
  let found: { record: ClockState; step: Step | null } | null = null;
  const end = await readToEnd(cluster, topic, 0, decoding(topic, (bytes, valueStart, valueEnd, headersStart) => {
    const step = stepOf(bytes, headersStart);
    if (filter.counts(step)) found = { record: readWireValue('ClockState', bytes, valueStart, valueEnd), step };
  }));
  return { record: null, step: null, ...(found as { record: ClockState; step: Step | null } | null), end };
}

/** As far as doing a step again needs it: the clock's mode and speed are decided. */
function headBefore(after: ClockHead, step: Step): ClockHead {
  return {
    ...after, clock: { ...after.clock, next: step.eventTimeBefore },
    sequence: step.tickFrom === null ? after.sequence : after.sequence - 1, controlOffset: step.controlFrom,
  };
}

/** @param before offset of the first record that does not count */
async function readScenarios(cluster: Cluster, names: Names, before: number): Promise<ScenarioTable> {
  const table = new ScenarioTable();
  const topic = names.topic('scenario_state');
  await readToEnd(cluster, topic, 0, decoding(topic, (bytes, start, end, headersStart, offset) => {
    if (offset >= before) return;
    const record = readWireValue('ScenarioState', bytes, start, end);
    const trace = recordContexts(bytes, headersStart)[0];
    table.put({ ...scenarioProvenance(record), scenario: resolvedScenario(record), ...(trace === undefined ? {} : { trace }) });
  }));
  return table;
}

/** Visits values, naming the place of one that can't be read. */
export function decoding(topic: string, visit: (bytes: Buffer, start: number, end: number, headersStart: number, offset: number) => void): RecordVisitor {
  return (offset, _timestamp, bytes, _keyStart, _keyEnd, valueStart, valueEnd, headersStart) => {
    if (valueStart < 0) return;
    try {
      visit(bytes, valueStart, valueEnd, headersStart, offset);
    } catch (error) {
      throw new CorruptStateError(`a record can't be read: ${(error as Error).message}`, { topic, partition: 0, offset, cause: error });
    }
  };
}
