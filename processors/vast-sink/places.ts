import type { TopicPartition } from '../../topology/log/index.ts';

/** Identifies a partition in maps: `cdrs/3`. */
export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
