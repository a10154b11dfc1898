import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Admin, CorruptBatchError, FatalError, listOffsets, LogReader, LogWriter, OffsetOutOfRangeError, readRange, type Cluster, type Compression,
} from '../../../topology/log/index.ts';
import { startKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, connect, createTopic, readAll, readSettled, values } from './support.ts';

describe('reader', () => {
  let dataDir: string;
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let cluster: Cluster;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'log-reader-'));
    kafka = await startKafka({ dataDir, properties: { 'log.cleaner.backoff.ms': 100, 'log.segment.delete.delay.ms': 100 } });
    cluster = await connect(kafka.bootstrapServers);
  });
  afterAll(async () => {
    await cluster?.close();
    await kafka?.close();
  });

  /** Two writers, interleaved; every third transaction of each is aborted. Returns the committed values, in log order. */
  async function writeTransactions(topic: string, recordsPerTransaction: number, maxBatchBytes: number): Promise<string[]> {
    const writers = await Promise.all(['x', 'y'].map((name) => (
      LogWriter.open(cluster, { transactionalId: `${topic}.${name}`, compression: 'none', maxBatchBytes }))));
    const committed: { value: string; offset: number }[] = [];
    for (let i = 0; i < 12; i++) {
      const written: string[][] = [[], []];
      for (let k = 0; k < recordsPerTransaction; k++) {
        for (const [w, writer] of writers.entries()) {
          const value = `${w}-${i}-${k}-${'.'.repeat(80)}`;
          written[w].push(value);
          // Present time: a segment rolls when a marker (wall clock) is a week later than its first record.
          writer.append(topic, 0, Date.now(), bytes(String(k)), bytes(value));
          await writer.flush();
        }
      }
      for (const [w, writer] of writers.entries()) {
        if ((i + w) % 3 === 0) await writer.abort();
        else {
          await writer.commit();
          committed.push(...written[w].map((value, k) => ({ value, offset: k * 2 + w + i * 1_000 })));
        }
      }
    }
    await Promise.all(writers.map((writer) => writer.close()));
    return committed.sort((a, b) => a.offset - b.offset).map((record) => record.value);
  }

  test('aborted transactions split over many fetches, interleaved with committed ones', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}split`, partitions: 1 });
    const committed = await writeTransactions(topic, 8, 1_000);
    // One or two batches a fetch, the last one cut.
    expect(values(await readSettled(cluster, topic, 0, { maxPartitionBytes: 400 }))).toEqual(committed);
    const all = await readAll(cluster, topic, 0, { isolation: 'read_uncommitted', maxPartitionBytes: 400 });
    expect(all).toHaveLength(12 * 2 * 8);
  });

  test('several aborted transactions of one producer in one fetch', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}several`, partitions: 1 });
    const committed = await writeTransactions(topic, 2, 1_000_000);
    expect(values(await readSettled(cluster, topic))).toEqual(committed);
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    const [fetched] = await reader.poll(10_000);
    expect(fetched.nextOffset).toBe(fetched.highWatermark);
    await reader.close();
  });

  test('a tail of aborted and control records moves the position, with nothing to visit', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}tail`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}tail` });
    writer.append(topic, 0, 1, null, bytes('data'));
    await writer.commit();
    writer.append(topic, 0, 2, null, bytes('aborted'));
    await writer.flush();
    await writer.abort();
    await writer.close();
    await readSettled(cluster, topic);
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 1 }]);
    const [fetched] = await reader.poll(10_000);
    let visited = 0;
    fetched.forEachRecord(() => { visited++; });
    expect(visited).toBe(0);
    // data, commit marker, aborted, abort marker
    expect(reader.position(topic, 0)).toBe(4);
    expect([reader.highWatermark(topic, 0), reader.lastStableOffset(topic, 0)]).toEqual([4, 4]);
    expect(await reader.poll(300)).toEqual([]);
    await reader.close();
  });

  test('gaps of a compacted topic are passed over', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}compact`, partitions: 1, configs: {
      'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.001', 'segment.ms': '200', 'min.compaction.lag.ms': '0' } });
    const writer = await LogWriter.open(cluster, {});
    for (let i = 0; i < 500; i++) {
      writer.append(topic, 0, Date.now(), bytes(`k${i % 5}`), bytes(`v${i}`));
      if (i % 10 === 9) await writer.flush();
    }
    await sleep(250);
    writer.append(topic, 0, Date.now(), bytes('roll'), bytes('roll'));
    await writer.flush();
    await writer.close();
    const kept = await (async () => {
      for (;;) {
        const records = await readAll(cluster, topic);
        if (records.length < 501) return records;
        await sleep(100);
      }
    })();
    expect(kept.at(-1)).toMatchObject({ offset: 500, value: 'roll' });
    for (const [i, { offset, value }] of kept.slice(0, -1).entries()) {
      expect(value).toBe(`v${offset}`);
      expect(offset).toBeGreaterThan(kept[i - 1]?.offset ?? -1);
    }
    expect(values(kept)).toEqual(expect.arrayContaining(['v495', 'v496', 'v497', 'v498', 'v499']));
    expect(values(await readAll(cluster, topic, 0, { from: 250 }))).toEqual(expect.arrayContaining(['v495', 'v499', 'roll']));
  });

  test('a batch larger than the fetch size gets through on every partition', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}large`, partitions: 4 });
    const writer = await LogWriter.open(cluster, { compression: 'none' });
    for (let i = 0; i < 12; i++) writer.append(topic, i % 4, i, null, Buffer.alloc(50_000, i));
    await writer.flush();
    await writer.close();
    const reader = new LogReader(cluster, { maxPartitionBytes: 1_000, maxBytes: 1_000 });
    reader.assign([0, 1, 2, 3].map((partition) => ({ topic, partition, offset: 0 })));
    const seen = new Map<number, number>();
    while ([...seen.values()].reduce((sum, n) => sum + n, 0) < 12) {
      for (const fetched of await reader.poll(10_000)) {
        fetched.forEachRecord((_offset, _timestamp, buffer, _ks, _ke, start, end) => {
          expect(end - start).toBe(50_000);
          expect(buffer[start] % 4).toBe(fetched.partition);
          seen.set(fetched.partition, (seen.get(fetched.partition) ?? 0) + 1);
        });
      }
    }
    await reader.close();
    expect(Object.fromEntries(seen)).toEqual({ 0: 3, 1: 3, 2: 3, 3: 3 });
  });

  test.each<Compression>(['none', 'lz4', 'zstd'])('%s is read back', async (compression) => {
    const topic = await createTopic(cluster, { name: `${prefix}codec-${compression}`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { compression, maxBatchBytes: 10_000 });
    for (let i = 0; i < 1_000; i++) writer.append(topic, 0, i, bytes(`k${i}`), bytes(`value ${i}`), 2, 8);
    await writer.flush();
    await writer.close();
    const read = await readAll(cluster, topic);
    expect(read).toHaveLength(1_000);
    expect(read[999]).toEqual({ offset: 999, timestamp: 999, key: 'k999', value: 'lue 99' });
  });

  test('one changed byte on the disk is a CorruptBatchError that names the batch', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}corrupt`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { compression: 'none' });
    for (const value of ['good', 'changed']) {
      writer.append(topic, 0, 1, null, bytes(value));
      await writer.flush();
    }
    await writer.close();
    const file = await open(join(dataDir, 'log', `${topic}-0`, '00000000000000000000.log'), 'r+');
    const { size } = await file.stat();
    await file.write(bytes('X'), 0, 1, size - 3);
    await file.close();
    const failure = readAll(cluster, topic);
    await expect(failure).rejects.toThrow(CorruptBatchError);
    await expect(failure).rejects.toMatchObject({ topic, partition: 0, offset: 1 });
  });

  test('a position below the log start or above its end is an error, never a reset', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}range`, partitions: 1 });
    const writer = await LogWriter.open(cluster, {});
    for (let i = 0; i < 10; i++) writer.append(topic, 0, i, null, bytes(`v${i}`));
    await writer.flush();
    await writer.close();
    await new Admin(cluster).deleteRecords([{ topic, partition: 0, offset: 4 }]);
    expect(await listOffsets(cluster, [{ topic, partition: 0 }], 'earliest')).toEqual([{ topic, partition: 0, offset: 4 }]);
    for (const offset of [2, 11]) {
      const reader = new LogReader(cluster);
      reader.assign([{ topic, partition: 0, offset }]);
      const failure = reader.poll(10_000);
      await expect(failure).rejects.toThrow(OffsetOutOfRangeError);
      await expect(failure).rejects.toMatchObject({ topic, partition: 0, offset });
      await reader.close();
    }
    expect(values(await readAll(cluster, topic, 0, { from: 4 }))).toEqual(['v4', 'v5', 'v6', 'v7', 'v8', 'v9']);
  });

  test('pause holds back what is buffered, resume delivers it once; seeking drops it', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}pause`, partitions: 2 });
    const writer = await LogWriter.open(cluster, {});
    for (let i = 0; i < 10; i++) writer.append(topic, i % 2, i, null, bytes(`v${i}`));
    await writer.flush();
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 0 }, { topic, partition: 1, offset: 0 }]);
    reader.pause([{ topic, partition: 0 }]);
    const first = await reader.poll(10_000);
    expect(first.map((fetched) => fetched.partition)).toEqual([1]);
    expect(await reader.poll(400)).toEqual([]);
    expect(reader.position(topic, 0)).toBe(0);
    reader.resume([{ topic, partition: 0 }]);
    expect((await reader.poll(10_000)).map((fetched) => fetched.nextOffset)).toEqual([5]);
    reader.assign([{ topic, partition: 0, offset: 3 }]);
    const [again] = await reader.poll(10_000);
    expect([again.fromOffset, again.nextOffset]).toEqual([3, 5]);
    reader.unassign([{ topic, partition: 0 }]);
    writer.append(topic, 0, 11, null, bytes('unseen'));
    writer.append(topic, 1, 11, null, bytes('seen'));
    await writer.flush();
    expect((await reader.poll(10_000)).map((fetched) => fetched.partition)).toEqual([1]);
    expect(() => reader.position(topic, 0)).toThrow(FatalError);
    await reader.close();
    await writer.close();
  });

  test('a reader that is not polled stops fetching at its bound', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}pressure`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { compression: 'none', maxBatchBytes: 20_000 });
    for (let i = 0; i < 2_000; i++) writer.append(topic, 0, i, null, Buffer.alloc(1_000, i));
    await writer.flush();
    await writer.close();
    const reader = new LogReader(cluster, { maxBufferedBytes: 100_000, maxPartitionBytes: 50_000 });
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    await expect.poll(() => reader.bufferedBytes, { timeout: 10_000 }).toBeGreaterThanOrEqual(100_000);
    await sleep(300);
    expect(reader.bufferedBytes).toBeLessThan(150_000);
    let seen = 0;
    while (seen < 2_000) for (const fetched of await reader.poll(10_000)) fetched.forEachRecord((offset) => { expect(offset).toBe(seen++); });
    expect(reader.bufferedBytes).toBe(0);
    await reader.close();
  });

  test('offsets by time; a range visits exactly its records', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}time`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}time` });
    for (let i = 0; i < 100; i++) writer.append(topic, 0, 1_000_000 + i * 10, null, bytes(`v${i}`));
    await writer.commit();
    await writer.close();
    await readSettled(cluster, topic);
    const at = [{ topic, partition: 0 }];
    expect((await listOffsets(cluster, at, 1_000_235))[0].offset).toBe(24);
    // Markers carry the wall clock, so only a time after it is beyond the end.
    expect((await listOffsets(cluster, at, Date.now() + 60_000))[0].offset).toBe(-1);
    expect((await listOffsets(cluster, at, 'latest'))[0].offset).toBe(101);
    const seen: number[] = [];
    await readRange(cluster, topic, 0, 24, 30, (offset) => seen.push(offset));
    expect(seen).toEqual([24, 25, 26, 27, 28, 29]);
    await readRange(cluster, topic, 0, 98, 101, (offset) => seen.push(offset));
    expect(seen.slice(6)).toEqual([98, 99]);
  });

  test('a topic that is deleted and created again is not mistaken for the old one', async () => {
    const admin = new Admin(cluster);
    const topic = await createTopic(cluster, { name: `${prefix}again`, partitions: 1 });
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    expect(await reader.poll(500)).toEqual([]);
    await admin.deleteTopics([topic]);
    await expect.poll(() => admin.createTopics([{ name: topic, partitions: 1 }]), { timeout: 20_000 }).toEqual([topic]);
    await expect(reader.poll(30_000)).rejects.toThrow(/deleted and created again/);
    await reader.close();
  });

  test('a topic that does not exist is a FatalError', async () => {
    const reader = new LogReader(cluster);
    reader.assign([{ topic: `${prefix}nowhere`, partition: 0, offset: 0 }]);
    await expect(reader.poll(10_000)).rejects.toThrow(/does not exist/);
    await reader.close();
  });
});
