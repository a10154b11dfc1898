import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  Admin, AuthorizationError, brokerProfile, Cluster, FatalError, GroupMember, listOffsets, LogReader, LogWriter, type TopicPartition,
} from '../../../topology/log/index.ts';
import { eventually } from '../injector/support.ts';
import { EventBroker } from './broker.ts';

const PROFILE = brokerProfile({ KAFKA_PROFILE: 'vast-event-broker' });

let broker: EventBroker;
let cluster: Cluster;
let topic: string;
let topics = 0;

beforeAll(async () => {
  broker = await EventBroker.start();
  cluster = await Cluster.connect({ bootstrap: [broker.gate.address], profile: PROFILE });
});
beforeEach(async () => {
  topic = `topic-${topics++}`;
  await new Admin(cluster).createTopics([{ name: topic, partitions: 4, configs: { 'cleanup.policy': 'delete', 'retention.ms': '-1' } }]);
  broker.gate.violations.length = 0;
});
afterAll(async () => {
  await cluster?.close();
  await broker?.close();
});

/** Values of a partition, in order. */
async function values(partition: number): Promise<string[]> {
  const [end] = await listOffsets(cluster, [{ topic, partition }], 'latest', 'read_uncommitted');
  const reader = new LogReader(cluster, { isolation: 'read_uncommitted' });
  const found: string[] = [];
  reader.assign([{ topic, partition, offset: 0 }]);
  while (reader.position(topic, partition) < end.offset) {
    for (const fetched of await reader.poll(1_000)) {
      fetched.forEachRecord((_offset, _time, bytes, _keyStart, _keyEnd, start, stop) => found.push(bytes.toString('utf8', start, stop)));
    }
  }
  await reader.close();
  return found;
}

describe('the broker of these tests', () => {
  it('refuses transactions by itself, and idempotent writers at its gate', async () => {
    await expect(LogWriter.open(broker.direct, { transactionalId: 'any' })).rejects.toThrow(AuthorizationError);
    const kafka = await Cluster.connect({ bootstrap: [broker.gate.address] });
    await expect(LogWriter.open(kafka, { deliveryTimeoutMs: 200 })).rejects.toThrow();
    expect(broker.gate.violations).toContain('InitProducerId is not supported');
    await kafka.close();
  });
});

describe('a writer without producer id', () => {
  it('writes every record at least once and in order when answers are lost', async () => {
    const before = broker.gate.lost;
    broker.gate.loseAnswers(5);
    const writer = await LogWriter.open(cluster, { compression: 'lz4' });
    const written = Array.from({ length: 400 }, (_, k) => `value-${k}`);
    for (const [k, value] of written.entries()) {
      writer.append(topic, 0, k, null, Buffer.from(value));
      if (k % 10 === 9) await writer.flush();
    }
    await writer.close();
    broker.gate.loseAnswers(0);
    const found = await values(0);
    expect([...new Set(found)]).toEqual(written);
    expect(broker.gate.lost).toBeGreaterThan(before);
    expect(found.length).toBeGreaterThan(written.length);
    expect(broker.gate.violations).toEqual([]);
  }, 60_000);

  it('refuses what the brokers would not take, and says what', async () => {
    const writer = await LogWriter.open(cluster);
    expect(() => writer.append(topic, 0, 0, null, Buffer.alloc(126_001))).toThrow(/value of a record has 126001 bytes.*vast-event-broker take 126000/);
    expect(() => writer.append(topic, 0, 0, Buffer.alloc(130_000), null)).toThrow(/key of a record has 130000 bytes/);
    writer.append(topic, 0, 0, Buffer.from('k'), Buffer.alloc(126_000));
    await writer.flush();
    await writer.close();
    await expect(LogWriter.open(cluster, { transactionalId: 'any' })).rejects.toThrow(/vast-event-broker have no transactions/);
    await expect(listOffsets(cluster, [{ topic, partition: 0 }], Date.now())).rejects.toThrow(FatalError);
    expect(broker.gate.violations).toEqual([]);
  });

  it('sends nothing while its owner is in doubt', async () => {
    const doubt = new FatalError('somebody else owns it');
    const writer = await LogWriter.open(cluster, { doubt: () => doubt });
    writer.append(topic, 1, 0, null, Buffer.from('never'));
    await expect(writer.flush()).rejects.toThrow('somebody else owns it');
    await writer.close();
    expect(await values(1)).toEqual([]);
  });
});

describe('a group', () => {
  /** A member that notes what it has, and what of the group's partitions had two owners at once. */
  function member(owners: Map<number, string>, name: string, clashes: string[]): { member: GroupMember; own: () => number[] } {
    const take = ({ partition }: TopicPartition): void => {
      if (owners.has(partition)) clashes.push(`${name} got ${partition} of ${owners.get(partition)}`);
      owners.set(partition, name);
    };
    const drop = (partitions: readonly TopicPartition[]): void => { for (const { partition } of partitions) owners.delete(partition); };
    return {
      member: new GroupMember(cluster, {
        groupId: `group-${topic}`, topics: [topic], sessionTimeoutMs: 30_000, heartbeatIntervalMs: 200,
        onAssigned: (partitions) => { partitions.forEach(take); },
        onRevoking: (partitions) => { drop(partitions); return Promise.resolve(); },
        onLost: drop,
        onError: (error) => { clashes.push(error.message); },
      }),
      own: () => [...owners].filter(([, owner]) => owner === name).map(([partition]) => partition).sort(),
    };
  }

  it('is eager: everything is given up before partitions are shared anew, by ranges', async () => {
    const owners = new Map<number, string>();
    const clashes: string[] = [];
    const [a, b] = [member(owners, 'a', clashes), member(owners, 'b', clashes)];
    await a.member.join();
    expect(a.own()).toEqual([0, 1, 2, 3]);
    expect(a.member.doubt).toBeNull();
    await b.member.join();
    await eventually(() => a.own().length === 2 && b.own().length === 2);
    expect([[0, 1], [2, 3]]).toContainEqual(a.own());
    await a.member.commitOffsets([{ topic, partition: a.own()[0], offset: 7 }]);
    expect(await a.member.committed([{ topic, partition: a.own()[0] }])).toMatchObject([{ offset: 7 }]);
    await a.member.leave();
    await eventually(() => b.own().length === 4);
    await b.member.leave();
    expect(clashes).toEqual([]);
    expect(broker.gate.violations).toEqual([]);
  }, 60_000);

  it('has no static members', () => {
    expect(() => new GroupMember(cluster, {
      groupId: 'any', topics: [topic], groupInstanceId: 'pod-0', onAssigned: () => undefined, onRevoking: () => Promise.resolve(), onLost: () => undefined, onError: () => undefined,
    })).toThrow(/no static membership: leave GROUP_INSTANCE_ID out/);
  });
});
