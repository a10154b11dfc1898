import { pino } from 'pino';
import { sinkSettings } from '../../../../processors/vast-sink/settings.ts';
import { SinkLoop, type LoopEnvironment } from '../../../../processors/vast-sink/loop/sink-loop.ts';
import type { Claim, Ledger } from '../../../../processors/vast-sink/ledger/ledger.ts';
import { RetriableError, type GroupMember, type TopicPartition } from '../../../../topology/log/index.ts';

export const PARTITIONS: readonly TopicPartition[] = [0, 1].map((partition) => ({ topic: 'cdrs', partition }));

/** Claims as a ledger that nobody else uses gives them. */
export function claimsOf(partitions: readonly TopicPartition[]): Claim[] {
  return partitions.map(({ topic, partition }) => ({ topic, partition, rowId: BigInt(partition), epoch: 1, nextOffset: 0 }));
}

/**
 * A sink's loop between a group, a ledger and topics that a test stands in for: it claims, and never has anything to land.
 * @param log where every partition ends, and up to where the group says that it has landed
 */
export function claimsOnly(ledger: Pick<Ledger, 'claim'>, heartbeatNow: GroupMember['heartbeatNow'], log = { end: 0, landed: 0 }): SinkLoop {
  const leaderless = (): never => { throw new RetriableError('no leader yet'); };
  const offset = { topics: [{ partitions: [{ errorCode: 0, offset: BigInt(log.end) }] }] };
  const environment = {
    cluster: {
      profile: { uncommittedReads: true, topicIds: true }, topic: async () => leaderless(), leader: async () => 1,
      control: async () => ({ call: async () => offset }),
    },
    member: {
      assignment: PARTITIONS, heartbeatNow,
      committed: async (partitions: readonly TopicPartition[]) => partitions.map(({ topic, partition }) => ({ topic, partition, offset: log.landed })),
    },
    warehouse: { ledger, dimensionsOf: () => [] },
    settings: sinkSettings({ VAST_ENDPOINT: 'http://127.0.0.1:1', VAST_ACCESS_KEY: 'key', VAST_SECRET_KEY: 'secret' }),
    logger: pino({ level: 'silent' }), partitions: PARTITIONS, isStream: () => true, onTrouble: () => undefined,
  };
  return new SinkLoop(environment as unknown as LoopEnvironment);
}
