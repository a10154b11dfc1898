import { besideHolders, ScenarioError, type ControlEvent, type ResolvedScenario } from '../../../twin/scenarios/index.ts';
import type { Phase, ScenarioTable } from './scenario-table.ts';

/** Resolves a START or UPDATE that applies from an event time on; throws {@link ScenarioError}. */
export type Resolve = (event: ControlEvent, appliedFrom: number) => ResolvedScenario;

/**
 * The phases that a well-formed control event writes: the new one and, for an UPDATE or STOP, those it closes: whatever of the scenario is in force
 * then, or was to be later.
 * `present` is the `from` of the next tick: nothing before it can change any more. Throws {@link ScenarioError} when the
 * event doesn't fit the scenarios there are. The table is left as it is.
 */
export function revise(table: ScenarioTable, event: ControlEvent, present: number, resolve: Resolve): Phase[] {
  const at = Math.max(event.effectiveAt, present);
  const { effectiveAt, until, issuedAt, issuedBy } = event;
  const opening = { late: effectiveAt < present, request: { effectiveAt, until, issuedAt, issuedBy } };
  const newest = table.newest(event.scenarioId);
  if (event.action === 'START') {
    if (newest !== undefined) {
      throw new ScenarioError('scenario_id', `there is a scenario "${event.scenarioId}" already: choose another id, or send UPDATE`);
    }
    return [{ revision: 1, ...opening, scenario: beside(table, event, resolve(event, at)) }];
  }
  const { revision } = requireOpen(newest, event, present);
  const closed = table.phasesOf(event.scenarioId).filter(({ scenario: { appliedUntil } }) => appliedUntil === null || appliedUntil > at).map((phase) => close(phase, at));
  if (event.action === 'STOP') return closed;
  return [...closed, { revision: revision + 1, ...opening, scenario: beside(table, event, resolve(event, at)) }];
}

function beside(table: ScenarioTable, event: ControlEvent, scenario: ResolvedScenario): ResolvedScenario {
  return besideHolders(scenario, event.target.type, table.scenarios());
}

/** Why an UPDATE or STOP of a scenario with this newest phase comes too late, `present` as for {@link revise}; null when it doesn't. */
export function whyTooLate({ scenario }: Phase, { action, scenarioId, effectiveAt }: ControlEvent, present: number): string | null {
  const { status, appliedUntil } = scenario;
  const at = Math.max(effectiveAt, present);
  if (status !== 'STOPPED' && (appliedUntil === null || appliedUntil > at)) return null;
  const ending = appliedUntil !== null && appliedUntil > present ? 'ends' : 'ended';
  return `${action} can't act on "${scenarioId}": it ${status === 'STOPPED' ? 'was stopped' : ending} at ${new Date(appliedUntil ?? at).toISOString()}`;
}

/** The newest phase, which an UPDATE or STOP is about. */
function requireOpen(newest: Phase | undefined, event: ControlEvent, present: number): Phase {
  if (newest === undefined) {
    throw new ScenarioError('scenario_id', `${event.action} of "${event.scenarioId}", but no such scenario was started`);
  }
  const tooLate = whyTooLate(newest, event, present);
  if (tooLate !== null) throw new ScenarioError('scenario_id', tooLate);
  const { kind } = newest.scenario;
  if (event.action === 'UPDATE' && event.kind !== kind) {
    throw new ScenarioError('kind', `"${event.scenarioId}" is a ${kind}; an UPDATE can't make it a ${event.kind}`);
  }
  return newest;
}

function close(phase: Phase, at: number): Phase {
  const { scenario } = phase;
  return { ...phase, scenario: { ...scenario, status: 'STOPPED', appliedUntil: Math.max(at, scenario.appliedFrom) } };
}
