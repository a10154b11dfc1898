/** What `up` reads of the scenario-injector's REST API. */

export interface ClockStatus {
  /** Event time of the next tick, ms. */
  readonly time: number;
  readonly mode: string;
  readonly speed: number;
  /** Event time by which the slowest group is behind what is due, s. */
  readonly lagSeconds: number;
}

export interface ScenarioStatus {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
}

/** `GET clock`. */
export function clockOf(body: unknown): ClockStatus {
  const { event_time, mode, speed, lag_seconds } = body as { event_time: string; mode: string; speed: number; lag_seconds: number | null };
  return { time: Date.parse(event_time), mode, speed, lagSeconds: lag_seconds ?? 0 };
}

/** `GET scenarios`, those that have ended left out. */
export function scenariosOf(body: unknown): ScenarioStatus[] {
  const { scenarios } = body as { scenarios: readonly { scenario_id: string; kind: string; status: string }[] };
  return scenarios
    .filter(({ status }) => status !== 'ENDED' && status !== 'STOPPED')
    .map(({ scenario_id, kind, status }) => ({ id: scenario_id, kind, status }));
}
