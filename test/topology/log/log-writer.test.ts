import type * as Timers from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { LogWriter, type Cluster } from '../../../topology/log/index.ts';
import { defaultProfile } from '../../../topology/log/net/profile.ts';

/** Timers that have neither gone off nor been given up. */
const pending = vi.hoisted(() => new Set<unknown>());

vi.mock('node:timers/promises', async (original) => {
  const timers = await original<typeof Timers>();
  return {
    ...timers,
    setTimeout: (...args: Parameters<typeof timers.setTimeout>) => {
      const timer = timers.setTimeout(...args);
      pending.add(timer);
      const settled = (): void => { pending.delete(timer); };
      timer.then(settled, settled);
      return timer;
    },
  };
});

const TOPIC = 'topic';
const PRODUCE = 0;

/** Brokers with transactions v2 that take everything. */
function brokers(): Cluster {
  const connection = {
    features: new Map([['transaction.version', 2]]),
    version: (_key: number, _min: number, max: number) => max,
    call: () => Promise.resolve({ errorCode: 0, producerId: 1n, producerEpoch: 0 }),
    send: (key: number) => Promise.resolve(key === PRODUCE
      ? new Map([[`${TOPIC}/0`, { errorCode: 0, baseOffset: 0, message: null }]])
      : { errorCode: 0, producerId: 1n, producerEpoch: 1 }),
  };
  return {
    profile: defaultProfile, claimLane: () => 0, coordinator: () => Promise.resolve(1), leader: () => Promise.resolve(1),
    writeLane: () => Promise.resolve(connection), invalidate: () => undefined,
  } as unknown as Cluster;
}

it('leaves no timer that would keep the process from ending when it is closed amid a transaction', async () => {
  const writer = await LogWriter.open(brokers(), { transactionalId: 'id' });
  writer.append(TOPIC, 0, 1, null, Buffer.from('value'));
  await writer.flush();
  await writer.close();
  // What has been given up is settled a turn later.
  await new Promise(setImmediate);
  expect(pending.size).toBe(0);
});
