import { SUBSCRIBER_ID_BASE } from '../config.ts';
import type { World } from '../world.ts';
import type { ParameterSpec } from './kind.ts';
import { ScenarioError } from './types.ts';

/** A parameter's value, or its default. The text was checked by {@link resolveScenario}. */
export function parameter(specs: readonly ParameterSpec[], values: Readonly<Record<string, string>>, name: string): number {
  const spec = specs.find((s) => s.name === name);
  if (spec === undefined) throw new Error(`no parameter "${name}" is declared`);
  const text = values[name];
  return text === undefined ? spec.default : Number(text);
}

/** Target ids that must be numbers within a known set; `lookup` answers the index or -1. */
export function resolveIds(field: string, ids: readonly string[], what: string, lookup: (id: string) => number): number[] {
  if (ids.length === 0) throw new ScenarioError(field, `${field} names no ${what}`);
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
