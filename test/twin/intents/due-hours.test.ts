import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueHours } from '../../../twin/intents/due-hours.ts';

const HOUR = 490_000;

describe('due hours', () => {
  it('come exactly when they were postponed to, or after 255 hours', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Infinity)), { minLength: 1, maxLength: 20 }), fc.nat(255), (waits, phase) => {
      const due = new DueHours(1);
      let next = HOUR + phase;
      let asked = 0;
      for (let hour = next; asked < waits.length; hour++) {
        due.begin(hour);
        expect(due.isDue(0)).toBe(hour === next);
        if (hour !== next) continue;
        due.postpone(0, hour + waits[asked]);
        next = hour + Math.min(waits[asked++], 255);
      }
    }));
  });

  it('are all of them at the beginning, after a jump, and anew', () => {
    const due = new DueHours(3);
    const all = (): boolean[] => [0, 1, 2].map((member) => due.isDue(member));
    due.begin(HOUR);
    expect(all()).toEqual([true, true, true]);
    due.postpone(1, HOUR + 7);
    due.begin(HOUR + 2);
    expect(all()).toEqual([true, true, true]);
    for (const member of [0, 1, 2]) due.postpone(member, HOUR + 9);
    due.begin(HOUR + 3);
    expect(all()).toEqual([false, false, false]);
    due.begin(HOUR + 4, true);
    expect(all()).toEqual([true, true, true]);
  });
});
