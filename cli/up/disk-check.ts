import { LocalStackError } from '../../deploy/local/errors.ts';
import { DISK_SHARE } from '../plan/disk.ts';
import { longestRetention, plan, type Plan, type PlanSettings } from '../plan/figures.ts';
import { gigabytes } from '../plan/format.ts';

/** Retentions to choose from when none was asked for, hours: a day, or as much of it as fits. */
const CHOICES = [24, 12, 6, 4, 2, 1];

/**
 * The plan to run with: the retention asked for, or the longest of a day and less that fits the disk.
 * @param freeBytes free on the disk of the twin's folder
 * @param usedBytes what the twin's own log takes there already
 * @throws LocalStackError that says what to change when the twin would outgrow the disk
 */
export function fitDisk(
  settings: Omit<PlanSettings, 'retentionHours'>, retentionHours: number | undefined, freeBytes: number, usedBytes: number,
): Plan {
  const budget = (freeBytes + usedBytes) * DISK_SHARE;
  const fitting = longestRetention(settings, retentionHours === undefined ? CHOICES : [retentionHours], budget);
  if (fitting !== undefined) return plan({ ...settings, retentionHours: fitting });

  const needed = plan({ ...settings, retentionHours: retentionHours ?? CHOICES.at(-1)! });
  throw new LocalStackError(
    `This twin needs up to ${gigabytes(needed.diskBytes)} of disk; of the ${gigabytes(freeBytes)} that are free it may plan with ${gigabytes(budget)}.`,
    ['Change one of these (telco-twin plan shows the figures):', ...suggestions(settings, retentionHours, budget)].join('\n'),
  );
}

function suggestions(settings: Omit<PlanSettings, 'retentionHours'>, retentionHours: number | undefined, budget: number): string[] {
  const hours = retentionHours ?? 1;
  const list: string[] = [];
  if (retentionHours !== undefined) {
    const shorter = longestRetention(settings, CHOICES.filter((choice) => choice < retentionHours), budget);
    if (shorter !== undefined) list.push(`  --retention-hours ${shorter}`);
  }
  const subscribers = largest(settings.subscribers, (value) => plan({ ...settings, subscribers: value, retentionHours: hours }).diskBytes <= budget);
  if (subscribers > 0) list.push(`  --subscribers ${roundDown(subscribers)}`);
  if (settings.backfillHours > 0) {
    const backfillHours = largest(settings.backfillHours, (value) => plan({ ...settings, backfillHours: value, retentionHours: hours }).diskBytes <= budget);
    if (backfillHours > 0) list.push(`  --start at most ${backfillHours} hours ago, with --reset if this twin exists already`);
  }
  list.push('  --data-dir on a larger disk');
  return list;
}

/** Largest whole number in [0, most] for which `fits` holds, given that it holds up to some number and not beyond. */
function largest(most: number, fits: (value: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return fits(low) ? low : 0;
}

/** To two significant digits, so that the suggestion is a number one would type. */
function roundDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}
