import { describe, expect, it } from 'vitest';
import { resolveCursor } from '../../../topology/task/cursor.ts';
import { CursorMissingError } from '../../../topology/task/errors.ts';

const task = { processor: 'cdr-generator', partition: 3 };
const saved = {
  processor: 'cdr-generator', partition: 3, cursorSequence: 41, cursorTo: 5_000, inputOffset: 90, modelVersion: 1, state: Buffer.from('s'),
};
const nothing = { saved: null, committed: null, inputStart: 0, nonEmptyOutput: null };

describe('the cursor of a new owner', () => {
  it('is that of task_state, whether the group agrees, differs or has forgotten', () => {
    const expected = { inputOffset: 90, last: { sequence: 41, to: 5_000 }, state: saved.state };
    expect(resolveCursor(task, { ...nothing, saved, committed: 90 })).toEqual({ ...expected, origin: 'task_state' });
    expect(resolveCursor(task, { ...nothing, saved, committed: 70 })).toEqual({ ...expected, origin: 'task_state, committed offset differs' });
    expect(resolveCursor(task, { ...nothing, saved, nonEmptyOutput: 'cdrs' })).toEqual({ ...expected, origin: 'task_state, committed offset missing' });
  });

  it('is the beginning of the log when nothing was ever written', () => {
    expect(resolveCursor(task, { ...nothing, inputStart: 12 })).toEqual({ inputOffset: 12, last: null, state: null, origin: 'beginning' });
  });

  it('never is the beginning when there is output, or an offset without a cursor', () => {
    expect(() => resolveCursor(task, { ...nothing, nonEmptyOutput: 'cdrs' })).toThrow(CursorMissingError);
    expect(() => resolveCursor(task, { ...nothing, nonEmptyOutput: 'cdrs' })).toThrow(/cdr-generator, partition 3: cdrs has records/);
    expect(() => resolveCursor(task, { ...nothing, committed: 17 })).toThrow(/committed offset 17/);
  });

  it('skips control records that retention has removed; sequences tell whether ticks are missing', () => {
    expect(resolveCursor(task, { ...nothing, saved, inputStart: 95 }).inputOffset).toBe(95);
  });

  it('has no last tick when only unreadable records were passed', () => {
    const cursor = resolveCursor(task, { ...nothing, saved: { ...saved, cursorSequence: -1, cursorTo: 0 } });
    expect(cursor.last).toBeNull();
    expect(cursor.inputOffset).toBe(90);
  });
});
