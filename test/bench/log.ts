/**
 * Records per second and CPU per record (all threads of this process) of LogWriter and LogReader, at the broker that KAFKA_BROKERS
 * names: `KAFKA_BROKERS=127.0.0.1:9092 node test/bench/log.ts [records] [none|lz4|zstd] [transactional|idempotent]`.
 */
import { randomUUID } from 'node:crypto';
import {
  Admin, Cluster, clusterOptionsFromEnv, listOffsets, LogReader, LogWriter, type Compression,
} from '../../topology/log/index.ts';

const records = Number(process.argv[2] ?? 3_000_000);
const compression = (process.argv[3] ?? 'lz4') as Compression;
const isTransactional = (process.argv[4] ?? 'transactional') === 'transactional';
const partitions = 8;
const recordsPerTransaction = 100_000;

interface Figures {
  readonly name: string;
  readonly recordsPerSecond: number;
  /** All threads of this process. */
  readonly cpuMicrosPerRecord: number;
}

async function measure(name: string, run: () => Promise<number>): Promise<Figures> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const count = await run();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { name, recordsPerSecond: Math.round(count / seconds), cpuMicrosPerRecord: Number(((user + system) / count).toFixed(3)) };
}

/** 93 bytes that compress like a CDR: a few varying numbers among constant text. */
function row(value: Buffer, i: number): number {
  value.writeUInt32LE(i, 5);
  value.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, 9);
  value.writeUInt32LE((i * 7) % 60_000, 13);
  value.writeUInt16LE(i % 600, 17);
  value.writeDoubleLE(i * 1_000, 19);
  return value.length;
}

const cluster = await Cluster.connect(clusterOptionsFromEnv(process.env));
const admin = new Admin(cluster);
const topic = `bench-${randomUUID().slice(0, 8)}`;
await admin.createTopics([{ name: topic, partitions, replicationFactor: 1 }]);

const written = await measure(`write ${compression} ${isTransactional ? `transactions of ${recordsPerTransaction}` : 'idempotent'}`, async () => {
  const writer = await LogWriter.open(cluster, { compression, ...(isTransactional && { transactionalId: topic }) });
  const value = Buffer.alloc(93, 'postpaid-l');
  const key = Buffer.from('1234567');
  const now = Date.now();
  for (let i = 0; i < records; i++) {
    // Runs of one partition, as a task writes them.
    const partition = ((i / 8_000) | 0) % partitions;
    if (!writer.append(topic, partition, now + ((i / 1_000) | 0), key, value, 0, row(value, i))) await writer.drained();
    if (isTransactional && i % recordsPerTransaction === recordsPerTransaction - 1) await writer.commit();
  }
  if (isTransactional) await writer.commit();
  else await writer.flush();
  await writer.close();
  return records;
});

const read = await measure('read', async () => {
  const ends = await listOffsets(cluster, Array.from({ length: partitions }, (_, partition) => ({ topic, partition })), 'latest');
  const reader = new LogReader(cluster);
  reader.assign(ends.map(({ partition }) => ({ topic, partition, offset: 0 })));
  let count = 0;
  let checksum = 0;
  while (ends.some(({ partition, offset }) => reader.position(topic, partition) < offset)) {
    for (const fetched of await reader.poll(5_000)) {
      fetched.forEachRecord((_offset, timestamp, bytes, _keyStart, _keyEnd, valueStart) => {
        count++;
        checksum += bytes[valueStart + 5] + timestamp % 2;
      });
    }
  }
  await reader.close();
  if (checksum === 0) throw new Error('nothing was read');
  return count;
});

for (const figures of [written, read]) process.stdout.write(`${JSON.stringify(figures)}\n`);
await admin.deleteTopics([topic]);
await cluster.close();
