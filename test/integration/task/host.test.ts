import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { counterGraph, createProcessor } from './counter.ts';
import { TestTwin } from './twin.ts';

let twin: TestTwin;
let hosts: ProcessorHost[];

beforeEach(async () => {
  twin = await TestTwin.create(await sharedKafka(), await sharedRegistry(), uniquePrefix(), 3);
  hosts = [];
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await twin.close();
});

function host(env: Record<string, string> = {}): ProcessorHost {
  const all = { ...twin.env, LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent', COMMIT_INTERVAL_MS: '50', ...env };
  const created = new ProcessorHost({
    processors: [{ graph: counterGraph, module: { createProcessor } }],
    cluster: { bootstrap: [twin.broker] }, settings: settingsFromEnv(all), env: all, logger: pino({ level: all.LOG_LEVEL }),
  });
  hosts.push(created);
  return created;
}

describe('a processor on a real broker', () => {
  it('writes each tick once, from state as of the tick', async () => {
    await twin.rounds(40);
    const running = host();
    await running.start();
    await twin.settled();
    await twin.rounds(20, { mode: 'LIVE' });
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  });
});
