import { CompressionCodecs, CompressionTypes, Kafka, logLevel } from 'kafkajs';
import lz4 from 'lz4-napi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeHeaders, LogReader, LogWriter, partitionFor, type Cluster, type Compression } from '../../../topology/log/index.ts';
import { javaTool, sharedKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, connect, createTopic, readAll, readSettled, values } from './support.ts';

CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder: { buffer: Buffer }) => lz4.compressFrameSync(encoder.buffer),
  decompress: async (buffer: Buffer) => lz4.decompressFrameSync(buffer),
});

describe('other clients', () => {
  let bootstrap: string;
  let cluster: Cluster;
  let kafkajs: Kafka;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    bootstrap = await sharedKafka();
    cluster = await connect(bootstrap);
    kafkajs = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  });
  afterAll(async () => cluster?.close());

  test.each<Compression>(['none', 'lz4'])('kafkajs reads committed %s records, headers, nulls and times as we wrote them', async (compression) => {
    const topic = await createTopic(cluster, { name: `${prefix}kafkajs-${compression}`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: topic, compression });
    const time = Date.now() - 1_000;
    for (let i = 0; i < 100; i++) {
      writer.append(topic, 0, time + i, bytes(`k${i}`), bytes(`v${i}`), 0, undefined, [{ key: 'reason', value: bytes(`r${i}`) }, { key: 'none', value: null }]);
    }
    writer.append(topic, 0, time - 5_000, null, null);
    await writer.commit();
    writer.append(topic, 0, time, null, bytes('aborted'));
    await writer.flush();
    await writer.abort();
    writer.append(topic, 0, time, null, bytes('end'));
    await writer.commit();
    await writer.close();

    const consumer = kafkajs.consumer({ groupId: `${prefix}${compression}`, readUncommitted: false });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const seen: { offset: string; key: string | null; value: string | null; timestamp: string; reason: string | undefined }[] = [];
    const done = Promise.withResolvers<void>();
    await consumer.run({ eachMessage: async ({ message }) => {
      seen.push({ offset: message.offset, key: message.key?.toString() ?? null, value: message.value?.toString() ?? null,
        timestamp: message.timestamp, reason: message.headers?.['reason']?.toString() });
      if (message.value?.toString() === 'end') done.resolve();
    } });
    await done.promise;
    await consumer.disconnect();
    expect(seen).toHaveLength(102);
    expect(seen[42]).toEqual({ offset: '42', key: 'k42', value: 'v42', timestamp: String(time + 42), reason: 'r42' });
    expect(seen[100]).toMatchObject({ offset: '100', key: null, value: null, timestamp: String(time - 5_000) });
  });

  test.each([['none', CompressionTypes.None], ['gzip', CompressionTypes.GZIP], ['lz4', CompressionTypes.LZ4]] as const)(
    'we read what kafkajs writes with %s, from the partition that it chose', async (name, compression) => {
      const topic = await createTopic(cluster, { name: `${prefix}from-${name}`, partitions: 6 });
      const producer = kafkajs.producer();
      await producer.connect();
      const keys = Array.from({ length: 60 }, (_, i) => `subscriber-${i}`);
      await producer.send({ topic, compression, messages: keys.map((key) => ({ key, value: `of ${key}`, headers: { h: key } })) });
      await producer.disconnect();
      const seen = new Map<string, number>();
      for (let partition = 0; partition < 6; partition++) {
        for (const { key, value } of await readAll(cluster, topic, partition)) {
          expect(value).toBe(`of ${key}`);
          seen.set(key!, partition);
        }
      }
      expect(seen).toEqual(new Map(keys.map((key) => [key, partitionFor(bytes(key), 6)])));
    });

  test('headers that another client wrote', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}headers`, partitions: 1 });
    const producer = kafkajs.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'v', headers: { reason: 'bad schema id', empty: '' } }] });
    await producer.disconnect();
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    const [fetched] = await reader.poll(10_000);
    const cursor = fetched.cursor();
    expect(cursor.next()).toBe(true);
    expect(decodeHeaders(cursor.bytes, cursor.headersStart)).toEqual([
      { key: 'reason', value: bytes('bad schema id') }, { key: 'empty', value: bytes('') }]);
    await reader.close();
  });

  test('a Java read_committed consumer sees exactly the committed records', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}java`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: topic, maxBatchBytes: 2_000 });
    for (let i = 0; i < 30; i++) {
      for (let k = 0; k < 50; k++) writer.append(topic, 0, Date.now(), null, bytes(`${i % 3 === 0 ? 'aborted' : 'committed'}-${i}-${k}`));
      await writer.flush();
      await (i % 3 === 0 ? writer.abort() : writer.commit());
    }
    await writer.close();
    const ours = values(await readSettled(cluster, topic));
    expect(ours).toHaveLength(20 * 50);
    const { stdout } = await javaTool(['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', bootstrap, '--topic', topic,
      '--from-beginning', '--isolation-level', 'read_committed', '--max-messages', '1000', '--timeout-ms', '20000']);
    expect(stdout.trim().split('\n')).toEqual(ours);
  }, 120_000);
});
