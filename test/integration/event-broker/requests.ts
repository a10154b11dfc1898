import { Reader } from '@platformatic/kafka';
import { RecordCursor } from '../../../topology/log/batch/cursor.ts';
import { batchViews } from '../../../topology/log/batch/view.ts';

/** What VAST documents for its Event Broker. */
const MAX_MESSAGE_BYTES = 1_000_000;
const MAX_PART_BYTES = 126_000;
const ASSIGNORS = ['range', 'roundrobin'];
/** Said of earlier releases: nothing else of a topic can be set. */
const TOPIC_SETTINGS = ['cleanup.policy', 'retention.ms'];
/** APIs of transactions, idempotent producers and groups of the new kind. */
const REFUSED: Readonly<Record<number, string>> = {
  22: 'InitProducerId', 24: 'AddPartitionsToTxn', 25: 'AddOffsetsToTxn', 26: 'EndTxn', 28: 'TxnOffsetCommit', 68: 'ConsumerGroupHeartbeat',
};

/** A request as it came over the wire: its bytes behind the length. */
export interface RequestFrame {
  readonly apiKey: number;
  readonly correlationId: number;
  /** Partitions that a Produce request writes, as `topic/partition`. */
  readonly produces: readonly string[];
  /** What the Event Broker does not have, and this request asks for. */
  readonly violations: readonly string[];
  /** Position of the time that a fetch may be held, in the bytes; -1 for other requests. */
  readonly maxWaitAt: number;
}

/** Reads what matters of a request. @throws on versions that this program does not send */
export function readRequest(bytes: Buffer): RequestFrame {
  const apiKey = bytes.readInt16BE(0);
  const version = bytes.readInt16BE(2);
  const correlationId = bytes.readInt32BE(4);
  const clientIdLength = bytes.readInt16BE(8);
  // Flexible headers end with the number of tagged fields, of which this program sends none.
  const body = 10 + Math.max(0, clientIdLength) + 1;
  const frame = { apiKey, correlationId, produces: [] as string[], violations: [] as string[], maxWaitAt: -1 };
  const { violations } = frame;
  const refused = REFUSED[apiKey];
  if (refused !== undefined) violations.push(`${refused} is not supported`);
  switch (apiKey) {
    case 0:
      produce(flexible(bytes, body, version, 9), frame.produces, violations);
      break;
    case 1:
      // Version 12: replica, then the time that the broker may hold the fetch.
      if (version > 12) violations.push(`Fetch v${version} names topics by id`);
      frame.maxWaitAt = body + 4;
      fetch(flexible(bytes, body, version, 12), violations);
      break;
    case 2:
      listOffsets(flexible(bytes, body, version, 6), violations);
      break;
    case 11:
      joinGroup(flexible(bytes, body, version, 6), violations);
      break;
    case 19:
      createTopics(flexible(bytes, body, version, 5), violations);
      break;
  }
  return frame;
}

function flexible(bytes: Buffer, body: number, version: number, since: number): Reader {
  if (version < since) throw new Error(`API ${bytes.readInt16BE(0)} v${version}: only flexible versions are read here`);
  return Reader.from(bytes.subarray(body));
}

function produce(reader: Reader, produces: string[], violations: string[]): void {
  if (reader.readNullableString() !== null) violations.push('Produce names a transactional id');
  if (reader.readInt16() !== -1) violations.push('Produce does not ask for all acknowledgements');
  reader.readInt32(); // time-out
  reader.readArray((r) => {
    const topic = r.readString();
    r.readArray((p) => {
      const partition = p.readInt32();
      produces.push(`${topic}/${partition}`);
      const records = p.readNullableBytes() ?? Buffer.alloc(0);
      if (records.length > MAX_MESSAGE_BYTES) violations.push(`a batch for ${topic} has ${records.length} bytes`);
      for (const batch of batchViews(records, { topic, partition })) {
        // Attributes: the codec in the three low bits, and whether it is part of a transaction.
        if ((records.readInt16BE(21) & 0b10111) !== 0) violations.push(`a batch for ${topic} is compressed or transactional`);
        if (batch.producerId !== -1n || batch.producerEpoch !== -1 || batch.baseSequence !== -1) violations.push(`a batch for ${topic} has a producer id`);
        const record = new RecordCursor([batch].values(), 0);
        while (record.next()) {
          if (record.keyEnd - record.keyStart > MAX_PART_BYTES || record.valueEnd - record.valueStart > MAX_PART_BYTES) violations.push(`a record for ${topic} is too large`);
        }
      }
    });
  });
}

function fetch(reader: Reader, violations: string[]): void {
  reader.readInt32(); // replica
  reader.readInt32(); // longest wait
  reader.readInt32(); // least bytes
  reader.readInt32(); // most bytes
  if (reader.readInt8() !== 1) violations.push('Fetch asks for uncommitted records');
  if (reader.readInt32() !== 0 || reader.readInt32() !== -1) violations.push('Fetch asks for a session');
}

function listOffsets(reader: Reader, violations: string[]): void {
  reader.readInt32(); // replica
  if (reader.readInt8() !== 1) violations.push('ListOffsets asks for uncommitted records');
  reader.readArray((r) => {
    r.readString();
    r.readArray((p) => {
      p.readInt32(); // partition
      p.readInt32(); // leader epoch
      if (p.readInt64() >= 0n) violations.push('ListOffsets asks by time');
    });
  });
}

function joinGroup(reader: Reader, violations: string[]): void {
  reader.readString(); // group
  reader.readInt32(); // session time-out
  reader.readInt32(); // rebalance time-out
  reader.readString(); // member
  if (reader.readNullableString() !== null) violations.push('JoinGroup has a group.instance.id');
  reader.readString(); // protocol type
  reader.readArray((r) => {
    const name = r.readString();
    r.readBytes();
    if (!ASSIGNORS.includes(name)) violations.push(`JoinGroup proposes ${name}`);
  });
}

function createTopics(reader: Reader, violations: string[]): void {
  reader.readArray((r) => {
    const topic = r.readString();
    r.readInt32(); // partitions
    r.readInt16(); // replicas
    r.readArray((a) => {
      a.readInt32();
      a.readArray((b) => b.readInt32(), true, false);
    });
    r.readArray((c) => {
      const name = c.readString();
      c.readNullableString();
      if (!TOPIC_SETTINGS.includes(name)) violations.push(`topic ${topic} is created with ${name}`);
    });
  });
}
