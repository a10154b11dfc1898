import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  DEFAULT_POLICY, dueAt, newClock, nextStep, pause, resume, setSpeed, type Clock, type ClockPolicy,
} from '../../../processors/scenario-injector/clock/clock-policy.ts';

const MIN = 60_000;
const T0 = Date.UTC(2026, 2, 2, 8, 0, 0);
const none = (): null => null;
const policy = (changes: Partial<ClockPolicy> = {}): ClockPolicy => ({ ...DEFAULT_POLICY, ...changes });
const live = (next: number, seenWall: number): Clock => ({ ...newClock(next, 1, seenWall), mode: 'LIVE' });

function tick(step: ReturnType<typeof nextStep>): { from: number; to: number; clock: Clock } {
  if (step.type !== 'tick') throw new Error(`expected a tick, got a wait: ${step.reason}`);
  return step;
}

describe('backfill', () => {
  it('makes wide ticks that end at multiples of their width', () => {
    const first = tick(nextStep(policy(), newClock(T0 + 2 * MIN, 1, T0 + 60 * MIN), T0 + 60 * MIN, 0, none));
    expect([first.from, first.to]).toEqual([T0 + 2 * MIN, T0 + 5 * MIN]);
    const second = tick(nextStep(policy(), first.clock, T0 + 60 * MIN, 0, none));
    expect([second.from, second.to, second.clock.mode]).toEqual([T0 + 5 * MIN, T0 + 10 * MIN, 'BACKFILL']);
  });

  it('keeps at most K ticks ahead of the slowest group', () => {
    const step = nextStep(policy(), newClock(T0, 1, T0), T0 + 600 * MIN, 8, none);
    expect(step).toMatchObject({ type: 'wait', reason: 'lead' });
    expect(nextStep(policy(), step.clock, T0 + 600 * MIN, 7, none).type).toBe('tick');
  });

  it('goes live only once every group has caught up', () => {
    const wall = T0 + 2 * MIN;
    const waiting = nextStep(policy(), newClock(T0, 1, wall), wall, 3, none);
    expect(waiting).toMatchObject({ type: 'wait', reason: 'lead', clock: { mode: 'BACKFILL' } });
    expect(tick(nextStep(policy(), waiting.clock, wall, 0, none)).clock.mode).toBe('LIVE');
  });
});

describe('live', () => {
  it('makes one tick a second and says when the next is due', () => {
    const step = tick(nextStep(policy(), live(T0, T0), T0 + 1_400, 0, none));
    expect([step.from, step.to]).toEqual([T0, T0 + 1_000]);
    expect(nextStep(policy(), step.clock, T0 + 1_500, 0, none)).toMatchObject({ type: 'wait', reason: 'not due', wakeAt: T0 + 2_000 });
  });

  it('catches up with one wider tick after it had to wait', () => {
    const step = tick(nextStep(policy(), live(T0, T0 + 19_000), T0 + 20_000, 0, none));
    expect([step.from, step.to]).toEqual([T0, T0 + 20_000]);
  });

  it('runs at N times the wall clock with ticks N times as wide', () => {
    let clock = setSpeed(live(T0, T0), 60, T0);
    expect(nextStep(policy(), clock, T0 + 500, 0, none)).toMatchObject({ type: 'wait', reason: 'not due', wakeAt: T0 + 1_000 });
    const step = tick(nextStep(policy(), clock, T0 + 1_000, 0, none));
    expect([step.from, step.to, step.clock.mode]).toEqual([T0, T0 + MIN, 'LIVE']);
    clock = setSpeed(step.clock, 0.5, T0 + 1_000);
    expect(dueAt(clock, T0 + 5_000)).toBe(T0 + MIN + 2_000);
  });

  it('back at speed 1 stands still while it is ahead of the wall clock', () => {
    const ahead = setSpeed(setSpeed(live(T0 + 10 * MIN, T0), 60, T0), 1, T0);
    const step = nextStep(policy(), ahead, T0 + MIN, 0, none);
    expect(step).toMatchObject({ type: 'wait', reason: 'not due', wakeAt: T0 + 10 * MIN + 1_000 });
  });
});

describe('gaps', () => {
  const asleep = live(T0, T0);
  const wall = T0 + 120 * MIN + 300;

  it('backfill makes up for the time that passed', () => {
    const step = tick(nextStep(policy(), asleep, wall, 0, none));
    expect([step.from, step.to, step.clock.mode]).toEqual([T0, T0 + 5 * MIN, 'BACKFILL']);
  });

  it('skip goes on at the wall clock, leaving a gap between two ticks', () => {
    const held = nextStep(policy({ onGap: 'skip' }), asleep, wall, 8, none);
    expect(held).toMatchObject({ type: 'wait', reason: 'lead', clock: { next: T0, seenWall: T0 } });
    const step = tick(nextStep(policy({ onGap: 'skip' }), held.clock, wall + 1_000, 0, none));
    expect([step.from, step.to, step.clock.seenWall]).toEqual([T0 + 120 * MIN, T0 + 120 * MIN + 1_000, wall + 1_000]);
  });

  it('skip ends where the clock would jump its end, and goes on from there when that is moved', () => {
    const until = T0 + 60 * MIN;
    const ended = nextStep(policy({ onGap: 'skip', until }), asleep, wall, 0, none);
    expect(ended).toMatchObject({ type: 'wait', reason: 'ended', clock: { mode: 'ENDED', next: until } });
    expect(tick(nextStep(policy({ onGap: 'skip', until: until + 2 * MIN }), ended.clock, wall, 0, none))).toMatchObject({ from: until, to: until + 2 * MIN });
  });

  it('pause waits for the operator, whose resume is obeyed', () => {
    const step = nextStep(policy({ onGap: 'pause' }), asleep, wall, 0, none);
    expect(step).toMatchObject({ type: 'wait', reason: 'paused', clock: { mode: 'PAUSED', next: T0 } });
    const resumed = resume(policy({ onGap: 'pause' }), step.clock, wall);
    expect(tick(nextStep(policy({ onGap: 'pause' }), resumed, wall, 0, none)).from).toBe(T0);
  });

  it('skip never goes back, also where the gap is less event time than a tick', () => {
    const slow = setSpeed(live(T0, T0), 0.01, T0);
    const skip = policy({ onGap: 'skip' });
    expect(nextStep(skip, slow, T0 + 65_000, 0, none)).toMatchObject({ type: 'wait', reason: 'not due', wakeAt: T0 + 100_000, clock: { next: T0 } });
    expect(tick(nextStep(skip, slow, T0 + 120_000, 0, none))).toMatchObject({ from: T0, to: T0 + 1_000 });
  });

  it('is not what slow generators cause: a clock that was looked at all the time skips nothing', () => {
    const held = nextStep(policy({ onGap: 'skip' }), live(T0, wall - 1_000), wall, 8, none);
    expect(held).toMatchObject({ type: 'wait', reason: 'lead', clock: { seenWall: wall } });
    expect(tick(nextStep(policy({ onGap: 'skip' }), held.clock, wall + 500, 0, none)).from).toBe(T0);
  });

  it('does not cut a backfill short after a restart', () => {
    const history = newClock(T0, 1, T0);
    expect(tick(nextStep(policy({ onGap: 'skip' }), history, wall, 0, none)).from).toBe(T0);
  });
});

describe('pause and resume', () => {
  it('holds event time and lets it go on from there at speed N', () => {
    const paused = pause(setSpeed(live(T0, T0), 10, T0));
    expect(nextStep(policy(), paused, T0 + MIN, 0, none)).toMatchObject({ type: 'wait', reason: 'paused' });
    const step = tick(nextStep(policy(), resume(policy(), paused, T0 + MIN), T0 + MIN + 1_000, 0, none));
    expect([step.from, step.to]).toEqual([T0, T0 + 10_000]);
  });

  it('makes up for a pause at speed 1', () => {
    const step = nextStep(policy(), resume(policy(), pause(live(T0, T0)), T0 + 60 * MIN), T0 + 60 * MIN, 0, none);
    expect(tick(step).from).toBe(T0);
  });

  it('jumps over a pause when gaps are skipped', () => {
    const resumed = resume(policy({ onGap: 'skip' }), pause(live(T0, T0)), T0 + 60 * MIN);
    expect(tick(nextStep(policy({ onGap: 'skip' }), resumed, T0 + 60 * MIN + 1_000, 0, none)).from).toBe(T0 + 60 * MIN);
  });
});

describe('ends and boundaries', () => {
  it('never goes past `until`, and goes on when it is moved', () => {
    const until = policy({ until: T0 + 7 * MIN });
    const first = tick(nextStep(until, newClock(T0, 1, T0), T0 + 60 * MIN, 0, none));
    const second = tick(nextStep(until, first.clock, T0 + 60 * MIN, 0, none));
    expect(second.to).toBe(T0 + 7 * MIN);
    const end = nextStep(until, second.clock, T0 + 60 * MIN, 0, none);
    expect(end).toMatchObject({ type: 'wait', reason: 'ended', clock: { mode: 'ENDED' } });
    expect(tick(nextStep(policy(), end.clock, T0 + 60 * MIN, 0, none)).from).toBe(T0 + 7 * MIN);
  });

  it('ends a tick where a scenario begins', () => {
    const at = T0 + 123_456;
    const step = tick(nextStep(policy(), newClock(T0, 1, T0), T0 + 60 * MIN, 0, (time) => (time < at ? at : null)));
    expect(step.to).toBe(at);
    expect(tick(nextStep(policy(), step.clock, T0 + 60 * MIN, 0, (time) => (time < at ? at : null))).to).toBe(T0 + 5 * MIN);
  });
});

it('makes contiguous, bounded, never early ticks whatever happens, and leaves out time only where gaps are skipped', () => {
  const event = fc.oneof(
    fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 400_000 }), lead: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ type: fc.constant('speed' as const), speed: fc.constantFrom(0.01, 0.5, 1, 2, 60, 1_000) }),
    fc.record({ type: fc.constant('pause' as const) }),
    fc.record({ type: fc.constant('resume' as const) }),
  );
  const onGap = fc.constantFrom('backfill' as const, 'skip' as const, 'pause' as const);
  const began = T0 + 20 * MIN;
  const beginning = fc.constantFrom(newClock(T0, 1, began), live(began, began));
  const bounds = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { maxLength: 5 });
  fc.assert(fc.property(onGap, beginning, fc.array(event, { maxLength: 60 }), bounds, (gaps, first, events, offsets) => {
    const gapPolicy = policy({ onGap: gaps });
    const boundaries = offsets.map((offset) => T0 + offset).sort((a, b) => a - b);
    const after = (time: number): number | null => boundaries.find((at) => at > time) ?? null;
    let wall = began;
    let clock = first;
    for (const happening of events) {
      if (happening.type === 'pause') clock = pause(clock);
      else if (happening.type === 'resume') clock = resume(gapPolicy, clock, wall);
      else if (happening.type === 'speed') clock = setSpeed(clock, happening.speed, wall);
      else {
        wall += happening.ms;
        const before = clock;
        const step = nextStep(gapPolicy, clock, wall, happening.lead, after);
        clock = step.clock;
        if (step.type === 'wait') expect(clock.next).toBe(before.next);
        else {
          if (gaps === 'skip') expect(step.from).toBeGreaterThanOrEqual(before.next);
          else expect(step.from).toBe(before.next);
          expect(step.to).toBeGreaterThan(step.from);
          expect(step.to).toBe(clock.next);
          expect(step.to).toBeLessThanOrEqual(dueAt(before, wall));
          expect(step.to - step.from).toBeLessThanOrEqual(policy().backfillTickMs * 2);
          expect(happening.lead).toBeLessThan(policy().maxLeadTicks);
          expect(boundaries.filter((at) => at > step.from && at < step.to)).toEqual([]);
        }
      }
    }
  }), { numRuns: 2_000 });
});
