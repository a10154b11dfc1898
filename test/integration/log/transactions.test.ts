import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Admin, FencedError, GroupMember, IllegalGenerationError, listOffsets, LogWriter, type Cluster, type GroupIdentity,
} from '../../../topology/log/index.ts';
import { startKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, connect, createTopic, readAll, readSettled, values } from './support.ts';

/** One member of a group of its own, joined: its identity is valid until it leaves. */
async function joinAlone(cluster: Cluster, groupId: string, topic: string): Promise<GroupMember> {
  const member = new GroupMember(cluster, {
    groupId, topics: [topic], onAssigned: () => {}, onRevoking: async () => {}, onLost: () => {}, onError: () => {},
  });
  await member.join();
  return member;
}

describe.each([1, 2] as const)('transactions v%d', (version) => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let cluster: Cluster;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    kafka = await startKafka({
      transactionVersion: version,
      properties: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 200 },
    });
    cluster = await connect(kafka.bootstrapServers);
  });
  afterAll(async () => {
    await cluster?.close();
    await kafka?.close();
  });

  test('uses the version that the broker has finalised', async () => {
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}version` });
    expect(writer.isTransactionV2).toBe(version === 2);
    await writer.close();
  });

  test('commits and aborts, and names offsets while the transaction is open', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}basic`, partitions: 2 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}basic` });
    for (let i = 0; i < 5; i++) writer.append(topic, 0, 1_000 + i, bytes(`k${i}`), bytes(`a${i}`));
    expect(await writer.flush()).toEqual([{ topic, partition: 0, firstOffset: 0, lastOffset: 4, records: 5 }]);
    writer.append(topic, 0, 2_000, null, bytes('late'));
    writer.append(topic, 1, 2_000, bytes('gone'), null);
    expect(await readAll(cluster, topic)).toEqual([]);
    expect(await writer.commit()).toEqual([
      { topic, partition: 0, firstOffset: 0, lastOffset: 5, records: 6 },
      { topic, partition: 1, firstOffset: 0, lastOffset: 0, records: 1 },
    ]);
    writer.append(topic, 0, 3_000, null, bytes('aborted'));
    await writer.flush();
    await writer.abort();
    writer.append(topic, 0, 4_000, null, bytes('never sent'));
    await writer.abort();
    writer.append(topic, 0, 5_000, null, bytes('b'));
    await writer.commit();
    expect(await writer.commit()).toEqual([]);
    await writer.close();

    expect(values(await readSettled(cluster, topic))).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'late', 'b']);
    expect(await readSettled(cluster, topic, 1)).toEqual([{ offset: 0, timestamp: 2_000, key: 'gone', value: null }]);
    expect(values(await readSettled(cluster, topic, 0, { isolation: 'read_uncommitted' }))).toContain('aborted');
  });

  test('an abort sends nothing of what waits behind the batch in flight', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}behind`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}behind`, compression: 'none', maxBatchBytes: 200 });
    for (let i = 0; i < 40; i++) writer.append(topic, 0, i, null, Buffer.alloc(60, 'x'));
    await writer.abort();
    const [end] = await listOffsets(cluster, [{ topic, partition: 0 }], 'latest', 'read_uncommitted');
    expect(end.offset).toBeLessThan(10);
    writer.append(topic, 0, 50, null, bytes('kept'));
    await writer.commit();
    await writer.close();
    expect(values(await readSettled(cluster, topic))).toEqual(['kept']);
  });

  test('back-to-back transactions keep every record in order', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}many`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}many` });
    const expected: string[] = [];
    for (let i = 0; i < 100; i++) {
      writer.append(topic, 0, i, null, bytes(`v${i}`));
      if (i % 3 === 2) {
        await writer.abort();
      } else {
        await writer.commit();
        expected.push(`v${i}`);
      }
    }
    await writer.close();
    expect(values(await readSettled(cluster, topic))).toEqual(expected);
  });

  test('a second writer with the same id fences the first and aborts what it left open', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}fence`, partitions: 1 });
    const zombie = await LogWriter.open(cluster, { transactionalId: `${prefix}fence` });
    zombie.append(topic, 0, 1, null, bytes('zombie, flushed'));
    await zombie.flush();
    const owner = await LogWriter.open(cluster, { transactionalId: `${prefix}fence` });
    zombie.append(topic, 0, 2, null, bytes('zombie, after'));
    await expect(zombie.commit()).rejects.toThrow(FencedError);
    expect(zombie.state).toBe('unusable');
    expect(() => zombie.append(topic, 0, 3, null, bytes('x'))).toThrow(FencedError);
    owner.append(topic, 0, 4, null, bytes('owner'));
    await owner.commit();
    await zombie.close();
    await owner.close();
    expect(values(await readSettled(cluster, topic))).toEqual(['owner']);
  });

  test('a transaction that stays open too long is aborted by the broker, and its writer fenced', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}timeout`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}timeout`, transactionTimeoutMs: 500 });
    writer.append(topic, 0, 1, null, bytes('too late'));
    await writer.flush();
    expect(await readSettled(cluster, topic)).toEqual([]);
    writer.append(topic, 0, 2, null, bytes('too late too'));
    await expect(writer.commit()).rejects.toThrow(FencedError);
    await writer.close();
    expect(await readSettled(cluster, topic)).toEqual([]);
  });

  test('input offsets are committed with the records, and only with them', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}offsets`, partitions: 1 });
    const groupId = `${prefix}offsets`;
    const member = await joinAlone(cluster, groupId, topic);
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}offsets` });

    writer.append(topic, 0, 1, null, bytes('1'));
    await writer.sendOffsets(member.identity, [{ topic, partition: 0, offset: 7 }]);
    await writer.commit();
    expect(await member.committed([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, offset: 7 }]);

    writer.append(topic, 0, 2, null, bytes('2'));
    await writer.sendOffsets(member.identity, [{ topic, partition: 0, offset: 9 }]);
    await writer.abort();
    expect(await member.committed([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, offset: 7 }]);

    // A transaction may consist of offsets alone.
    await writer.sendOffsets(member.identity, [{ topic, partition: 0, offset: 11 }]);
    await writer.commit();
    expect(await member.committed([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, offset: 11 }]);
    await writer.close();
    await member.leave();
  });

  test('a stale generation or an unknown member is refused; the writer aborts and goes on', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}stale`, partitions: 1 });
    const groupId = `${prefix}stale`;
    const member = await joinAlone(cluster, groupId, topic);
    const writer = await LogWriter.open(cluster, { transactionalId: `${prefix}stale` });
    const { identity } = member;
    const stale: GroupIdentity[] = [
      { ...identity, generationId: identity.generationId - 1 },
      { ...identity, memberId: 'somebody-else' },
    ];
    for (const wrong of stale) {
      writer.append(topic, 0, 1, null, bytes('stale'));
      await expect(writer.sendOffsets(wrong, [{ topic, partition: 0, offset: 3 }])).rejects.toThrow(IllegalGenerationError);
      await expect(writer.commit()).rejects.toThrow(IllegalGenerationError);
      await writer.abort();
    }
    writer.append(topic, 0, 1, null, bytes('fresh'));
    await writer.sendOffsets(identity, [{ topic, partition: 0, offset: 5 }]);
    await writer.commit();
    await writer.close();
    expect(values(await readSettled(cluster, topic))).toEqual(['fresh']);
    expect(await member.committed([{ topic, partition: 0 }])).toEqual([{ topic, partition: 0, offset: 5 }]);
    await member.leave();
    expect(await new Admin(cluster).committedOffsets(groupId, true)).toEqual([{ topic, partition: 0, offset: 5 }]);
  });
});
