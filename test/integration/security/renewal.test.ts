import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuthenticationError, Cluster, clusterOptionsFromEnv } from '../../../topology/log/index.ts';
import { uniquePrefix } from '../support/stack.ts';
import { CertificateAuthority } from './certificates.ts';
import type { Running } from './running.ts';
import { SecureTwin, START } from './secure-twin.ts';

/** Sessions end after this long unless they are renewed with a password that is good then. */
const SESSION_MS = 3_000;
/** The secret of the broker changes first, the mounted one this much later: sessions end in between. */
const PROPAGATION_MS = 2 * SESSION_MS;
const PROCESSORS = ['scenario-injector', 'cdr-generator', 'vast-sink'];

let twin: SecureTwin;
let running: Running[];

beforeAll(async () => {
  twin = await SecureTwin.create(uniquePrefix(), { 'listener.name.sasl.scram-sha-512.connections.max.reauth.ms': SESSION_MS });
  const token = twin.secrets.put('api', { token: 'first-token' });
  running = [];
  for (const name of PROCESSORS) running.push(await twin.start(name, { CLOCK_GROUPS: 'cdr-generator', API_TOKEN_FILE: `${token}/token` }));
  await twin.allReady();
}, 300_000);
afterAll(async () => twin.close());

/** Those that were started at first get further, and none has ended. */
async function expectAllGoOn(): Promise<void> {
  const others = ['cdr-generator', 'vast-sink'];
  await twin.progressed(others, await twin.progress(others));
  expect(running.map(({ failure }) => failure)).toEqual(running.map(() => null));
}

it('a SCRAM password is exchanged under running processors', async () => {
  for (const name of PROCESSORS) await twin.kafka.setPassword(name, `${name}-renewed`);
  await sleep(PROPAGATION_MS);
  for (const name of PROCESSORS) twin.secrets.put(name, { password: `${name}-renewed` });
  // Long enough for every session to have ended that was begun with the old password.
  await sleep(PROPAGATION_MS);
  await expectAllGoOn();
  const old = { ...twin.envOf('cdr-generator'), KAFKA_SASL_PASSWORD_FILE: '', KAFKA_SASL_PASSWORD: 'cdr-generator-password' };
  await expect(Cluster.connect(clusterOptionsFromEnv(old))).rejects.toThrow(AuthenticationError);
}, 120_000);

it('the authority of the brokers is exchanged: they are restarted with certificates of another one', async () => {
  twin.secrets.put('old-authority', { 'ca.crt': await readFile(twin.envOf('cdr-generator').KAFKA_SSL_CA, 'utf8') });
  const ca = await CertificateAuthority.create(twin.kafka.folder, 'another-authority');
  await twin.kafka.renewCertificate(ca);
  await sleep(1_000);
  twin.secrets.put('authority', { 'ca.crt': await readFile(ca.cert, 'utf8') });
  await expectAllGoOn();
  const distrusting = { ...twin.envOf('cdr-generator'), KAFKA_SSL_CA: `${twin.secrets.at('old-authority')}/ca.crt` };
  await expect(Cluster.connect(clusterOptionsFromEnv(distrusting))).rejects.toThrow(/TLS with broker .* failed/);
}, 120_000);

it('the keys of VAST are exchanged', async () => {
  await twin.vast.stop();
  await twin.vast.up({ VAST_SECRET_KEY: 'renewed-secret' });
  await sleep(1_000);
  twin.secrets.put('vast', { 'secret-key': 'renewed-secret' });
  await expectAllGoOn();
}, 120_000);

it('tokens of the API: the new one is taken beside the old one, until that is dropped', async () => {
  const url = running[0].apiUrl;
  const status = async (token: string): Promise<number> => (
    (await fetch(`${url}/api/v1/clock`, { headers: { authorization: `Bearer ${token}` } })).status);
  expect([await status('first-token'), await status('second-token')]).toEqual([200, 401]);
  twin.secrets.put('api', { token: 'second-token\nfirst-token\n' });
  expect([await status('first-token'), await status('second-token')]).toEqual([200, 200]);
  twin.secrets.put('api', { token: 'second-token\n' });
  expect([await status('first-token'), await status('second-token')]).toEqual([401, 200]);
});

it('nothing was lost or repeated, and nobody had to be started again', async () => {
  expect(running.map(({ failure }) => failure)).toEqual(running.map(() => null));
  await twin.stop('scenario-injector');
  const until = await twin.caughtUp(['cdr-generator']);
  const { records } = await twin.content.computed('cdrs', 0, START, until);
  expect(records.length).toBeGreaterThan(0);
  expect(await twin.committed('cdrs', 0)).toEqual(records);
}, 120_000);
