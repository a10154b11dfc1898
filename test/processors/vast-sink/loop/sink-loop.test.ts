import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { placeOf } from '../../../../processors/vast-sink/places.ts';
import { RetriableError } from '../../../../topology/log/index.ts';
import { RetriableError as VastRetriableError } from '../../../../vast/client/index.ts';
import { claimsOf, claimsOnly, PARTITIONS } from './claims-only.ts';

const PATIENCE = { timeout: 30_000 };

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

describe('partitions that the ledger does not give', () => {
  test('count as waiting, with what has come for them, until they are claimed', async () => {
    let isAway = true;
    let attempts = 0;
    const claimed = Promise.withResolvers<void>();
    const loop = claimsOnly({
      claim: async (partitions) => {
        attempts += 1;
        if (isAway) throw new VastRetriableError('VAST is away');
        claimed.resolve();
        return claimsOf(partitions).map((claim) => ({ ...claim, nextOffset: 1_000 }));
      },
    }, async () => undefined, { end: 1_000, landed: 400 });
    expect(loop.gauges()).toEqual({ lagSeconds: 0, lagRecords: 0 });
    loop.enqueue({ kind: 'assigned', partitions: PARTITIONS });
    const running = loop.run();
    await vi.waitFor(() => { expect(loop.gauges().lagRecords).toBe(2 * 600); }, PATIENCE);
    const before = loop.gauges().lagSeconds;
    expect(before).toBeGreaterThan(0);
    const seen = attempts;
    await vi.waitFor(() => { expect(attempts).toBeGreaterThan(seen); }, PATIENCE);
    expect(loop.gauges().lagSeconds).toBeGreaterThan(before);
    isAway = false;
    await claimed.promise;
    await vi.waitFor(() => { expect(loop.gauges()).toEqual({ lagSeconds: 0, lagRecords: 0 }); }, PATIENCE);
    loop.stop();
    await running;
  });

  test('are nobody\'s lag once the group has taken them away', async () => {
    const asked = Promise.withResolvers<void>();
    const loop = claimsOnly({
      claim: async () => {
        asked.resolve();
        throw new VastRetriableError('VAST is away');
      },
    }, async () => undefined, { end: 1_000, landed: 400 });
    loop.enqueue({ kind: 'assigned', partitions: PARTITIONS });
    const running = loop.run();
    await asked.promise;
    await vi.waitFor(() => { expect(loop.gauges().lagRecords).toBe(2 * 600); }, PATIENCE);
    await new Promise<void>((done) => { loop.enqueue({ kind: 'revoking', partitions: PARTITIONS, done }); });
    expect(loop.gauges()).toEqual({ lagSeconds: 0, lagRecords: 0 });
    loop.stop();
    await running;
  });
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
