import { join } from 'node:path';
import { PartitionLog, type Damage, type PartitionIdentity } from '../../../../processors/subscriber-db/store/partition-log.ts';

export const IDENTITY: PartitionIdentity = { topic: 'subscriber_state', topicId: 'a', partition: 0 };

export interface Entry {
  readonly offset: number;
  readonly key: string;
  /** Null for a tombstone. */
  readonly value: string | null;
}

/** A log as a test sees it: what opening it found, and what was added since. */
export interface Opened {
  readonly log: PartitionLog;
  readonly damage: Damage | null;
  readonly found: readonly Entry[];
  readonly locations: readonly number[];
}

export const fileOf = (folder: string): string => join(folder, 'partition.log');

export async function openLog(folder: string, identity = IDENTITY, topicEnd = Number.MAX_SAFE_INTEGER): Promise<Opened> {
  const found: Entry[] = [];
  const locations: number[] = [];
  const valid = (position: number): string | null => (position > topicEnd ? 'the topic ends before' : null);
  const { log, damage } = await PartitionLog.open(fileOf(folder), identity, valid, {
    ready: () => null,
    visit: (offset, bytes, keyStart, keyEnd, valueStart, valueEnd, location) => {
      found.push(entryOf(offset, bytes, keyStart, keyEnd, valueStart, valueEnd));
      locations.push(location);
    },
  });
  return { log, damage, found, locations };
}

export function entryOf(offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): Entry {
  return { offset, key: bytes.toString('utf8', keyStart, keyEnd), value: valueStart < 0 ? null : bytes.toString('utf8', valueStart, valueEnd) };
}

/** Adds an entry, and answers where it lies. */
export function add(log: PartitionLog, { offset, key, value }: Entry): number {
  const bytes = Buffer.from(`..${key}${value ?? ''}..`);
  const keyEnd = 2 + Buffer.byteLength(key);
  return value === null ? log.add(offset, bytes, 2, keyEnd, -1, -1) : log.add(offset, bytes, 2, keyEnd, keyEnd, bytes.length - 2);
}

/** Versions of some keys, with gaps between offsets, values of many sizes, and a tombstone now and then. */
export function entries(count: number, size: (k: number) => number = (k) => (k * 37) % 900): Entry[] {
  return Array.from({ length: count }, (_, k) => ({
    offset: k + Math.floor(k / 5), key: String(100_000_000 + (k * 7) % 40), value: k % 23 === 22 ? null : `${k}:`.padEnd(size(k), 'x'),
  }));
}
