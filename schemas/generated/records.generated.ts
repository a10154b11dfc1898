// Generated from schemas/*.avsc by schemas/codegen/generate.ts. Do not edit.

import type { Cdr } from './Cdr.generated.ts';
import type { CellCounters } from './CellCounters.generated.ts';
import type { ClockState } from './ClockState.generated.ts';
import type { CustomerServiceEvent } from './CustomerServiceEvent.generated.ts';
import type { GroundTruth } from './GroundTruth.generated.ts';
import type { LocationUpdate } from './LocationUpdate.generated.ts';
import type { NetworkElement } from './NetworkElement.generated.ts';
import type { NetworkLog } from './NetworkLog.generated.ts';
import type { ScenarioEvent } from './ScenarioEvent.generated.ts';
import type { ScenarioState } from './ScenarioState.generated.ts';
import type { Subscriber } from './Subscriber.generated.ts';
import type { TaskState } from './TaskState.generated.ts';
import type { Tick } from './Tick.generated.ts';

/** Plain-object type of every record, by name. */
export interface Records {
  Cdr: Cdr;
  CellCounters: CellCounters;
  ClockState: ClockState;
  CustomerServiceEvent: CustomerServiceEvent;
  GroundTruth: GroundTruth;
  LocationUpdate: LocationUpdate;
  NetworkElement: NetworkElement;
  NetworkLog: NetworkLog;
  ScenarioEvent: ScenarioEvent;
  ScenarioState: ScenarioState;
  Subscriber: Subscriber;
  TaskState: TaskState;
  Tick: Tick;
}

export type RecordName = keyof Records;

export const RECORD_NAMES: readonly RecordName[] = ['Cdr', 'CellCounters', 'ClockState', 'CustomerServiceEvent', 'GroundTruth', 'LocationUpdate', 'NetworkElement', 'NetworkLog', 'ScenarioEvent', 'ScenarioState', 'Subscriber', 'TaskState', 'Tick'];
