/**
 * How event time advances. Pure: `nextStep` maps a clock, the wall clock and the generators' progress to the next tick or
 * the reason to wait. All times are ms since the epoch; "event time" is the twin's, "wall time" this machine's.
 *
 * At speed 1 the event time that is due is the wall clock itself. At any other speed it runs from an anchor. The clock never
 * goes past what is due, past `until`, or more than `maxLeadTicks` ticks ahead of the slowest generator group.
 */
export type ClockMode = 'BACKFILL' | 'LIVE' | 'PAUSED' | 'ENDED';

/** What a clock that was live does about event time that passed while nobody advanced it (a laptop asleep, no leader). */
export type OnGap = 'backfill' | 'skip' | 'pause';

export interface ClockPolicy {
  /** Width of a tick while history is caught up with. Ticks end at multiples of it. */
  readonly backfillTickMs: number;
  /** Width of a tick at speed 1 once caught up. At speed N a tick is N times as wide, so that ticks stay a second of wall time apart. */
  readonly liveTickMs: number;
  /** Ticks the slowest group may have uncommitted before the clock waits for it. */
  readonly maxLeadTicks: number;
  /** Wall time without a step after which a live clock has a gap. */
  readonly gapMs: number;
  readonly onGap: OnGap;
  /** Event time at which the clock ends, or null. */
  readonly until: number | null;
}

export interface Clock {
  /** Event time at which the next tick starts; everything before it has been ticked or skipped. */
  readonly next: number;
  readonly mode: ClockMode;
  readonly speed: number;
  /** Event time `anchorEvent` is due at wall time `anchorWall`. Used at speeds other than 1. */
  readonly anchorEvent: number;
  readonly anchorWall: number;
  /** Wall time when the clock was last looked at while not paused. */
  readonly seenWall: number;
}

export type WaitReason = 'not due' | 'lead' | 'paused' | 'ended';

export type Step =
  | { readonly type: 'tick'; readonly from: number; readonly to: number; readonly clock: Clock }
  | { readonly type: 'wait'; readonly reason: WaitReason; readonly wakeAt: number | null; readonly clock: Clock };

export const DEFAULT_POLICY: ClockPolicy = {
  backfillTickMs: 300_000,
  liveTickMs: 1_000,
  maxLeadTicks: 8,
  gapMs: 60_000,
  onGap: 'backfill',
  until: null,
};

/** Below it ticks would come minutes of wall time apart. */
export const MIN_SPEED = 0.01;
export const MAX_SPEED = 10_000;

/** A clock that has not ticked yet. */
export function newClock(start: number, speed: number, wall: number): Clock {
  return { next: start, mode: 'BACKFILL', speed, anchorEvent: start, anchorWall: wall, seenWall: wall };
}

/** Event time that should have been ticked by wall time `wall`. */
export function dueAt(clock: Clock, wall: number): number {
  return clock.speed === 1 ? wall : Math.floor(clock.anchorEvent + (wall - clock.anchorWall) * clock.speed);
}

/**
 * The next thing to do. `lead` is how many ticks the slowest group has not committed yet; `boundaryAfter(t)` the earliest
 * event time after t at which a scenario begins or ends, where a tick must end so that another can start exactly there.
 * The clock in the step is the one to keep: for a tick, once it is committed; for a wait, at once.
 */
export function nextStep(
  policy: ClockPolicy, clock: Clock, wall: number, lead: number, boundaryAfter: (time: number) => number | null,
): Step {
  if (policy.until !== null && clock.next >= policy.until) return wait('ended', null, { ...clock, mode: 'ENDED' });
  if (clock.mode === 'PAUSED') return wait('paused', null, clock);

  const due = dueAt(clock, wall);
  const quantum = Math.min(policy.backfillTickMs, Math.round(policy.liveTickMs * Math.max(1, clock.speed)));
  let { mode, next } = clock;
  if (mode === 'ENDED') mode = 'BACKFILL';
  if (mode === 'LIVE' && wall - clock.seenWall > policy.gapMs && due - next > policy.gapMs * clock.speed) {
    if (policy.onGap === 'pause') return wait('paused', null, { ...clock, mode: 'PAUSED' });
    // At low speeds a gap of wall time is less event time than a tick has: nothing to skip, and never back.
    if (policy.onGap === 'skip') next = Math.max(next, due - (due % quantum) - quantum);
    else mode = 'BACKFILL';
  }
  if (policy.until !== null && next >= policy.until) return wait('ended', null, { ...clock, mode: 'ENDED', next: policy.until });
  const behind = due - next;
  if (behind >= Math.max(policy.backfillTickMs, 2 * quantum)) mode = 'BACKFILL';
  else if (mode === 'BACKFILL' && lead === 0) mode = 'LIVE';

  const skipping = next !== clock.next;
  // A skipped gap is only over once a tick says so: until then the clock remembers when it was last alive.
  const seen: Clock = { ...clock, mode, seenWall: skipping ? clock.seenWall : wall };
  if (lead >= policy.maxLeadTicks) return wait('lead', null, seen);

  let to: number;
  if (behind >= policy.backfillTickMs) to = next - (next % policy.backfillTickMs) + policy.backfillTickMs;
  else if (mode === 'BACKFILL') return wait('lead', null, seen);
  else to = due - (due % quantum);
  if (to <= next) return wait('not due', wallOf(clock, next - (next % quantum) + quantum), seen);
  if (policy.until !== null) to = Math.min(to, policy.until);
  to = Math.min(to, boundaryAfter(next) ?? to);
  return { type: 'tick', from: next, to, clock: { ...seen, next: to, seenWall: wall } };
}

/** Stops event time. */
export function pause(clock: Clock): Clock {
  return clock.mode === 'ENDED' ? clock : { ...clock, mode: 'PAUSED' };
}

/**
 * Lets event time go on. At speed 1 the time that passed meanwhile is a gap, treated as `onGap` says (`pause`, which would
 * undo the command, counts as `backfill`); at other speeds event time goes on from where it stood.
 */
export function resume(policy: ClockPolicy, clock: Clock, wall: number): Clock {
  if (clock.mode !== 'PAUSED') return clock;
  if (clock.speed !== 1) return { ...clock, mode: 'LIVE', anchorEvent: clock.next, anchorWall: wall, seenWall: wall };
  return policy.onGap === 'skip' ? { ...clock, mode: 'LIVE' } : { ...clock, mode: 'BACKFILL', seenWall: wall };
}

/** Changes the speed from now on. At speed 1 a clock that is behind catches up, one that is ahead stands until the wall clock gets there. */
export function setSpeed(clock: Clock, speed: number, wall: number): Clock {
  const mode = clock.mode === 'LIVE' && speed === 1 ? 'BACKFILL' : clock.mode;
  return { ...clock, mode, speed, anchorEvent: clock.next, anchorWall: wall };
}

function wallOf(clock: Clock, event: number): number {
  return clock.speed === 1 ? event : clock.anchorWall + Math.ceil((event - clock.anchorEvent) / clock.speed);
}

function wait(reason: WaitReason, wakeAt: number | null, clock: Clock): Step {
  return { type: 'wait', reason, wakeAt, clock };
}
