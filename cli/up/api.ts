/** What `up` reads of the scenario-injector's REST API, and tells it. */

export interface ClockStatus {
  /** Event time of the next tick, ms. */
  readonly time: number;
  readonly mode: string;
  readonly speed: number;
  /** Event time by which the slowest group is behind what is due, s. */
  readonly lagSeconds: number;
  /** Of a clock that is PAUSED: `until` at its end, `on-gap` after a gap, else who paused it. */
  readonly pausedBy?: string;
}

export interface ScenarioStatus {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
}

/** `GET clock`. */
export function clockOf(body: unknown): ClockStatus {
  const { event_time, mode, speed, lag_seconds, paused_by } = body as {
    event_time: string; mode: string; speed: number; lag_seconds: number | null; paused_by: string | null;
  };
  return { time: Date.parse(event_time), mode, speed, lagSeconds: lag_seconds ?? 0, ...(paused_by === null ? {} : { pausedBy: paused_by }) };
}

/** `GET scenarios`, those that have ended left out. */
export function scenariosOf(body: unknown): ScenarioStatus[] {
  const { scenarios } = body as { scenarios: readonly { scenario_id: string; kind: string; status: string }[] };
  return scenarios
    .filter(({ status }) => status !== 'ENDED' && status !== 'STOPPED')
    .map(({ scenario_id, kind, status }) => ({ id: scenario_id, kind, status }));
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** Longer than the injector waits for its leader to obey. */
const COMMAND_TIMEOUT_MS = 10_000;

/**
 * `PUT clock/speed`.
 * @param api base address, e.g. `http://127.0.0.1:8080/api/v1`
 * @returns whether the command was taken; false while nobody can take it, as at a start
 */
export async function putSpeed(api: string, token: string | undefined, speed: number): Promise<boolean> {
  try {
    const response = await fetch(`${api}/clock/speed`, {
      method: 'PUT', headers: { ...authorization(token), 'content-type': 'application/json' }, body: JSON.stringify({ speed }),
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
