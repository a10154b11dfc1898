import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Admin } from '../../../../topology/log/index.ts';
import { VastEndpoint } from './endpoint.ts';
import { LandingSite } from './landing-site.ts';
import { FaultyProxy, type Fate } from './proxy.ts';

/** Kills per test; the project's full measure is 20. */
const KILLS = Number(process.env.KILLS ?? 4);
/** How long VAST is away; the project's full measure is 180. */
const DOWN_SECONDS = Number(process.env.DOWN_SECONDS ?? 10);
const SETTLE_MS = 300_000;
/** Nothing lost, nothing twice, nothing changed. */
const NONE = {};

describe('the sink loses nothing and lands nothing twice', { timeout: 1_200_000 }, () => {
  let endpoint: VastEndpoint;
  let site: LandingSite;
  let proxy: FaultyProxy | null = null;

  beforeAll(async () => {
    endpoint = await VastEndpoint.start();
  });

  afterEach(async () => {
    await site.close();
    await proxy?.close();
    proxy = null;
  });

  afterAll(async () => {
    await endpoint.close();
  });

  /** Committed and aborted transactions until `stop` is called; resolves with the number of records committed. */
  const flow = (): { stop: () => Promise<number> } => {
    const ending = new AbortController();
    const written = site.feed.write({ transactions: Infinity, records: 200, pauseMs: 30, abortEvery: 7, signal: ending.signal });
    return {
      stop: async () => {
        ending.abort();
        return await written;
      },
    };
  };

  it('when transactions of its topics are aborted', async () => {
    site = await LandingSite.create(endpoint);
    const sink = site.startSink();
    await site.feed.write({ transactions: 30, records: 300, abortEvery: 3 });
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
  });

  it(`when it is killed ${KILLS} times at random points`, async () => {
    site = await LandingSite.create(endpoint);
    const feeding = flow();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const sink = site.startSink();
      // Every third dies while it starts and joins, the others while they land.
      if (kill % 3 !== 0) await site.landing(sink, SETTLE_MS);
      await sleep(Math.random() * 1_500);
      await site.kill(sink);
    }
    expect(await feeding.stop()).toBeGreaterThan(0);
    site.startSink();
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it('when it dies with the ledger locked: its next owner rolls its transaction back, long before VAST lets it expire', async () => {
    proxy = await FaultyProxy.start(endpoint.url);
    site = await LandingSite.create(endpoint, proxy.url);
    const sink = site.startSink();
    await site.feed.write({ transactions: 3, records: 200 });
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    proxy.fate = (method, target) => (method === 'PUT' && target === '/?transaction' ? 'hold' : 'pass');
    await site.feed.write({ transactions: 3, records: 200 });
    while (proxy.counts.hold === 0) await sleep(20);
    await site.kill(sink);
    proxy.fate = () => 'pass';
    site.startSink();
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it('when it is stopped while VAST does not answer its claim: it ends in time, and the next one goes on', async () => {
    proxy = await FaultyProxy.start(endpoint.url);
    site = await LandingSite.create(endpoint, proxy.url);
    const first = site.startSink();
    await site.feed.write({ transactions: 3, records: 200 });
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(await first.stop(), first.errors.join('\n')).toBe(0);
    site.sinks.delete(first);
    // Tables and rows of the ledger are there, so its first update is a claim's.
    proxy.fate = (method, target) => (method === 'PUT' && target.includes('/kafka_offsets') ? 'hold' : 'pass');
    const second = site.startSink();
    await site.feed.write({ transactions: 3, records: 200 });
    while (proxy.counts.hold === 0) {
      expect(second.running, second.errors.join('\n')).toBe(true);
      await sleep(20);
    }
    expect(await second.stop(), second.errors.join('\n')).toBe(0);
    site.sinks.delete(second);
    proxy.fate = () => 'pass';
    site.startSink();
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it(`when VAST is killed ${KILLS} times`, async () => {
    site = await LandingSite.create(endpoint);
    const sink = site.startSink();
    const feeding = flow();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(1_500 + Math.random() * 2_000);
      await endpoint.kill();
      await sleep(Math.random() * 1_000);
      await endpoint.up();
    }
    expect(await feeding.stop()).toBeGreaterThan(0);
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
  });

  it('when connections are cut around the commits that make its schema, tables and ledger', async () => {
    proxy = await FaultyProxy.start(endpoint.url);
    site = await LandingSite.create(endpoint, proxy.url);
    const fates: readonly Fate[] = ['cut-before', 'cut-after', 'late'];
    let commits = 0;
    proxy.fate = (method, target) => (method === 'PUT' && target === '/?transaction' ? fates[commits++ % fates.length] : 'pass');
    const sink = site.startSink();
    await site.feed.write({ transactions: 10, records: 200 });
    while (commits < 20) {
      expect(sink.running, sink.errors.join('\n')).toBe(true);
      await sleep(50);
    }
    proxy.fate = () => 'pass';
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
  });

  it('when connections are cut around commits, whether or not the commit got through', async () => {
    proxy = await FaultyProxy.start(endpoint.url);
    site = await LandingSite.create(endpoint, proxy.url);
    const fates: readonly Fate[] = ['cut-before', 'cut-after', 'late', 'pass'];
    const sink = site.startSink();
    const feeding = flow();
    await sleep(3_000);
    let commits = 0;
    proxy.fate = (method, target) => (method === 'PUT' && target === '/?transaction' ? fates[commits++ % fates.length] : 'pass');
    await sleep(10_000);
    await vi.waitFor(() => { for (const fate of fates) expect(proxy!.counts[fate], fate).toBeGreaterThan(1); }, { timeout: 120_000, interval: 100 });
    expect(await feeding.stop()).toBeGreaterThan(0);
    proxy.fate = () => 'pass';
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
  });

  it('in storms of 503 SlowDown', async () => {
    proxy = await FaultyProxy.start(endpoint.url);
    site = await LandingSite.create(endpoint, proxy.url);
    site.startSink();
    const feeding = flow();
    await sleep(3_000);
    proxy.fate = () => (Math.random() < 0.6 ? 'slow-down' : 'pass');
    await sleep(10_000);
    // A sink that is told to slow down asks less and less often.
    await vi.waitFor(() => { expect(proxy!.counts['slow-down']).toBeGreaterThan(20); }, { timeout: 60_000, interval: 100 });
    proxy.fate = () => 'slow-down';
    await sleep(5_000);
    proxy.fate = () => (Math.random() < 0.3 ? 'slow-down' : 'pass');
    expect(await feeding.stop()).toBeGreaterThan(0);
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it(`when VAST is down for ${DOWN_SECONDS} s while data flow: it stays in its group, holds a bounded part, and catches up`, async () => {
    site = await LandingSite.create(endpoint);
    const sink = site.startSink();
    await site.feed.write({ transactions: 5, records: 200 });
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    const admin = new Admin(site.cluster);
    const group = site.names.group('vast-sink');
    const [before] = await admin.describeGroups([group]);
    await endpoint.kill();
    // Longer than the session time-out, and many times what it may hold: two transactions of 4,000 rows.
    const transactions = Math.max(60, DOWN_SECONDS);
    const pauseMs = (DOWN_SECONDS * 1_000) / transactions;
    const [written] = await Promise.all([site.feed.write({ transactions, records: 500, abortEvery: 9, pauseMs }), sleep(DOWN_SECONDS * 1_000)]);
    const [during] = await admin.describeGroups([group]);
    expect(during.members.map(({ memberId }) => memberId)).toEqual(before.members.map(({ memberId }) => memberId));
    expect(await site.metric(sink, 'vast_sink_lag_records')).toBeGreaterThan(written / 2);
    await endpoint.up();
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it('when a sink dies while VAST is away: the other one tells how much waits, though it can claim nothing', async () => {
    site = await LandingSite.create(endpoint);
    const env = { GROUP_SESSION_TIMEOUT_MS: '6000', GROUP_REBALANCE_TIMEOUT_MS: '20000' };
    const [left, dying] = [site.startSink(env), site.startSink(env)];
    await site.feed.write({ transactions: 5, records: 200 });
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    const admin = new Admin(site.cluster);
    const members = async (): Promise<number> => (await admin.describeGroups([site.names.group('vast-sink')]))[0].members.length;
    await vi.waitFor(async () => { expect(await members()).toBe(2); }, { timeout: SETTLE_MS, interval: 100 });
    await endpoint.kill();
    const written = await site.feed.write({ transactions: 10, records: 200 });
    await site.kill(dying);
    await vi.waitFor(async () => { expect(await members()).toBe(1); }, { timeout: SETTLE_MS, interval: 100 });
    await vi.waitFor(async () => { expect(await site.metric(left, 'vast_sink_lag_records')).toBeGreaterThanOrEqual(written); }, { timeout: SETTLE_MS, interval: 100 });
    expect(await site.metric(left, 'vast_sink_lag_seconds')).toBeGreaterThan(0);
    await endpoint.up();
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });

  it('when sinks come and go', async () => {
    site = await LandingSite.create(endpoint);
    const feeding = flow();
    const first = site.startSink();
    await sleep(4_000);
    const second = site.startSink();
    await sleep(6_000);
    expect(await first.stop(), first.errors.join('\n')).toBe(0);
    site.sinks.delete(first);
    await sleep(3_000);
    const third = site.startSink();
    await sleep(5_000);
    await site.kill(second);
    await sleep(9_000);
    expect(await feeding.stop()).toBeGreaterThan(0);
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
    expect(third.running, third.errors.join('\n')).toBe(true);
  });

  it('when a sink is frozen, loses its partitions, and goes on where it stopped', async () => {
    site = await LandingSite.create(endpoint);
    const feeding = flow();
    const frozen = site.startSink();
    await sleep(5_000);
    frozen.signal('SIGSTOP');
    site.startSink();
    await sleep(12_000);
    frozen.signal('SIGCONT');
    await sleep(5_000);
    expect(await feeding.stop()).toBeGreaterThan(0);
    expect(await site.settled(SETTLE_MS)).toEqual(NONE);
  });
});
