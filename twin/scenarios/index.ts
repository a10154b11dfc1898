export { besideHolders } from './conflicts.ts';
export { checkKind, MAX_INTENSITY } from './check-kind.ts';
export { Causes } from './causes.ts';
export type { ParameterSpec, ScenarioEffect, ScenarioKind } from './kind.ts';
export { findKind, scenarioKinds } from './kinds.ts';
export { resolveScenario } from './resolve.ts';
export { isEmpty, isLater, ScenarioError, TargetType, type ControlEvent, type ResolvedScenario, type ScenarioTarget, type StateChange } from './types.ts';
