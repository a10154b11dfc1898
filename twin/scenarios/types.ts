/** What a control event may aim at. Exactly the kinds listed by a scenario are accepted. */
export const TargetType = {
  REGION: 'REGION', SITE: 'SITE', CELL: 'CELL', SEGMENT: 'SEGMENT', SUBSCRIBER: 'SUBSCRIBER', FRACTION: 'FRACTION',
} as const;
export type TargetType = (typeof TargetType)[keyof typeof TargetType];

export interface ScenarioTarget {
  readonly type: TargetType;
  /** Site ids, cell ids or subscriber ids as decimal or plain text; region or segment names; empty for a fraction. */
  readonly ids: readonly string[];
  /** Share of all subscribers (0, 1], only with `FRACTION`. */
  readonly fraction: number | null;
}

/** A `ScenarioEvent` record after decoding, before any check. Times are event time, ms. */
export interface ControlEvent {
  readonly scenarioId: string;
  readonly kind: string;
  readonly action: 'START' | 'UPDATE' | 'STOP';
  readonly effectiveAt: number;
  readonly until: number | null;
  readonly target: ScenarioTarget;
  readonly intensity: number;
  readonly difficulty: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly issuedAt: number;
  readonly issuedBy: string;
}

/** A subscriber-state or cell-status change that a scenario makes when it begins or ends. */
export type StateChange =
  | {
      readonly type: 'SUBSCRIBER_IDENTITY';
      readonly subscriber: number;
      readonly imsi: number;
      readonly imei: number;
    }
  | { readonly type: 'CELL_STATUS'; readonly cell: number; readonly inService: boolean };

/**
 * A validated control event with its targets resolved to indices, as `ScenarioState` carries it. It acts on event times in
 * [appliedFrom, appliedUntil). Every effect is causal: nothing before `appliedFrom` depends on it, and nothing before a
 * STOP's time depends on that STOP.
 */
export interface ResolvedScenario {
  readonly scenarioId: string;
  readonly kind: string;
  readonly status: 'SCHEDULED' | 'STOPPED';
  readonly appliedFrom: number;
  /** Null while open-ended. */
  readonly appliedUntil: number | null;
  readonly intensity: number;
  readonly difficulty: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Indices of cells whose service the scenario acts on, ascending. */
  readonly cells: readonly number[];
  /** Indices of subscribers it acts on, ascending; empty where the kind finds them by rule (a crowd at a venue). */
  readonly subscribers: readonly number[];
  /** State changes to write when it begins and when it ends. */
  readonly onBegin: readonly StateChange[];
  readonly onEnd: readonly StateChange[];
  /** Latest event time that may still differ because of it once it has ended (care contacts come later): appliedUntil + tail. ms. */
  readonly tailMs: number;
}

/** True for a phase that was stopped or replaced before it began: it has no effect. */
export function isEmpty({ appliedFrom, appliedUntil }: ResolvedScenario): boolean {
  return appliedUntil !== null && appliedUntil <= appliedFrom;
}

/** True when `version` of a phase was written after `known`, whatever came first: a closed one stays closed, and its end only comes earlier. */
export function isLater(version: ResolvedScenario, known: ResolvedScenario): boolean {
  return known.status !== 'STOPPED' || (version.status === 'STOPPED' && version.appliedUntil! <= known.appliedUntil!);
}

/** Why a control event was refused: text for the `dead_letters` header, naming field, value and what would be accepted. */
export class ScenarioError extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.name = 'ScenarioError';
    this.field = field;
  }
}
