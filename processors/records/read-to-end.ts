import { listOffsets, readRange, type Cluster, type RecordVisitor } from '../../topology/log/index.ts';

/** Visits all committed records of a partition, and answers the offset behind the last one: where a reader would go on. */
export async function readToEnd(cluster: Cluster, topic: string, partition: number, visit: RecordVisitor): Promise<number> {
  const place = [{ topic, partition }];
  const [[start], [end]] = await Promise.all([
    listOffsets(cluster, place, 'earliest'), listOffsets(cluster, place, 'latest', 'read_committed'),
  ]);
  if (start === undefined || end === undefined) throw new Error(`the brokers told no offsets of ${topic}-${partition}`);
  if (end.offset > start.offset) await readRange(cluster, topic, partition, start.offset, end.offset, visit);
  return end.offset;
}
