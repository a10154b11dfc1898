import { ScenarioError, type ControlEvent, type ResolvedScenario } from '../../../twin/scenarios/index.ts';
import type { Phase, ScenarioTable } from './scenario-table.ts';

/** Resolves a START or UPDATE that applies from an event time on; throws {@link ScenarioError}. */
export type Resolve = (event: ControlEvent, appliedFrom: number) => ResolvedScenario;

/**
 * The phases that a well-formed control event writes: the new one and, for an UPDATE or STOP, the one it closes.
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
    return [{ revision: 1, ...opening, scenario: resolve(event, at) }];
  }
  const running = open(newest, event, at);
  const closed = close(running, at);
  if (event.action === 'STOP') return [closed];
  return [closed, { revision: running.revision + 1, ...opening, scenario: resolve(event, at) }];
}

/** The phase that an UPDATE or STOP is about. */
function open(newest: Phase | undefined, event: ControlEvent, at: number): Phase {
  if (newest === undefined) {
    throw new ScenarioError('scenario_id', `${event.action} of "${event.scenarioId}", but no such scenario was started`);
  }
  const { status, appliedUntil, kind } = newest.scenario;
  if (status === 'STOPPED' || (appliedUntil !== null && appliedUntil <= at)) {
    const when = new Date(appliedUntil ?? at).toISOString();
    throw new ScenarioError('scenario_id', `${event.action} can't act on "${event.scenarioId}": it ${status === 'STOPPED' ? 'was stopped' : 'ends'} at ${when}`);
  }
  if (event.action === 'UPDATE' && event.kind !== kind) {
    throw new ScenarioError('kind', `"${event.scenarioId}" is a ${kind}; an UPDATE can't make it a ${event.kind}`);
  }
  return newest;
}

function close(phase: Phase, at: number): Phase {
  const { scenario } = phase;
  return { ...phase, scenario: { ...scenario, status: 'STOPPED', appliedUntil: Math.max(at, scenario.appliedFrom) } };
}
