import { Writer, type Reader } from '@platformatic/kafka';
import type { SealedBatch } from '../batch/builder.ts';
import type { BrokerConnection } from '../net/connection.ts';

export interface ProduceEntry {
  readonly topic: string;
  readonly partition: number;
  readonly batch: SealedBatch;
}

export interface ProduceAnswer {
  readonly errorCode: number;
  /** Offset of the batch's first record. */
  readonly baseOffset: number;
  readonly message: string | null;
}

const apiKey = 0;
const acksAll = -1;

/** Produce versions that may be used: v12 adds partitions to the transaction by itself (KIP-890), earlier ones must not be asked to. */
export interface ProduceVersions {
  readonly min: number;
  readonly max: number;
}

/** Sends at most one batch per partition, acks=all; answers are keyed `topic/partition`. */
export async function produce(
  connection: BrokerConnection, transactionalId: string | null, entries: readonly ProduceEntry[],
  versions: ProduceVersions, timeoutMs: number,
): Promise<Map<string, ProduceAnswer>> {
  const version = connection.version(apiKey, versions.min, versions.max);
  return connection.send(apiKey, version, () => request(transactionalId, entries, timeoutMs), response);
}

function request(transactionalId: string | null, entries: readonly ProduceEntry[], timeoutMs: number): Writer {
  const topics = new Map<string, ProduceEntry[]>();
  for (const entry of entries) {
    const partitions = topics.get(entry.topic);
    if (partitions) partitions.push(entry);
    else topics.set(entry.topic, [entry]);
  }
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(acksAll)
    .appendInt32(timeoutMs)
    .appendArray([...topics], (w, [topic, partitions]) => {
      w.appendString(topic).appendArray(partitions, (p, { partition, batch }) => {
        const [header, body] = batch.parts;
        p.appendInt32(partition).appendUnsignedVarInt(batch.byteLength + 1).append(header).append(body);
      });
    })
    .appendTaggedFields();
}

function response(reader: Reader): Map<string, ProduceAnswer> {
  const answers = new Map<string, ProduceAnswer>();
  reader.readArray((r) => {
    const topic = r.readString();
    r.readArray((p) => {
      const partition = p.readInt32();
      const errorCode = p.readInt16();
      const baseOffset = Number(p.readInt64());
      p.readInt64(); // log append time
      p.readInt64(); // log start offset
      const recordErrors = p.readArray((e) => {
        e.readInt32(); // index in the batch
        return e.readNullableString();
      });
      const message = p.readNullableString() ?? recordErrors.find((text) => text !== null) ?? null;
      answers.set(`${topic}/${partition}`, { errorCode, baseOffset, message });
    });
  });
  return answers;
}
