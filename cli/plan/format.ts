import type { Plan, StreamPlan } from './figures.ts';

/** The plan as a table for the terminal, with what it means for the disk. */
export function formatPlan({ settings, streams, total, retentionBytes, diskBytes }: Plan): string {
  const { subscribers, partitions, retentionHours, backfillHours, speed } = settings;
  const kept = backfillHours > 0 ? `events and ${days(backfillHours)} of history kept ${retentionHours} h after they were written` : `events kept ${retentionHours} h`;
  const rows = [...streams, total].map((stream) => row(stream.topic, ...cells(stream)));
  return [
    `${count(subscribers)} subscribers, ${partitions} partitions, speed ×${speed}, ${kept}`,
    '',
    row('', 'events/s', 'busy hour', 'MB/s busy', 'GB/day'),
    ...rows,
    '',
    `Disk at most ${gigabytes(diskBytes)}; retention.bytes ${count(Math.round(retentionBytes / 1e6))} MB a partition.`,
    'MB/s are uncompressed, GB/day as stored (lz4).',
  ].join('\n');
}

function days(hours: number): string {
  return hours < 48 ? `${hours} h` : `${count(Math.round(hours / 24))} days`;
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

function cells(stream: StreamPlan): string[] {
  return [
    count(stream.meanPerSecond),
    count(stream.busyPerSecond),
    stream.busyMBPerSecond.toFixed(2),
    stream.storedGBPerDay.toFixed(2),
  ];
}

function row(name: string, ...values: readonly string[]): string {
  return `  ${name.padEnd(18)}${values.map((value) => value.padStart(12)).join('')}`;
}
