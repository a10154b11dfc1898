import { Writer, type Reader } from '@platformatic/kafka';
import type { Isolation } from '../types.ts';
import type { BrokerConnection } from '../net/connection.ts';

/** One partition of a fetch request. */
export interface FetchTarget {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchSettings {
  readonly isolation: Isolation;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
  /** The brokers know topics by their ids. */
  readonly topicIds: boolean;
}

/** A transaction that was aborted: data of this producer from `firstOffset` to its abort marker is not to be seen. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What the broker answered for one partition; `records` are raw batches, the last one possibly cut. */
export interface FetchAnswer {
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Buffer;
}

const apiKey = 1;
const noBytes = Buffer.alloc(0);

/**
 * A sessionless fetch, v12 (topics by name) to v17 (by id, since v13). Answers come in an unspecified order, keyed by
 * `answerKey`. The library's own calls decode every record into objects; here the record bytes stay as they are.
 */
export async function fetchOnce(
  connection: BrokerConnection, targets: readonly FetchTarget[], settings: FetchSettings,
): Promise<{ errorCode: number; answers: Map<string, FetchAnswer> }> {
  const version = versionOf(connection, settings);
  return connection.send(apiKey, version, () => request(version, targets, settings), (reader) => response(version, reader));
}

/** Identifies a partition within a response of the given API version. */
export function answerKey(target: FetchTarget, byId: boolean): string {
  return `${byId ? target.topicId : target.topic}/${target.partition}`;
}

export function fetchesById(connection: BrokerConnection, settings: FetchSettings): boolean {
  return versionOf(connection, settings) >= 13;
}

function versionOf(connection: BrokerConnection, { topicIds }: FetchSettings): number {
  return connection.version(apiKey, 12, topicIds ? 17 : 12);
}

function request(version: number, targets: readonly FetchTarget[], settings: FetchSettings): Writer {
  const topics = new Map<string, FetchTarget[]>();
  for (const target of targets) {
    const partitions = topics.get(target.topic);
    if (partitions) partitions.push(target);
    else topics.set(target.topic, [target]);
  }
  const writer = Writer.create();
  if (version < 15) writer.appendInt32(-1); // replica id: a consumer
  return writer
    .appendInt32(settings.maxWaitMs)
    .appendInt32(settings.minBytes)
    .appendInt32(settings.maxBytes)
    .appendInt8(settings.isolation === 'read_committed' ? 1 : 0)
    .appendInt32(0) // session id: none
    .appendInt32(-1) // session epoch: sessionless
    .appendArray([...topics], (w, [topic, partitions]) => {
      if (version >= 13) w.appendUUID(partitions[0].topicId);
      else w.appendString(topic);
      w.appendArray(partitions, (p, target) => {
        p.appendInt32(target.partition)
          .appendInt32(-1) // current leader epoch: unchecked
          .appendInt64(BigInt(target.offset))
          .appendInt32(-1) // last fetched epoch: unchecked
          .appendInt64(-1n) // log start offset: for followers
          .appendInt32(settings.maxPartitionBytes);
      });
    })
    .appendArray([], () => {}) // forgotten topics of a session
    .appendString('') // rack
    .appendTaggedFields();
}

function response(version: number, reader: Reader): { errorCode: number; answers: Map<string, FetchAnswer> } {
  reader.readInt32(); // throttle time
  const errorCode = reader.readInt16();
  reader.readInt32(); // session id
  const answers = new Map<string, FetchAnswer>();
  reader.readArray((r) => {
    const topic = version >= 13 ? r.readUUID() : r.readString();
    r.readArray((p) => {
      const partition = p.readInt32();
      answers.set(`${topic}/${partition}`, partitionAnswer(p));
    });
  });
  return { errorCode, answers };
}

function partitionAnswer(reader: Reader): FetchAnswer {
  const errorCode = reader.readInt16();
  const highWatermark = Number(reader.readInt64());
  const lastStableOffset = Number(reader.readInt64());
  const logStartOffset = Number(reader.readInt64());
  const aborted = reader.readNullableArray((r) => ({ producerId: r.readInt64(), firstOffset: Number(r.readInt64()) })) ?? [];
  reader.readInt32(); // preferred read replica: only with a rack
  const records = reader.readNullableBytes() ?? noBytes;
  return { errorCode, highWatermark, lastStableOffset, logStartOffset, aborted, records };
}
