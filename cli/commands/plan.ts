import type { Command } from 'commander';
import { instant, integer, positive } from '../options.ts';
import { backfillHoursOf, plan } from '../plan/figures.ts';
import { formatPlan } from '../plan/format.ts';

const HELP = `
Examples:
  $ npx telco-twin plan                                  the default twin of 100,000 subscribers
  $ npx telco-twin plan --subscribers 1000000 --partitions 48
  $ npx telco-twin plan --start 2026-03-01 --json        with history since March, for a program`;

interface PlanOptions {
  readonly subscribers: number;
  readonly partitions: number;
  readonly retentionHours: number;
  readonly speed: number;
  readonly start?: number;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('plan')
    .description('events/s, MB/s, GB/day and disk that a setting needs')
    .option('--subscribers <n>', 'subscribers of the twin', integer(1), 100_000)
    .option('--partitions <n>', 'partitions of the event topics', integer(1, 10_000), 8)
    .option('--retention-hours <h>', 'how long events are kept', integer(1), 24)
    .option('--speed <n>', 'simulated seconds per second', positive, 1)
    .option('--start <time>', 'first simulated instant; at speed 1 a past one means history (ISO 8601)', instant)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((options: PlanOptions) => {
      const { subscribers, partitions, retentionHours, speed } = options;
      const now = Date.now();
      const backfillHours = backfillHoursOf(options.start ?? now, now, speed);
      const figures = plan({ subscribers, partitions, retentionHours, speed, backfillHours });
      console.log(options.json ? JSON.stringify(figures) : formatPlan(figures));
    });
}
