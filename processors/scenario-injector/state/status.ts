import type { ResolvedScenario } from '../../../twin/scenarios/index.ts';

const statuses = ['SCHEDULED', 'RUNNING', 'ENDED', 'STOPPED'] as const;
export type ScenarioStatus = (typeof statuses)[number];

/** What a scenario's newest phase is doing at an event time, ms. */
export function statusAt({ status, appliedFrom, appliedUntil }: ResolvedScenario, time: number): ScenarioStatus {
  if (status === 'STOPPED') return status;
  if (appliedFrom >= time) return 'SCHEDULED';
  return appliedUntil !== null && appliedUntil <= time ? 'ENDED' : 'RUNNING';
}

/** How many scenarios are in each status, none left out. */
export function countStatuses(scenarios: Iterable<ResolvedScenario>, time: number): Map<ScenarioStatus, number> {
  const counts = new Map<ScenarioStatus, number>(statuses.map((status) => [status, 0]));
  for (const scenario of scenarios) {
    const status = statusAt(scenario, time);
    counts.set(status, counts.get(status)! + 1);
  }
  return counts;
}
