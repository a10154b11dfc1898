import { setTimeout as sleep } from 'node:timers/promises';
import {
  Admin, Cluster, listOffsets, LogReader, type Isolation, type LogReaderOptions, type TopicSpec,
} from '../../../topology/log/index.ts';

/** A record as text, as tests compare it. */
export interface TextRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
}

export const bytes = (text: string): Buffer => Buffer.from(text);

export async function connect(bootstrap: string): Promise<Cluster> {
  return Cluster.connect({ bootstrap: [bootstrap] });
}

/** Creates one topic and returns its name. */
export async function createTopic(cluster: Cluster, spec: TopicSpec): Promise<string> {
  await new Admin(cluster).createTopics([spec]);
  return spec.name;
}

export interface ReadOptions extends LogReaderOptions {
  readonly from?: number;
  readonly isolation?: Isolation;
}

/** All records of a partition up to its present end. */
export async function readAll(cluster: Cluster, topic: string, partition = 0, options: ReadOptions = {}): Promise<TextRecord[]> {
  const [end] = await listOffsets(cluster, [{ topic, partition }], 'latest', options.isolation ?? 'read_committed');
  const reader = new LogReader(cluster, options);
  const records: TextRecord[] = [];
  try {
    reader.assign([{ topic, partition, offset: options.from ?? 0 }]);
    while (reader.position(topic, partition) < end.offset) {
      for (const fetched of await reader.poll(10_000)) {
        fetched.forEachRecord((offset, timestamp, buffer, keyStart, keyEnd, valueStart, valueEnd) => {
          records.push({
            offset, timestamp,
            key: keyStart < 0 ? null : buffer.toString('utf8', keyStart, keyEnd),
            value: valueStart < 0 ? null : buffer.toString('utf8', valueStart, valueEnd),
          });
        });
      }
    }
  } finally {
    await reader.close();
  }
  return records;
}

/** All committed records, once every transaction is decided: the broker writes commit markers a little after `commit` resolves. */
export async function readSettled(cluster: Cluster, topic: string, partition = 0, options: ReadOptions = {}): Promise<TextRecord[]> {
  const end = async (isolation: Isolation): Promise<number> =>
    (await listOffsets(cluster, [{ topic, partition }], 'latest', isolation))[0].offset;
  while (await end('read_committed') < await end('read_uncommitted')) await sleep(5);
  return readAll(cluster, topic, partition, options);
}

export const values = (records: readonly TextRecord[]): (string | null)[] => records.map((record) => record.value);
