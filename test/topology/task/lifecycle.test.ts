import { describe, expect, it } from 'vitest';
import { IllegalTransitionError, Lifecycle, taskPhases, type TaskPhase } from '../../../topology/task/lifecycle.ts';

/** Shortest way to each phase. */
const ways: Record<TaskPhase, readonly TaskPhase[]> = {
  ASSIGNED: [],
  OPENING: ['OPENING'],
  WAITING: ['OPENING', 'WAITING'],
  RESTORING: ['OPENING', 'WAITING', 'RESTORING'],
  RUNNING: ['OPENING', 'WAITING', 'RESTORING', 'RUNNING'],
  RECOVERING: ['OPENING', 'RECOVERING'],
  REFUSING: ['OPENING', 'WAITING', 'REFUSING'],
  STOPPING: ['STOPPING'],
  CLOSED: ['STOPPING', 'CLOSED'],
  FAILED: ['FAILED'],
};

function at(phase: TaskPhase, entered: (phase: TaskPhase, from: TaskPhase) => void = () => undefined): Lifecycle {
  const lifecycle = new Lifecycle('cdr-generator.3', entered);
  for (const step of ways[phase]) lifecycle.enter(step);
  return lifecycle;
}

const allowed = (from: TaskPhase): TaskPhase[] => taskPhases.filter((to) => {
  try {
    at(from).enter(to);
    return true;
  } catch {
    return false;
  }
});

describe('the life of a task', () => {
  it('can only run after a restore, and only restores after its cursor is known', () => {
    expect(taskPhases.filter((from) => allowed(from).includes('RUNNING'))).toEqual(['RESTORING']);
    expect(taskPhases.filter((from) => allowed(from).includes('RESTORING'))).toEqual(['WAITING']);
    expect(taskPhases.filter((from) => allowed(from).includes('WAITING'))).toEqual(['OPENING']);
  });

  it('opens a writer again only from the beginning or after a recovery', () => {
    expect(taskPhases.filter((from) => allowed(from).includes('OPENING'))).toEqual(['ASSIGNED', 'RECOVERING']);
  });

  it('can be stopped and can fail from everywhere but the end', () => {
    for (const phase of taskPhases.filter((candidate) => !['STOPPING', 'CLOSED', 'FAILED'].includes(candidate))) {
      expect(allowed(phase), phase).toEqual(expect.arrayContaining(['STOPPING', 'FAILED']));
    }
    expect(allowed('CLOSED')).toEqual([]);
    expect(allowed('FAILED')).toEqual([]);
  });

  it('never renders again after it has refused a model version', () => {
    expect(allowed('REFUSING')).toEqual(['STOPPING', 'FAILED']);
  });

  it('is ready while it works or waits for ticks', () => {
    expect(taskPhases.filter((phase) => at(phase).ready)).toEqual(['WAITING', 'RUNNING']);
  });

  it('names task and phases of an illegal transition and stays where it was', () => {
    const lifecycle = at('WAITING');
    expect(() => { lifecycle.enter('RUNNING'); }).toThrow(IllegalTransitionError);
    expect(() => { lifecycle.enter('RUNNING'); }).toThrow(/task cdr-generator\.3 can't go from WAITING to RUNNING/);
    expect(lifecycle.phase).toBe('WAITING');
  });

  it('tells every transition once', () => {
    const seen: string[] = [];
    at('RUNNING', (phase, from) => { seen.push(`${from}>${phase}`); });
    expect(seen).toEqual(['ASSIGNED>OPENING', 'OPENING>WAITING', 'WAITING>RESTORING', 'RESTORING>RUNNING']);
  });
});
