import { HOUR, MINUTE } from '../config.ts';
import type { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';

/** Minor and warning alarms a cell raises by itself, per cell and day. An assumption. */
const ALARMS_PER_DAY = 0.03;

export interface AlarmKind {
  /** Probable cause (ITU-T X.733 8.1.2.1; TS 28.532 annex). */
  readonly probableCause: string;
  readonly severity: 'MINOR' | 'WARNING' | 'MAJOR';
}

const KINDS: readonly AlarmKind[] = [
  { probableCause: 'DEGRADED_SIGNAL', severity: 'MINOR' },
  { probableCause: 'TEMPERATURE_UNACCEPTABLE', severity: 'WARNING' },
  { probableCause: 'PERFORMANCE_DEGRADED', severity: 'WARNING' },
  { probableCause: 'TRANSMISSION_ERROR', severity: 'MINOR' },
  { probableCause: 'POWER_PROBLEM', severity: 'MAJOR' },
];

/** Event time of an alarm the cell raises in the hour, or -1. At most one an hour. */
export function alarmsBeginning(draw: Draw, cell: number, hour: number): number {
  const stream = draw.at(Purpose.cellAlarm, cell, hour);
  return stream.chance(ALARMS_PER_DAY / 24) ? hour * HOUR + stream.below(HOUR) : -1;
}

/** What the alarm raised in that hour is. */
export function alarmOf(draw: Draw, cell: number, hour: number): AlarmKind {
  return KINDS[draw.at(Purpose.cellAlarm, cell, -1 - hour).below(KINDS.length)];
}

/** How long it stands: at most 45 minutes, so that a look-back of an hour sees it. ms. */
export function alarmDuration(draw: Draw, cell: number, hour: number): number {
  const stream = draw.at(Purpose.cellAlarm, cell, -1 - hour);
  stream.bits();
  return MINUTE + stream.below(44 * MINUTE);
}
