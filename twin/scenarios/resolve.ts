import type { World } from '../world.ts';
import type { ScenarioKind } from './kind.ts';
import { findKind, scenarioKinds } from './kinds.ts';
import { ScenarioError, type ControlEvent, type ResolvedScenario } from './types.ts';

/**
 * Checks a START or UPDATE and resolves its targets. `appliedFrom` is the later of `effective_at` and the next tick's `from`.
 * Throws {@link ScenarioError} for anything a person would have to correct.
 */
export function resolveScenario(event: ControlEvent, world: World, appliedFrom: number): ResolvedScenario {
  const kind = findKind(event.kind);
  if (kind === undefined) {
    throw new ScenarioError('kind', `unknown kind "${event.kind}"; known: ${scenarioKinds.map((k) => k.kind).join(', ')}`);
  }
  if (!Number.isFinite(event.intensity) || event.intensity <= 0 || event.intensity > 1) {
    throw new ScenarioError('intensity', `intensity is ${event.intensity}; expected a number in (0, 1]`);
  }
  if (event.until !== null && event.until <= event.effectiveAt) {
    throw new ScenarioError('until', `until (${iso(event.until)}) is not after effective_at (${iso(event.effectiveAt)})`);
  }
  if (event.until !== null && event.until <= appliedFrom) {
    throw new ScenarioError('until', `it ends at ${iso(event.until)}, before the twin's present (${iso(appliedFrom)})`);
  }
  if (!kind.targets.includes(event.target.type)) {
    throw new ScenarioError('target.type', `${kind.kind} takes a target of type ${kind.targets.join(' or ')}, not ${event.target.type}`);
  }
  checkParameters(kind, event.parameters);
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

function checkParameters(kind: ScenarioKind, values: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(values)) {
    const spec = kind.parameters.find((s) => s.name === name);
    if (spec === undefined) {
      const known = kind.parameters.map((s) => s.name).join(', ') || 'none';
      throw new ScenarioError(`parameters.${name}`, `${kind.kind} has no parameter "${name}"; known: ${known}`);
    }
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < spec.minimum || value > spec.maximum) {
      throw new ScenarioError(`parameters.${name}`, `${name} is "${text}"; expected a number from ${spec.minimum} to ${spec.maximum} ${spec.unit}`.trimEnd());
    }
  }
}

/** For a message: control events may hold any number. */
function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
