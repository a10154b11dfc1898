import type { ScenarioEvent } from '../../schemas/generated/ScenarioEvent.generated.ts';
import type { ScenarioState, StateChange as StateChangeRecord } from '../../schemas/generated/ScenarioState.generated.ts';
import type { ControlEvent, ResolvedScenario, StateChange } from '../../twin/scenarios/types.ts';
import { digits } from './subscriber.ts';

/** What a scenario's record holds beyond what the model needs. */
export interface ScenarioProvenance {
  /** Number of this version of the scenario, 1 at START. */
  readonly revision: number;
  /** True when the requested time had passed, so that it applies later than asked. */
  readonly late: boolean;
  /** As asked for: event times and, for `issuedAt`, wall time; ms. */
  readonly request: { readonly effectiveAt: number; readonly until: number | null; readonly issuedAt: number; readonly issuedBy: string };
}

export function scenarioStateRecord(scenario: ResolvedScenario, provenance: ScenarioProvenance): ScenarioState {
  return {
    scenario_id: scenario.scenarioId,
    kind: scenario.kind,
    status: scenario.status,
    applied_from: scenario.appliedFrom,
    applied_until: scenario.appliedUntil,
    intensity: scenario.intensity,
    difficulty: scenario.difficulty,
    parameters: { ...scenario.parameters },
    cells: [...scenario.cells],
    subscribers: [...scenario.subscribers],
    on_begin: scenario.onBegin.map(changeRecord),
    on_end: scenario.onEnd.map(changeRecord),
    tail_ms: scenario.tailMs,
    requested_effective_at: provenance.request.effectiveAt,
    requested_until: provenance.request.until,
    issued_at: provenance.request.issuedAt,
    issued_by: provenance.request.issuedBy,
    late: provenance.late,
    revision: provenance.revision,
  };
}

/** Throws on a status or change that this version does not know. */
export function resolvedScenario(record: ScenarioState): ResolvedScenario {
  if (record.status === 'UNKNOWN') throw new Error(`scenario ${record.scenario_id} has a status that this version does not know: upgrade it first`);
  return {
    scenarioId: record.scenario_id,
    kind: record.kind,
    status: record.status,
    appliedFrom: record.applied_from,
    appliedUntil: record.applied_until,
    intensity: record.intensity,
    difficulty: record.difficulty,
    parameters: record.parameters,
    cells: record.cells,
    subscribers: record.subscribers,
    onBegin: record.on_begin.map((change) => stateChange(record, change)),
    onEnd: record.on_end.map((change) => stateChange(record, change)),
    tailMs: record.tail_ms,
  };
}

export function scenarioProvenance(record: ScenarioState): ScenarioProvenance {
  return {
    revision: record.revision,
    late: record.late,
    request: {
      effectiveAt: record.requested_effective_at,
      until: record.requested_until,
      issuedAt: record.issued_at,
      issuedBy: record.issued_by,
    },
  };
}

/** The twin's form of a control event. Enum symbols are passed on as they are: an unknown one is for validation to name. */
export function controlEvent(record: ScenarioEvent): ControlEvent {
  return {
    scenarioId: record.scenario_id,
    kind: record.kind,
    action: record.action as ControlEvent['action'],
    effectiveAt: record.effective_at,
    until: record.until,
    target: { type: record.target.type as ControlEvent['target']['type'], ids: record.target.ids, fraction: record.target.fraction },
    intensity: record.intensity,
    difficulty: record.difficulty,
    parameters: record.parameters,
    issuedAt: record.issued_at,
    issuedBy: record.issued_by,
  };
}

export function scenarioEventRecord(event: ControlEvent): ScenarioEvent {
  return {
    scenario_id: event.scenarioId,
    kind: event.kind,
    action: event.action,
    effective_at: event.effectiveAt,
    until: event.until,
    target: { type: event.target.type, ids: [...event.target.ids], fraction: event.target.fraction },
    intensity: event.intensity,
    difficulty: event.difficulty,
    parameters: { ...event.parameters },
    issued_at: event.issuedAt,
    issued_by: event.issuedBy,
  };
}

function changeRecord(change: StateChange): StateChangeRecord {
  const none = { subscriber: null, imsi: null, imei: null, cell: null, in_service: null };
  return change.type === 'CELL_STATUS'
    ? { ...none, type: change.type, cell: change.cell, in_service: change.inService }
    : { ...none, type: change.type, subscriber: change.subscriber, imsi: digits(change.imsi, 15), imei: digits(change.imei, 15) };
}

function stateChange(scenario: ScenarioState, record: StateChangeRecord): StateChange {
  if (record.type === 'CELL_STATUS' && record.cell !== null && record.in_service !== null) {
    return { type: record.type, cell: record.cell, inService: record.in_service };
  }
  if (record.type === 'SUBSCRIBER_IDENTITY' && record.subscriber !== null && record.imsi !== null && record.imei !== null) {
    return { type: record.type, subscriber: record.subscriber, imsi: Number(record.imsi), imei: Number(record.imei) };
  }
  throw new Error(`scenario ${scenario.scenario_id} holds a change of type ${record.type} that is incomplete or unknown to this version`);
}
