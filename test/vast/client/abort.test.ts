import { once } from 'node:events';
import { expect, test } from 'vitest';
import { VastClient } from '../../../vast/client/index.ts';
import { connected, quick } from './support/connect.ts';
import { ScriptedServer } from './support/scripted-server.ts';

const REASON = new Error('shutting down');
/** Longer than any test. */
const PATIENT = { attemptTimeoutMs: 600_000, attempts: 1_000 } as const;

test('connecting to a server that does not answer can be given up', async () => {
  const giveUp = new AbortController();
  await using server = await ScriptedServer.start(() => () => giveUp.abort(REASON));
  await expect(VastClient.connect({ ...quick, ...PATIENT, endpoints: [server.origin] }, giveUp.signal)).rejects.toBe(REASON);
});

test('so can waiting for the next attempt', async () => {
  const giveUp = new AbortController();
  await using server = await ScriptedServer.start(() => (response) => {
    response.once('close', () => giveUp.abort(REASON));
    response.writeHead(503).end();
  });
  await expect(VastClient.connect({ ...quick, ...PATIENT, backoffMs: 600_000, endpoints: [server.origin] }, giveUp.signal)).rejects.toBe(REASON);
});

test('a transaction that is given up is rolled back, and the client goes on', async () => {
  const giveUp = new AbortController();
  const rolledBack = new EventTarget();
  await using pair = await connected((call) => {
    if (call.method !== 'DELETE') return () => giveUp.abort(REASON);
    rolledBack.dispatchEvent(new Event('seen'));
    return {};
  }, PATIENT);
  const seen = once(rolledBack, 'seen');
  await expect(pair.client.abortable(giveUp.signal).ensureSchema('telco')).rejects.toBe(REASON);
  await seen;
  expect((await pair.client.begin()).state).toBe('open');
});
