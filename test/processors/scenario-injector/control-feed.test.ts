import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ControlFeed, controlItems } from '../../../processors/scenario-injector/control/control-feed.ts';
import type { ControlDecoder } from '../../../processors/scenario-injector/control/decode.ts';
import { BatchBuilder, type Cluster } from '../../../topology/log/index.ts';
import { brokerProfiles } from '../../../topology/log/net/profile.ts';

/** One record at offset 0 of any topic, and nothing after it. */
function oneRecord(): Cluster {
  const builder = new BatchBuilder({ compression: 'none', transactional: false, maxBytes: 1_000 });
  builder.append(1, Buffer.from('key'), Buffer.from('value'), 0, 5);
  const batch = builder.seal();
  batch.stamp({ producerId: -1n, producerEpoch: -1 }, -1);
  const answers = [Buffer.concat([...batch.parts])];
  const connection = {
    isConnected: true,
    version: (_key: number, _min: number, max: number) => max,
    send: async () => {
      const records = answers.shift() ?? Buffer.alloc(0);
      if (records.length === 0) await sleep(10);
      const answer = { errorCode: 0, highWatermark: 1, lastStableOffset: 1, logStartOffset: 0, aborted: [], records };
      return { errorCode: 0, answers: new Map([['id/0', answer]]) };
    },
  };
  return {
    profile: brokerProfiles[0], topic: () => Promise.resolve({ topicId: 'id' }), leader: () => Promise.resolve(1),
    dedicated: () => Promise.resolve(connection), release: () => Promise.resolve(), invalidate: () => undefined,
  } as unknown as Cluster;
}

/** Stands for a registry that is down: `asked` resolves with the first record whose schema it is to fetch, `fail` ends the wait. */
function waitingDecoder(): { decoder: ControlDecoder; asked: Promise<void>; fail: (error: Error) => void } {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<never>();
  const decode = (): Promise<never> => {
    asked.resolve();
    return answer.promise;
  };
  return { decoder: { decode } as unknown as ControlDecoder, asked: asked.promise, fail: answer.reject };
}

describe('control events whose schema can\'t be fetched', () => {
  it('do not keep a leader from ending, and are no failure of the process when it has', async () => {
    const { decoder, asked, fail } = waitingDecoder();
    const feed = new ControlFeed(oneRecord(), 'scenario_events', 0, decoder);
    await asked;
    await expect(feed.close()).resolves.toBeUndefined();
    // Unhandled, this would end the process, and fails the test run.
    fail(new Error('the process is stopping'));
    await nextTurn();
  });

  it('do not keep a leader that repeats a step from ending', async () => {
    const { decoder, asked } = waitingDecoder();
    let stopping = false;
    const items = controlItems(oneRecord(), 'scenario_events', 0, 1, decoder, () => stopping);
    await asked;
    stopping = true;
    expect(await items).toBeNull();
  });
});
