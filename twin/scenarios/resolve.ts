import { SUBSCRIBER_ID_BASE } from '../config.ts';
import type { World } from '../world.ts';
import type { ParameterSpec, ScenarioKind } from './kind.ts';
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
    throw new ScenarioError('until', `until (${event.until}) is not after effective_at (${event.effectiveAt})`);
  }
  if (event.until !== null && event.until <= appliedFrom) {
    throw new ScenarioError('until', `until (${event.until}) lies before the twin's present (${appliedFrom})`);
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

/** A parameter's value, or its default. The text was checked by {@link resolveScenario}. */
export function parameter(specs: readonly ParameterSpec[], values: Readonly<Record<string, string>>, name: string): number {
  const spec = specs.find((s) => s.name === name);
  if (spec === undefined) throw new Error(`no parameter "${name}" is declared`);
  const text = values[name];
  return text === undefined ? spec.default : Number(text);
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
      throw new ScenarioError(`parameters.${name}`, `"${text}" is not a number in [${spec.minimum}, ${spec.maximum}] ${spec.unit}`);
    }
  }
}

/** Target ids that must be numbers within a known set; `lookup` answers the index or -1. */
export function resolveIds(field: string, ids: readonly string[], what: string, lookup: (id: string) => number): number[] {
  if (ids.length === 0) throw new ScenarioError(field, `names no ${what}`);
  const indices = new Set<number>();
  for (const id of ids) {
    const index = lookup(id);
    if (index < 0) throw new ScenarioError(field, `the twin has no ${what} "${id}"`);
    indices.add(index);
  }
  return [...indices].sort((a, b) => a - b);
}

/** Index of an active subscriber by decimal subscriber_id, or -1. */
export function subscriberIndex(id: string, world: World): number {
  if (!/^\d{9,12}$/.test(id)) return -1;
  const index = Number(id) - SUBSCRIBER_ID_BASE;
  return index >= 0 && index < world.config.capacity && world.directory.isActive(index) ? index : -1;
}
