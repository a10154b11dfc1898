import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../../processors/vast-sink/places.ts';
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

describe('a claim that VAST does not answer', () => {
  /** Its ledger answers nothing until a claim is given up, and each claim from the second on at once. */
  const silentAtFirst = () => {
    const asked = Promise.withResolvers<void>();
    const claims: string[][] = [];
    const claimed = Promise.withResolvers<void>();
    const loop = claimsOnly({
      claim: async (partitions, _announce, signal) => {
        claims.push(partitions.map(placeOf));
        if (claims.length > 1) claimed.resolve();
        else {
          asked.resolve();
          await once(signal, 'abort');
          signal.throwIfAborted();
        }
        return claimsOf(partitions);
      },
    }, async () => undefined);
    loop.enqueue({ kind: 'assigned', partitions: PARTITIONS });
    return { loop, claims, asked: asked.promise, claimed: claimed.promise };
  };

  test('is given up when the sink stops', async () => {
    const { loop, claims, asked } = silentAtFirst();
    const running = loop.run();
    await asked;
    loop.stop();
    await running;
    expect(claims.length).toBe(1);
  });

  test('is given up when the group takes partitions away; the others are claimed then', async () => {
    const { loop, claims, asked, claimed } = silentAtFirst();
    const running = loop.run();
    await asked;
    await new Promise<void>((done) => {
      loop.enqueue({ kind: 'revoking', partitions: PARTITIONS.slice(0, 1), done });
    });
    await claimed;
    loop.stop();
    await running;
    expect(claims).toEqual([['cdrs/0', 'cdrs/1'], ['cdrs/1']]);
  });
});
