import { pino, type Logger } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { RegistryClient, registerAll, SchemaMismatchError } from '../../../schemas/registry.ts';
import { schemaTopics } from '../../../schemas/subjects.ts';
import { createTopics } from '../../../topology/admin.ts';
import { defaultSettings } from '../../../topology/graph/index.ts';
import { AuthenticationError, Cluster, type ClusterOptions } from '../../../topology/log/index.ts';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';
import { sharedKafka, sharedRegistry, startKafka, uniquePrefix } from '../support/stack.ts';
import { counterGraph, createProcessor } from './counter.ts';
import { TestTwin } from './twin.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function host(cluster: ClusterOptions, env: Record<string, string>): { running: ProcessorHost; log: string[] } {
  const log: string[] = [];
  const logger: Logger = pino({ level: 'info' }, { write: (line: string) => { log.push((JSON.parse(line) as { msg: string }).msg); } });
  const running = new ProcessorHost({
    processors: [{ graph: counterGraph, module: { createProcessor } }], cluster, settings: settingsFromEnv(env), env, logger,
  });
  closing.push(() => running.stop());
  return { running, log };
}

/** Reasons that `/readyz` gives, once it gives one that matches. */
async function reasons(running: ProcessorHost, wanted: RegExp): Promise<string> {
  for (;;) {
    const response = running.url === null ? null : await fetch(`${running.url}/readyz`);
    const text = response === null ? '' : await response.text();
    if (response?.status === 503 && wanted.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What Prometheus sees of it; undefined where it sees nothing. */
async function readiness(running: ProcessorHost): Promise<string | undefined> {
  const text = await (await fetch(`${running.url}/metrics`)).text();
  return /^twin_ready\{processor="counter"\} (\d)$/m.exec(text)?.[1];
}

describe('starting', () => {
  it('waits for a broker that is not there, alive but not ready, and stops when told to', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const { running, log } = host({ bootstrap: [address] }, { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' });
    const started = running.start();
    expect(await reasons(running, /waiting for a broker/)).toContain(address);
    expect((await fetch(`${running.url}/livez`)).status).toBe(200);
    expect(await readiness(running)).toBe('0');
    expect(log.some((message) => message.startsWith(`waiting for a broker at ${address}`))).toBe(true);
    await running.stop();
    await started;
    expect(await running.ended).toBeNull();
  });

  it('waits for topics, and for the registry, and says so', async () => {
    const broker = await sharedKafka();
    const prefix = uniquePrefix();
    const registry = `http://127.0.0.1:${await freePort()}`;
    const { running } = host({ bootstrap: [broker] }, { SCHEMA_REGISTRY_URL: registry, TWIN_PREFIX: prefix });
    const started = running.start();
    expect(await reasons(running, /missing; create with: telco-twin topics create/)).toContain(`${prefix}sim_ticks`);
    const cluster = await Cluster.connect({ bootstrap: [broker] });
    closing.push(() => cluster.close());
    await createTopics(cluster, prefix, { ...defaultSettings, partitions: 2 });
    expect(await reasons(running, /waiting for the schema registry/)).toContain(registry);
    expect(await readiness(running)).toBe('0');
    await running.stop();
    await started;
    expect(await running.ended).toBeNull();
  });

  it('waits for schemas that are not registered yet, says so, and registers nothing itself', async () => {
    const broker = await sharedKafka();
    const prefix = uniquePrefix();
    const cluster = await Cluster.connect({ bootstrap: [broker] });
    closing.push(() => cluster.close());
    await createTopics(cluster, prefix, { ...defaultSettings, partitions: 2 });
    const registry = { url: await sharedRegistry() };
    await registerAll(registry, prefix, ['sim_ticks']);
    const { running } = host({ bootstrap: [broker] }, { SCHEMA_REGISTRY_URL: registry.url, TWIN_PREFIX: prefix });
    const started = running.start();
    expect(await reasons(running, /waiting for schemas/)).toMatch(/it is not registered\. Run `telco-twin schemas register` first/);
    expect(await new RegistryClient(registry).latest(`${prefix}cdrs-value`)).toBeNull();
    await registerAll(registry, prefix);
    await started;
    expect(running.unready().join()).not.toContain('schemas');
    await running.stop();
    expect(await running.ended).toBeNull();
  });

  it('ends with the reason when a registered schema is another one', async () => {
    const broker = await sharedKafka();
    const prefix = uniquePrefix();
    const cluster = await Cluster.connect({ bootstrap: [broker] });
    closing.push(() => cluster.close());
    await createTopics(cluster, prefix, { ...defaultSettings, partitions: 2 });
    const registry = { url: await sharedRegistry() };
    await registerAll(registry, prefix, schemaTopics.filter((topic) => topic !== 'cdrs'));
    await new RegistryClient(registry).register(`${prefix}cdrs-value`, JSON.stringify({ type: 'record', name: 'Cdr', fields: [] }));
    const { running } = host({ bootstrap: [broker] }, { SCHEMA_REGISTRY_URL: registry.url, TWIN_PREFIX: prefix });
    await running.start();
    expect(await running.ended).toBeInstanceOf(SchemaMismatchError);
  });

  it('ends with the reason when the credentials are wrong', async () => {
    const secured = await startKafka({ saslUsers: { admin: 'admin-secret', twin: 'right' } });
    closing.push(() => secured.close());
    const sasl = { mechanism: 'PLAIN', username: 'twin', password: 'wrong' } as const;
    const { running } = host({ bootstrap: [secured.bootstrapServers], sasl }, {});
    await running.start();
    const reason = await running.ended;
    expect(reason).toBeInstanceOf(AuthenticationError);
    expect(reason?.message).not.toContain('wrong');
  });
});

describe('a broker that restarts', () => {
  it('changes nothing in the output', async () => {
    const own = await startKafka();
    closing.push(() => own.close());
    const twin = await TestTwin.create(own.bootstrapServers, await sharedRegistry(), uniquePrefix(), 3);
    closing.push(() => twin.close());
    await twin.rounds(150);
    const { running } = host({ bootstrap: [own.bootstrapServers] }, { ...twin.env, COUNTER_TICK_MS: '30', TRANSACTION_MAX_MS: '300' });
    await running.start();
    while ((await twin.committed('cdrs', 0)).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await own.restart();
    await twin.rounds(20, { mode: 'LIVE' });
    await twin.settled();
    expect(await twin.committedEverywhere('cdrs')).toEqual(twin.expected());
  }, 180_000);
});
