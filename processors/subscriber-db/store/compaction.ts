import type { RecordVisitor, PartitionLog } from './partition-log.ts';

/**
 * Rewrites a partition without what no reader can ask for any more: below `floor` only the newest record of each key counts, and a
 * tombstone there counts for nothing. Nothing may be added meanwhile.
 */
export async function compact(log: PartitionLog, floor: number, visit: RecordVisitor): Promise<PartitionLog> {
  const newest = new Map<string, number>();
  await log.forEach((offset, bytes, keyStart, keyEnd) => {
    if (offset < floor) newest.set(bytes.toString('latin1', keyStart, keyEnd), offset);
  });
  return log.rewrite(floor, (offset, bytes, keyStart, keyEnd, valueStart) =>
    offset >= floor || (valueStart >= 0 && newest.get(bytes.toString('latin1', keyStart, keyEnd)) === offset), visit);
}
