import {
  addOffsetsToTxnV3, addPartitionsToTxnV3, initProducerIdV4, initProducerIdV5, Writer, type Reader,
} from '@platformatic/kafka';
import type { ProducerStamp } from '../batch/builder.ts';
import { RetriableError } from '../errors.ts';
import { errorOf, type Needs } from '../net/codes.ts';
import type { BrokerConnection } from '../net/connection.ts';
import type { GroupIdentity, TopicPartition, TopicPartitionOffset } from '../types.ts';

const endTxnKey = 26;
const txnOffsetCommitKey = 28;

/** A transactional id and its current producer. */
export interface TransactionalProducer extends ProducerStamp {
  readonly transactionalId: string;
}

/** What every step of a transaction must be allowed to do. */
function needs({ transactionalId }: TransactionalProducer, groupId?: string): Needs {
  return { topic: 'Write', transactionalId: ['Write', transactionalId], ...(groupId !== undefined && { group: ['Read', groupId] }) };
}

/** `previous` bumps the epoch of a producer that is known (KIP-360); without it, the id is taken over. */
export async function initProducerId(
  connection: BrokerConnection, transactionalId: string | null, timeoutMs: number, previous?: ProducerStamp,
): Promise<ProducerStamp> {
  const response = await connection.call([initProducerIdV5, initProducerIdV4], transactionalId, timeoutMs,
    previous?.producerId ?? -1n, previous?.producerEpoch ?? -1);
  if (response.errorCode !== 0) {
    throw errorOf(response.errorCode, `InitProducerId of ${transactionalId ?? 'an idempotent writer'}`, {},
      { cluster: 'IdempotentWrite', ...(transactionalId !== null && { transactionalId: ['Write', transactionalId] }) });
  }
  return { producerId: response.producerId, producerEpoch: response.producerEpoch };
}

/** Transactions v1: announces partitions before the first record goes to them. */
export async function addPartitions(
  connection: BrokerConnection, producer: TransactionalProducer, partitions: readonly TopicPartition[],
): Promise<void> {
  const response = await connection.call([addPartitionsToTxnV3], [{
    transactionalId: producer.transactionalId, producerId: producer.producerId, producerEpoch: producer.producerEpoch, verifyOnly: false,
    topics: [...Map.groupBy(partitions, (p) => p.topic)].map(([name, group]) => ({ name, partitions: group.map((p) => p.partition) })),
  }]);
  for (const transaction of response.resultsByTransaction) {
    for (const topic of transaction.topicResults) {
      for (const { partitionIndex, partitionErrorCode } of topic.resultsByPartition) {
        // OPERATION_NOT_ATTEMPTED: another partition of this call has the reason.
        if (partitionErrorCode !== 0 && partitionErrorCode !== 55) {
          throw errorOf(partitionErrorCode, 'AddPartitionsToTxn', { topic: topic.name, partition: partitionIndex }, needs(producer));
        }
      }
    }
  }
}

/** Transactions v1: announces that the group's offsets become part of the transaction. */
export async function addOffsets(connection: BrokerConnection, producer: TransactionalProducer, groupId: string): Promise<void> {
  const response = await connection.call([addOffsetsToTxnV3], producer.transactionalId, producer.producerId, producer.producerEpoch, groupId);
  if (response.errorCode !== 0) throw errorOf(response.errorCode, `AddOffsetsToTxn of group ${groupId}`, {}, needs(producer, groupId));
}

/** At the group's coordinator. v5 (transactions v2) also announces the group to the transaction. */
export async function commitTxnOffsets(
  connection: BrokerConnection, producer: TransactionalProducer, identity: GroupIdentity, offsets: readonly TopicPartitionOffset[], v2: boolean,
): Promise<void> {
  const version = v2 ? connection.version(txnOffsetCommitKey, 5, 5) : connection.version(txnOffsetCommitKey, 3, 4);
  const failed = await connection.send(txnOffsetCommitKey, version, () => Writer.create()
    .appendString(producer.transactionalId)
    .appendString(identity.groupId)
    .appendInt64(producer.producerId)
    .appendInt16(producer.producerEpoch)
    .appendInt32(identity.generationId)
    .appendString(identity.memberId)
    .appendString(identity.groupInstanceId)
    .appendArray([...Map.groupBy(offsets, (o) => o.topic)], (w, [topic, partitions]) => {
      w.appendString(topic).appendArray(partitions, (p, { partition, offset }) => {
        p.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(-1).appendString(null);
      });
    })
    .appendTaggedFields(), firstFailedOffset);
  if (failed) throw errorOf(failed.errorCode, `Committing offsets of group ${identity.groupId} in a transaction`, failed, { ...needs(producer, identity.groupId), topic: 'Read' });
}

function firstFailedOffset(reader: Reader): { topic: string; partition: number; errorCode: number } | undefined {
  reader.readInt32(); // throttle time
  return reader.readArray((r) => {
    const topic = r.readString();
    return r.readArray((p) => ({ topic, partition: p.readInt32(), errorCode: p.readInt16() }));
  }).flat().find((answer) => answer.errorCode !== 0);
}

/**
 * Ends the transaction. Under v2 the answer carries the producer for the next one (epoch bumped). A transport failure surfaces as
 * RetriableError without `kafkaError`: the outcome is unknown then.
 */
export async function endTxn(
  connection: BrokerConnection, producer: TransactionalProducer, committed: boolean, v2: boolean,
): Promise<ProducerStamp> {
  const version = v2 ? connection.version(endTxnKey, 5, 5) : connection.version(endTxnKey, 3, 4);
  const answer = await connection.send(endTxnKey, version, () => Writer.create()
    .appendString(producer.transactionalId)
    .appendInt64(producer.producerId)
    .appendInt16(producer.producerEpoch)
    .appendBoolean(committed)
    .appendTaggedFields(), (reader) => {
    reader.readInt32(); // throttle time
    const errorCode = reader.readInt16();
    return version < 5 ? { errorCode, ...producer } : { errorCode, producerId: reader.readInt64(), producerEpoch: reader.readInt16() };
  });
  if (answer.errorCode !== 0) throw errorOf(answer.errorCode, committed ? 'Commit' : 'Abort', {}, needs(producer));
  if (answer.producerId < 0n) throw new RetriableError('EndTxn answered without a producer id');
  return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
}
