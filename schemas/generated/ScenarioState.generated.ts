// Generated from schemas/ScenarioState.avsc by schemas/codegen/generate.ts. Do not edit.

export const ScenarioStatus = { UNKNOWN: 0, SCHEDULED: 1, STOPPED: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type ScenarioStatus = (typeof ScenarioStatus)[keyof typeof ScenarioStatus];
export type ScenarioStatusSymbol = keyof typeof ScenarioStatus;
/** Symbols of ScenarioStatus by index. */
export const ScenarioStatusSymbols: readonly ScenarioStatusSymbol[] = ['UNKNOWN', 'SCHEDULED', 'STOPPED'];

export const StateChangeType = { UNKNOWN: 0, SUBSCRIBER_IDENTITY: 1, CELL_STATUS: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type StateChangeType = (typeof StateChangeType)[keyof typeof StateChangeType];
export type StateChangeTypeSymbol = keyof typeof StateChangeType;
/** Symbols of StateChangeType by index. */
export const StateChangeTypeSymbols: readonly StateChangeTypeSymbol[] = ['UNKNOWN', 'SUBSCRIBER_IDENTITY', 'CELL_STATUS'];

/** A change of subscriber_state or network_state that a scenario makes */
export interface StateChange {
  /** Which fields are set. */
  type: StateChangeTypeSymbol;
  /** SUBSCRIBER_IDENTITY: index of the subscriber. */
  subscriber: number | null;
  /** SUBSCRIBER_IDENTITY: the new IMSI. [15 digits; TS 23.003 2.2] */
  imsi: string | null;
  /** SUBSCRIBER_IDENTITY: the new IMEI. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: string | null;
  /** CELL_STATUS: index of the cell. */
  cell: number | null;
  /** CELL_STATUS: the new state. */
  in_service: boolean | null;
}

/** A validated scenario with its targets resolved, as the leader applies it from applied_from on. */
export interface ScenarioState {
  /** Identity of the scenario; the record key. */
  scenario_id: string;
  /** Kind of scenario. */
  kind: string;
  /** SCHEDULED: acts in [applied_from, applied_until). STOPPED: applied_until was set by a STOP. */
  status: ScenarioStatusSymbol;
  /** Event time from which it acts. [ms since epoch, UTC] */
  applied_from: number;
  /** Event time at which it ends. Null while open-ended. [ms since epoch, UTC] */
  applied_until: number | null;
  /** Strength relative to the usual one of the kind. [ratio] */
  intensity: number;
  /** How hard it should be to detect. */
  difficulty: string;
  /** Parameters of the kind, by name. */
  parameters: Record<string, string>;
  /** index of each cell it acts on, ascending. */
  cells: number[];
  /** index of each subscriber it acts on, ascending. Empty where the kind finds them by rule. */
  subscribers: number[];
  /** State changes to write when it begins. */
  on_begin: StateChange[];
  /** State changes to write when it ends. */
  on_end: StateChange[];
  /** How long after its end events may still differ because of it. [ms] */
  tail_ms: number;
  /** effective_at as requested. [ms since epoch, UTC] */
  requested_effective_at: number;
  /** until as requested. [ms since epoch, UTC] */
  requested_until: number | null;
  /** Wall-clock time of the request. [ms since epoch, UTC] */
  issued_at: number;
  /** Who or what asked. */
  issued_by: string;
  /** True when requested_effective_at had passed and applied_from was moved to the next tick. */
  late: boolean;
  /** Number of this version of the scenario, 1 at START. */
  revision: number;
}
