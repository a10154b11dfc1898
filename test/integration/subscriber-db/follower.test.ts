import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Follower, type FollowedPartition } from '../../../processors/subscriber-db/follower.ts';
import { LogWriter, type Cluster } from '../../../topology/log/index.ts';
import { bytes, connect, createTopic } from '../log/support.ts';
import { sharedKafka, uniquePrefix } from '../support/stack.ts';

describe('Follower', () => {
  let cluster: Cluster;
  let topic: string;

  beforeAll(async () => {
    cluster = await connect(await sharedKafka());
    topic = await createTopic(cluster, { name: `${uniquePrefix()}followed`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { compression: 'none' });
    writer.append(topic, 0, Date.now(), bytes('key'), bytes('value'));
    await writer.flush();
    await writer.close();
  });
  afterAll(async () => {
    await cluster?.close();
  });

  const following = (apply: () => void): FollowedPartition => ({ topic, partition: 0, position: 0, ready: () => null, apply, reached: () => undefined });

  it('runs work between what it applies, and none once it has failed', async () => {
    const follower = new Follower(cluster, () => undefined);
    const failed = Promise.withResolvers<Error>();
    follower.start((error) => { failed.resolve(error); });
    try {
      const ran: string[] = [];
      expect(await follower.between(async () => { ran.push('before'); })).toBe(true);
      let refused: Promise<boolean> | undefined;
      await follower.add([following(() => {
        refused = follower.between(async () => { ran.push('after'); });
        throw new Error('not a record of the twin');
      })]);
      expect((await failed.promise).message).toMatch(/not a record of the twin/);
      expect(await refused).toBe(false);
      expect(await follower.between(async () => { ran.push('later'); })).toBe(false);
      expect(ran).toEqual(['before']);
    } finally {
      await follower.close();
    }
  });

  it('that is closed runs no work', async () => {
    const follower = new Follower(cluster, () => undefined);
    follower.start(() => undefined);
    await follower.close();
    expect(await follower.between(async () => { throw new Error('ran'); })).toBe(false);
  });
});
