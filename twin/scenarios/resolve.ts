import type { World } from '../world.ts';
import { checkKind } from './check-kind.ts';
import { ScenarioError, type ControlEvent, type ResolvedScenario } from './types.ts';

/**
 * Checks a START or UPDATE and resolves its targets. `appliedFrom` is the later of `effective_at` and the next tick's `from`.
 * Throws {@link ScenarioError} for anything a person would have to correct.
 */
export function resolveScenario(event: ControlEvent, world: World, appliedFrom: number): ResolvedScenario {
  const kind = checkKind(event);
  if (event.until !== null && event.until <= event.effectiveAt) {
    throw new ScenarioError('until', `until (${iso(event.until)}) is not after effective_at (${iso(event.effectiveAt)})`);
  }
  if (event.until !== null && event.until <= appliedFrom) {
    throw new ScenarioError('until', `it ends at ${iso(event.until)}, before the twin's present (${iso(appliedFrom)})`);
  }
  const resolution = kind.resolve(event, world, appliedFrom);
  const until = event.until ?? (kind.defaultDurationMs === null ? null : appliedFrom + kind.defaultDurationMs);
  return {
    scenarioId: event.scenarioId,
    kind: kind.kind,
    status: 'SCHEDULED',
    appliedFrom,
    appliedUntil: until,
    intensity: event.intensity,
    difficulty: event.difficulty,
    parameters: event.parameters,
    tailMs: kind.tailMs,
    ...resolution,
  };
}

/** For a message: control events may hold any number. */
function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
