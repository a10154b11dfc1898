import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { consume, ConsumedRecord } from '../../../examples/consume/kafkajs.ts';
import type { Servers } from '../../../examples/servers.ts';
import type { TopicName } from '../../../topology/graph/index.ts';
import { listOffsets, readRange, type Cluster } from '../../../topology/log/index.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** Where a record is, as `topic-partition@offset`. */
export const place = ({ topic, partition, offset }: Pick<ConsumedRecord, 'topic' | 'partition' | 'offset'>): string => `${topic}-${partition}@${offset}`;

/** The places of all committed records of a topic, as our own reader finds them, by partition and offset. */
export async function committedPlaces(cluster: Cluster, prefix: string, topic: TopicName, partitions: number): Promise<string[]> {
  const places: string[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const at = { topic: `${prefix}${topic}`, partition };
    const [[{ offset: from }], [{ offset: to }]] = await Promise.all([listOffsets(cluster, [at], 'earliest'), listOffsets(cluster, [at], 'latest')]);
    await readRange(cluster, at.topic, partition, from, to, (offset) => places.push(place({ topic, partition, offset })), { isolation: 'read_committed' });
  }
  return places;
}

/** Reads with one of the example clients until it has delivered `count` records. Rejects with its error when it gives up. */
export async function readWith(client: typeof consume, servers: Servers, groupId: string, topics: readonly TopicName[], count: number): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  const all = Promise.withResolvers<void>();
  const consuming = await client(servers, groupId, topics, (record) => {
    records.push(record);
    if (records.length === count) all.resolve();
  });
  await all.promise;
  await consuming.stop();
  return records;
}

/** Runs an example as people do, until it has printed `count` lines; then Ctrl-C. @throws Error when it ends before, or not well. */
export async function firstLines(program: string, args: readonly string[], env: NodeJS.ProcessEnv, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(EXAMPLES, program), ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === count) child.kill('SIGINT');
  }
  const [code] = (await closed) as [number | null];
  if (code !== 0 || lines.length < count) throw new Error(`${program} printed ${lines.length} lines and ended with ${code}`);
  return lines.slice(0, count);
}

/** Places of the first `count` records that Kafka's console consumer prints. It gives up after half a minute without one. */
export async function consolePlaces({ brokers, prefix }: Servers, topic: TopicName, count: number): Promise<string[]> {
  const script = join(EXAMPLES, 'consume/console-consumer.sh');
  const { stdout } = await promisify(execFile)('bash', [script, topic, '--max-messages', String(count), '--timeout-ms', '30000'], {
    env: { ...process.env, KAFKA_BROKERS: brokers.join(','), TWIN_PREFIX: prefix }, maxBuffer: 1 << 28,
  });
  return [...stdout.matchAll(/Partition:(\d+)\tOffset:(\d+)/g)].map(([, partition, offset]) =>
    place({ topic, partition: Number(partition), offset: Number(offset) }));
}
