import { expect, test } from 'vitest';
import { RetriableError } from '../../../../topology/log/index.ts';
import { claimsOf, claimsOnly, PARTITIONS } from './claims-only.ts';

test('after a loss it claims only once the coordinator has confirmed what it still owns', async () => {
  const log: string[] = [];
  const claimed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const loop = claimsOnly({
    claim: async (partitions) => {
      claimed[log.filter((entry) => entry === 'claim').length].resolve();
      log.push('claim');
      return claimsOf(partitions);
    },
  }, async () => {
    log.push(log.includes('no answer') ? 'confirmed' : 'no answer');
    if (log.at(-1) === 'no answer') throw new RetriableError('the coordinator is away');
  });
  loop.enqueue({ kind: 'assigned', partitions: PARTITIONS });
  const running = loop.run();
  await claimed[0].promise;
  loop.enqueue({ kind: 'lost', partitions: PARTITIONS.slice(0, 1) });
  await claimed[1].promise;
  loop.stop();
  await running;
  expect(log).toEqual(['claim', 'no answer', 'confirmed', 'claim']);
});
