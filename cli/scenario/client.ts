import type { Target } from './arguments.ts';

export interface StartRequest {
  readonly scenario_id?: string;
  readonly kind: string;
  readonly target: Target;
  /** ISO 8601; event time. */
  readonly effective_at?: string;
  readonly duration_s?: number;
  readonly intensity?: number;
  readonly difficulty?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly issued_by: string;
}

/** A scenario as lists show it. */
export interface ScenarioRow {
  readonly scenario_id: string;
  readonly kind: string;
  readonly status: string;
  readonly applied_from: string;
  readonly applied_until: string | null;
  readonly cell_count: number;
  readonly subscriber_count: number;
}

/** What was done: `applied` when the leader has confirmed it, else it has been sent. */
export interface Outcome {
  readonly scenario_id: string;
  readonly applied: boolean;
  readonly scenario: Partial<ScenarioRow>;
}

/** How the command line reaches a twin: through the REST API, or by the control topic like any Kafka client. */
export interface ScenarioClient {
  start(request: StartRequest): Promise<Outcome>;
  stop(scenarioId: string, issuedBy: string): Promise<Outcome>;
  list(): Promise<readonly ScenarioRow[]>;
  close(): Promise<void>;
}
