// Generated from schemas/ScenarioEvent.avsc by schemas/codegen/generate.ts. Do not edit.

export const ScenarioEventAction = { UNKNOWN: 0, START: 1, UPDATE: 2, STOP: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type ScenarioEventAction = (typeof ScenarioEventAction)[keyof typeof ScenarioEventAction];
export type ScenarioEventActionSymbol = keyof typeof ScenarioEventAction;
/** Symbols of ScenarioEventAction by index. */
export const ScenarioEventActionSymbols: readonly ScenarioEventActionSymbol[] = ['UNKNOWN', 'START', 'UPDATE', 'STOP'];

export const ScenarioTargetType = { UNKNOWN: 0, REGION: 1, SITE: 2, CELL: 3, SEGMENT: 4, SUBSCRIBER: 5, FRACTION: 6 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type ScenarioTargetType = (typeof ScenarioTargetType)[keyof typeof ScenarioTargetType];
export type ScenarioTargetTypeSymbol = keyof typeof ScenarioTargetType;
/** Symbols of ScenarioTargetType by index. */
export const ScenarioTargetTypeSymbols: readonly ScenarioTargetTypeSymbol[] = ['UNKNOWN', 'REGION', 'SITE', 'CELL', 'SEGMENT', 'SUBSCRIBER', 'FRACTION'];

/** ScenarioTarget */
export interface ScenarioTarget {
  /** What ids names. */
  type: ScenarioTargetTypeSymbol;
  /** Site, cell or subscriber ids; region or segment names. Empty for FRACTION. */
  ids: string[];
  /** Random share of all subscribers, above 0 and up to 1. Only with FRACTION. [0 to 1] */
  fraction: number | null;
}

/** A control event: starts, changes or stops a scenario. Any Kafka client may append one. */
export interface ScenarioEvent {
  /** Identity of the scenario; the record key. The same id twice is one scenario. */
  scenario_id: string;
  /** Kind of scenario, such as cell_outage or sim_swap_fraud. */
  kind: string;
  /** What to do. */
  action: ScenarioEventActionSymbol;
  /** Event time from which it acts. A time in the past acts from the next tick on. [ms since epoch, UTC] */
  effective_at: number;
  /** Event time at which it ends by itself. Null: until stopped. [ms since epoch, UTC] */
  until: number | null;
  /** What it acts on. */
  target: ScenarioTarget;
  /** Strength relative to the usual one of the kind, above 0. [ratio] */
  intensity: number;
  /** How hard it should be to detect: easy, medium or hard. */
  difficulty: string;
  /** Parameters of the kind, by name. */
  parameters: Record<string, string>;
  /** Wall-clock time of the request. [ms since epoch, UTC] */
  issued_at: number;
  /** Who or what asked. */
  issued_by: string;
}
