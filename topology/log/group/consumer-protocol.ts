import { Reader, Writer } from '@platformatic/kafka';
import type { TopicPartition } from '../types.ts';

/** The embedded "consumer" protocol of the group APIs (ConsumerProtocolSubscription v2, ConsumerProtocolAssignment v0). */
export interface Subscription {
  readonly topics: readonly string[];
  /** What the member holds and has not given up. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which it got them; -1 for none. */
  readonly generationId: number;
}

const subscriptionVersion = 2;
/** Since this version of it, a subscription tells what its member owns. */
const ownedSinceVersion = 1;
const assignmentVersion = 0;

export function encodeSubscription({ topics, owned, generationId }: Subscription, version = subscriptionVersion): Buffer {
  const writer = Writer.create()
    .appendInt16(version)
    .appendArray([...topics], (w, topic) => w.appendString(topic, false), false, false)
    .appendInt32(-1); // user data: none
  if (version < ownedSinceVersion) return writer.buffer;
  return appendPartitions(writer, owned).appendInt32(generationId).buffer;
}

export function decodeSubscription(bytes: Buffer): Subscription {
  const reader = Reader.from(bytes);
  const version = reader.readInt16();
  const topics = reader.readArray((r) => r.readString(false), false, false);
  reader.readNullableBytes(false);
  const owned = version >= ownedSinceVersion ? readPartitions(reader) : [];
  const generationId = version >= 2 ? reader.readInt32() : -1;
  return { topics, owned, generationId };
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  return appendPartitions(Writer.create().appendInt16(assignmentVersion), partitions).appendInt32(-1).buffer;
}

/** Empty bytes are an empty assignment: that is what a member of a group without a leader's answer gets. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  return bytes.length === 0 ? [] : readPartitions(Reader.from(bytes).skip(2));
}

function appendPartitions(writer: Writer, partitions: readonly TopicPartition[]): Writer {
  return writer.appendArray([...Map.groupBy(partitions, (p) => p.topic)], (w, [topic, group]) => {
    w.appendString(topic, false).appendArray(group, (p, { partition }) => p.appendInt32(partition), false, false);
  }, false, false);
}

function readPartitions(reader: Reader): TopicPartition[] {
  return reader.readArray((r) => {
    const topic = r.readString(false);
    return r.readArray((p) => ({ topic, partition: p.readInt32() }), false, false);
  }, false, false).flat();
}
