import type { ScenarioKind } from './kind.ts';
import { findKind, scenarioKinds } from './kinds.ts';
import { ScenarioError, type ControlEvent } from './types.ts';

/** Of every kind: 1 is all that its parameters say. */
export const MAX_INTENSITY = 1;

/**
 * The kind of a START or UPDATE, after a check of what that kind says about an event whatever twin it is for.
 * Throws {@link ScenarioError} for the first field that is wrong.
 */
export function checkKind(event: ControlEvent): ScenarioKind {
  const kind = findKind(event.kind);
  if (kind === undefined) {
    throw new ScenarioError('kind', `unknown kind "${event.kind}"; known: ${scenarioKinds.map((k) => k.kind).join(', ')}`);
  }
  if (!Number.isFinite(event.intensity) || event.intensity <= 0 || event.intensity > MAX_INTENSITY) {
    throw new ScenarioError('intensity', `intensity is ${event.intensity}; expected a number in (0, ${MAX_INTENSITY}]`);
  }
  if (!kind.targets.includes(event.target.type)) {
    throw new ScenarioError('target.type', `${kind.kind} takes a target of type ${kind.targets.join(' or ')}, not ${event.target.type}`);
  }
  checkParameters(kind, event.parameters);
  return kind;
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
