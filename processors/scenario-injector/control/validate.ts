import { ScenarioError, type ControlEvent } from '../../../twin/scenarios/index.ts';

/** Longest scenario_id: it becomes a record key, a label and part of a path. */
const MAX_ID_LENGTH = 128;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]*$/;
/** Largest time that JavaScript's Date can hold, ms. */
const MAX_TIME = 8.64e15;
/** How hard a scenario can be to detect. */
export const DIFFICULTIES: readonly string[] = ['easy', 'medium', 'hard'];

/**
 * What can be said of a control event without knowing the twin: used by the leader before it resolves targets, and by the
 * API so that a caller is told at once. Throws {@link ScenarioError} for the first field that is wrong.
 */
export function validateControlEvent(event: ControlEvent): void {
  checkScenarioId(event.scenarioId);
  if (!['START', 'UPDATE', 'STOP'].includes(event.action)) {
    throw new ScenarioError('action', `action is ${event.action}; expected START, UPDATE or STOP`);
  }
  checkTime('effective_at', event.effectiveAt);
  if (event.action === 'STOP') return;
  if (!Number.isFinite(event.intensity) || event.intensity <= 0) {
    throw new ScenarioError('intensity', `intensity is ${event.intensity}; expected a number above 0`);
  }
  if (event.until !== null) {
    checkTime('until', event.until);
    if (event.until <= event.effectiveAt) {
      throw new ScenarioError('until', `until (${iso(event.until)}) is not after effective_at (${iso(event.effectiveAt)})`);
    }
  }
  if (!DIFFICULTIES.includes(event.difficulty)) {
    throw new ScenarioError('difficulty', `difficulty is "${event.difficulty}"; expected ${DIFFICULTIES.join(', ')}`);
  }
  checkTarget(event);
}

function checkScenarioId(id: string): void {
  if (id === '') throw new ScenarioError('scenario_id', 'scenario_id is empty');
  if (id.length > MAX_ID_LENGTH) {
    throw new ScenarioError('scenario_id', `scenario_id has ${id.length} characters; at most ${MAX_ID_LENGTH} are allowed`);
  }
  if (!ID.test(id)) {
    throw new ScenarioError('scenario_id', `scenario_id "${id}" has other characters than letters, digits and . _ : - (or begins with one of those)`);
  }
}

function checkTime(field: string, time: number): void {
  if (!Number.isInteger(time) || time < 0 || time > MAX_TIME) {
    throw new ScenarioError(field, `${field} is ${time}; expected ms since 1970-01-01T00:00Z`);
  }
}

function checkTarget({ target }: ControlEvent): void {
  if (target.type === 'FRACTION') {
    const { fraction } = target;
    if (fraction === null || !(fraction > 0 && fraction <= 1)) {
      throw new ScenarioError('target.fraction', `fraction is ${fraction}; a target of type FRACTION needs one above 0 and at most 1`);
    }
  } else if (target.fraction !== null) {
    throw new ScenarioError('target.fraction', `fraction is only used with a target of type FRACTION, not ${target.type}`);
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
