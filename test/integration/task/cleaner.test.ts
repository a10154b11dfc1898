import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { Admin, listOffsets, LogWriter, readRange, type Cluster } from '../../../topology/log/index.ts';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';
import { sharedRegistry, startKafka, uniquePrefix } from '../support/stack.ts';
import { counterGraph, createProcessor } from './counter.ts';
import { TestTwin } from './twin.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A broker whose cleaner compacts whatever it may, at once. */
const EAGER_CLEANER = {
  'log.cleaner.backoff.ms': '100', 'log.cleaner.min.cleanable.ratio': '0.0001', 'log.roll.ms': '300', 'log.cleaner.delete.retention.ms': '0',
};

async function records(cluster: Cluster, topic: string): Promise<number> {
  const [end] = await listOffsets(cluster, [{ topic, partition: 0 }], 'latest');
  let count = 0;
  await readRange(cluster, topic, 0, 0, end.offset, () => { count += 1; });
  return count;
}

describe('the cleaner, forced while a task lags', () => {
  it('compacts a topic without our lag, and leaves every version that ticks name', async () => {
    const broker = await startKafka({ properties: EAGER_CLEANER });
    closing.push(() => broker.close());
    const twin = await TestTwin.create(broker.bootstrapServers, await sharedRegistry(), uniquePrefix(), 2);
    closing.push(() => twin.close());

    const bait = `${twin.names.prefix}bait`;
    await new Admin(twin.cluster).createTopics([{ name: bait, partitions: 1, configs: { 'cleanup.policy': 'compact' } }]);
    const writer = await LogWriter.open(twin.cluster);
    closing.push(() => writer.close());
    const versions = 6;
    for (let version = 0; version < versions; version += 1) {
      for (let key = 0; key < 3; key += 1) await twin.changeNetwork(`cell:${key}`, `${key} in version ${version}`);
      for (const partition of [0, 1]) await twin.changeSubscriber(partition, '7', `version ${version}`);
      twin.tick();
      await twin.commit();
      writer.append(bait, 0, Date.now(), Buffer.from('key'), Buffer.from(`version ${version}`));
      await writer.flush();
      // Only closed segments are compacted, and a segment closes when the next record comes after its time.
      await sleep(350);
    }
    while (await records(twin.cluster, bait) > 2) {
      writer.append(bait, 0, Date.now(), Buffer.from('key'), Buffer.from('rolls the segment'));
      await writer.flush();
      await sleep(350);
    }

    const env = { ...twin.env, COMMIT_INTERVAL_MS: '50' };
    const host = new ProcessorHost({
      processors: [{ graph: counterGraph, module: { createProcessor } }],
      cluster: { bootstrap: [twin.broker] }, settings: settingsFromEnv(env), env, logger: pino({ level: 'silent' }),
    });
    closing.push(() => host.stop());
    await host.start();
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
    expect(await records(twin.cluster, twin.names.topic('network_state'))).toBe(3 * versions);
  });
});
