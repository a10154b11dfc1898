import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignRanges } from '../../../topology/log/group/range.ts';
import { decodeSubscription, encodeSubscription } from '../../../topology/log/group/consumer-protocol.ts';
import { Standing } from '../../../topology/log/group/standing.ts';
import { PartitionQueue } from '../../../topology/log/writer/partition-queue.ts';
import { batchOptions, checkSize } from '../../../topology/log/writer/limits.ts';
import { brokerProfile, clusterOptionsFromEnv, defaultProfile, FatalError, IllegalGenerationError, RecordBatchView } from '../../../topology/log/index.ts';

const eventBroker = brokerProfile({ KAFKA_PROFILE: 'vast-event-broker' });

describe('KAFKA_PROFILE', () => {
  it('is Apache Kafka unless it says otherwise', () => {
    for (const env of [{}, { KAFKA_PROFILE: '' }, { KAFKA_PROFILE: 'apache-kafka' }]) expect(brokerProfile(env)).toBe(defaultProfile);
    expect(clusterOptionsFromEnv({ KAFKA_BROKERS: 'a:1', KAFKA_PROFILE: 'vast-event-broker' }).profile).toBe(eventBroker);
  });

  it('names the known ones when it is none of them', () => {
    expect(() => brokerProfile({ KAFKA_PROFILE: 'vast' })).toThrow(FatalError);
    expect(() => brokerProfile({ KAFKA_PROFILE: 'vast' })).toThrow(/'vast'; use one of apache-kafka \(as without it\), vast-event-broker/);
  });
});

describe('a batch for brokers without idempotence', () => {
  it('carries no producer, no sequence and no compression, whatever was asked for', () => {
    const options = batchOptions(eventBroker, { compression: 'lz4', maxBatchBytes: 8 << 20 });
    expect(options).toEqual({ compression: 'none', transactional: false, maxBytes: 900_000 });
    const queue = new PartitionQueue({ topic: 't', partition: 0 }, options);
    for (let batch = 0; batch < 2; batch++) {
      queue.builder.append(1, null, Buffer.from('value'.repeat(100)), 0, 500);
      queue.seal();
      queue.launch({ producerId: -1n, producerEpoch: -1 });
      const view = new RecordBatchView(Buffer.concat([...queue.inFlight!.parts]), queue);
      view.verify();
      expect([view.producerId, view.producerEpoch, view.baseSequence]).toEqual([-1n, -1, -1]);
      queue.acknowledge(batch);
    }
  });

  it('is as asked for on Apache Kafka', () => {
    expect(batchOptions(defaultProfile, { compression: 'zstd', transactionalId: 'x' })).toEqual({ compression: 'zstd', transactional: true, maxBytes: 500_000 });
    expect(() => { checkSize(defaultProfile, 't', 0, 1 << 20, 1 << 20); }).not.toThrow();
    expect(() => { checkSize(eventBroker, 't', 0, 0, 126_001); }).toThrow(/126001 bytes, brokers of the profile vast-event-broker take 126000/);
  });
});

describe('ranges', () => {
  it('give every partition to one subscriber of its topic, evenly, and the same numbers of topics with the same count', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 20 }), (ids, count) => {
      const members = ids.map((memberId) => ({ memberId, groupInstanceId: null, topics: ['a', 'b'], owned: [], generationId: -1 }));
      const assignments = assignRanges(members, new Map([['a', count], ['b', count]]));
      const of = (topic: string): number[][] => ids.map((id) => assignments.get(id)!.filter((place) => place.topic === topic).map(({ partition }) => partition));
      expect(of('a').flat().sort((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, partition) => partition));
      expect(of('b')).toEqual(of('a'));
      const sizes = of('a').map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }));
  });

  it('need no more of a subscription than its oldest version has', () => {
    const bytes = encodeSubscription({ topics: ['a'], owned: [{ topic: 'a', partition: 1 }], generationId: 4 }, 0);
    expect(bytes.readInt16BE(0)).toBe(0);
    expect(decodeSubscription(bytes)).toEqual({ topics: ['a'], owned: [], generationId: -1 });
  });
});

describe('the standing of a member', () => {
  it('is in doubt unless a request of less than a session ago was answered', () => {
    const standing = new Standing('g', 60_000);
    expect(standing.doubt).toBeInstanceOf(IllegalGenerationError);
    standing.confirm(performance.now() - 60_001);
    expect(standing.doubt).toBeInstanceOf(IllegalGenerationError);
    standing.confirm(performance.now());
    expect(standing.doubt).toBeNull();
    standing.confirm(performance.now() - 60_001);
    expect(standing.doubt).toBeNull();
    standing.lose();
    expect(standing.doubt).toBeInstanceOf(IllegalGenerationError);
  });
});
