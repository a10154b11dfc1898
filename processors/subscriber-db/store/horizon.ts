import type { Names } from '../../../topology/graph/index.ts';
import { listOffsets, LogReader, type Cluster, type TopicPartition } from '../../../topology/log/index.ts';
import { readWireValue } from '../../records/index.ts';

/** End offsets of the state topics that a tick can still name at the least. */
export interface Horizon {
  readonly network: number;
  /** By partition. */
  readonly subscribers: readonly number[];
}

const POLL_MS = 1_000;

/**
 * What the oldest ticks that are still on the log name. No task can stand at an earlier one, so versions that were superseded below are
 * asked for by nobody: the same rule as `min.compaction.lag.ms` of the topics, read from the ticks themselves. Null while there are none.
 */
export async function horizon(cluster: Cluster, names: Names, partitions: number): Promise<Horizon | null> {
  const topic = names.topic('sim_ticks');
  const places: TopicPartition[] = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const [starts, ends] = await Promise.all([listOffsets(cluster, places, 'earliest'), listOffsets(cluster, places, 'latest', 'read_committed')]);
  const open = starts.filter(({ offset }, k) => offset < ends[k].offset);
  if (open.length < partitions) return null;
  const oldest: Horizon[] = [];
  const reader = new LogReader(cluster, { isolation: 'read_committed', maxPartitionBytes: 64 << 10 });
  try {
    reader.assign(open);
    const waiting = new Set(open.map(({ partition }) => partition));
    while (waiting.size > 0) {
      for (const fetched of await reader.poll(POLL_MS)) {
        const record = fetched.cursor();
        if (!waiting.has(fetched.partition) || !record.next()) {
          // Nothing but control records is left of this partition.
          if (fetched.nextOffset >= ends[fetched.partition].offset && waiting.has(fetched.partition)) return null;
          continue;
        }
        const tick = readWireValue('Tick', record.bytes, record.valueStart, record.valueEnd);
        oldest.push({ network: tick.network_state_end, subscribers: tick.subscriber_state_ends });
        waiting.delete(fetched.partition);
        reader.unassign([{ topic, partition: fetched.partition }]);
      }
    }
  } finally {
    await reader.close();
  }
  return {
    network: Math.min(...oldest.map((tick) => tick.network)),
    subscribers: Array.from({ length: partitions }, (_, p) => Math.min(...oldest.map(({ subscribers }) => subscribers[p] ?? 0))),
  };
}
