import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { Admin, LogReader, LogWriter, type Cluster } from '../../../topology/log/index.ts';
import { startKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, connect, createTopic, readSettled, values } from './support.ts';

type Kafka = Awaited<ReturnType<typeof startKafka>>;

/** A broker that joins the cluster of the first as node 2; the controller stays at node 1. */
async function startSecond(firstDir: string): Promise<Kafka> {
  const property = (text: string, name: string): string => new RegExp(`^${name.replaceAll('.', '\\.')}=(.*)$`, 'm').exec(text)![1];
  const configuration = await readFile(join(firstDir, 'server.properties'), 'utf8');
  const meta = await readFile(join(firstDir, 'log', 'meta.properties'), 'utf8');
  const dataDir = await mkdtemp(join(tmpdir(), 'log-leaders-2-'));
  await mkdir(join(dataDir, 'log'));
  await writeFile(join(dataDir, 'log', 'meta.properties'),
    `version=1\ncluster.id=${property(meta, 'cluster.id')}\nnode.id=2\ndirectory.id=AAAAAAAAAAAAAAAAAAAAug\n`);
  const port = await freePort();
  return startKafka({ dataDir, port, properties: {
    'process.roles': 'broker', 'node.id': 2, listeners: `CLIENT://127.0.0.1:${port}`,
    'controller.quorum.voters': property(configuration, 'controller.quorum.voters'),
  } });
}

const partitions = 4;
const perPartition = 600;
let first: Kafka | undefined;
let second: Kafka | undefined;
let cluster: Cluster | undefined;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'log-leaders-1-'));
  first = await startKafka({ dataDir, properties: { 'leader.imbalance.check.interval.seconds': 1 } });
  cluster = await connect(first.bootstrapServers);
  // Places the transaction log on node 1, which stays.
  const warmUp = await createTopic(cluster, { name: 'warm-up', partitions: 1 });
  const writer = await LogWriter.open(cluster, { transactionalId: 'warm-up' });
  writer.append(warmUp, 0, 1, null, bytes('x'));
  await writer.commit();
  await writer.close();
  second = await startSecond(dataDir);
});

afterAll(async () => {
  await cluster?.close();
  await second?.close();
  await first?.close();
});

test('leaders move away, by a clean stop and by a crash, and back: writer and reader follow, nothing is lost or repeated', async () => {
  const handle = cluster!;
  const topic = `${uniquePrefix()}moving`;
  await expect.poll(async () => (await new Admin(handle).describeCluster()).brokers.length, { timeout: 30_000 }).toBe(2);
  await createTopic(handle, { name: topic, partitions, replicationFactor: 2 });
  const leaders = async (): Promise<Set<number>> => (
    new Set((await handle.metadata([topic])).topics.get(topic)!.partitions.map((partition) => partition.leader)));
  expect(await leaders()).toEqual(new Set([1, 2]));

  const writer = await LogWriter.open(handle, { transactionalId: topic });
  const reader = new LogReader(handle);
  reader.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 0 })));
  const expected = Array.from({ length: perPartition }, (_, i) => `v${i}`);
  const seen = Array.from({ length: partitions }, (): string[] => []);

  const writing = (async () => {
    for (const value of expected) {
      for (let partition = 0; partition < partitions; partition++) writer.append(topic, partition, Date.now(), null, bytes(value));
      await writer.commit();
      await sleep(20);
    }
  })();
  const reading = (async () => {
    while (seen.some((partition) => partition.length < perPartition)) {
      for (const fetched of await reader.poll(1_000)) {
        fetched.forEachRecord((_offset, _timestamp, buffer, _keyStart, _keyEnd, start, end) => (
          seen[fetched.partition].push(buffer.toString('utf8', start, end))));
      }
    }
  })();
  for (const stop of [() => second!.stop(), () => second!.kill()]) {
    await sleep(500);
    await stop();
    await expect.poll(leaders, { timeout: 30_000 }).toEqual(new Set([1]));
    await second!.start();
    await expect.poll(leaders, { timeout: 30_000 }).toEqual(new Set([1, 2]));
  }
  await Promise.all([writing, reading]);
  await writer.close();
  await reader.close();
  for (let partition = 0; partition < partitions; partition++) {
    expect(seen[partition]).toEqual(expected);
    expect(values(await readSettled(handle, topic, partition))).toEqual(expected);
  }
}, 180_000);
