import type { ClockState } from '../../../schemas/generated/ClockState.generated.ts';
import { newClock, type Clock } from './clock-policy.ts';

/** Who "paused" a clock that stopped by itself. */
const BY_UNTIL = 'until';
const BY_GAP = 'on-gap';

/** The clock with what `clock_state` keeps beside it. */
export interface ClockHead {
  readonly clock: Clock;
  /** Sequence of the next tick. */
  readonly sequence: number;
  /** Event time of the first tick. */
  readonly startedAt: number;
  /** Who asked for the pause; null when nobody did. */
  readonly pausedBy: string | null;
  /** Offset of the next control event to read. */
  readonly controlOffset: number;
}

export function newClockHead(start: number, speed: number, wall: number): ClockHead {
  return { clock: newClock(start, speed, wall), sequence: 0, startedAt: start, pausedBy: null, controlOffset: 0 };
}

export function clockRecord(head: ClockHead, until: number | null, wall: number, leader: string): ClockState {
  const { clock } = head;
  const mode = clock.mode === 'ENDED' ? 'PAUSED' : clock.mode;
  return {
    sequence: head.sequence - 1,
    event_time: clock.next,
    mode,
    speed: clock.speed,
    until,
    started_at: head.startedAt,
    paused_by: mode === 'PAUSED' ? (clock.mode === 'ENDED' ? BY_UNTIL : head.pausedBy ?? BY_GAP) : null,
    updated_at: wall,
    leader,
    scenario_events_end: head.controlOffset,
  };
}

/**
 * Goes on from a record. Event time was due up to about `event_time` when it was written, so a clock at another speed than 1
 * is anchored there. A clock that stopped at `until` looks again whether it still has to.
 */
export function clockHead(record: ClockState): ClockHead {
  if (record.mode === 'UNKNOWN') throw new Error('clock_state has a mode that this version does not know: upgrade it first');
  const ended = record.mode === 'PAUSED' && record.paused_by === BY_UNTIL;
  return {
    clock: {
      next: record.event_time,
      mode: ended ? 'BACKFILL' : record.mode,
      speed: record.speed,
      anchorEvent: record.event_time,
      anchorWall: record.updated_at,
      seenWall: record.updated_at,
    },
    sequence: record.sequence + 1,
    startedAt: record.started_at,
    pausedBy: ended ? null : record.paused_by,
    controlOffset: record.scenario_events_end,
  };
}
