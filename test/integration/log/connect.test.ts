import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Admin, AuthenticationError, Cluster, connectWithRetry, FatalError, LogWriter, RetriableError,
} from '../../../topology/log/index.ts';
import { BrokerConnection } from '../../../topology/log/net/connection.ts';
import { startKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, createTopic, readAll, readSettled, values } from './support.ts';

describe('reaching a cluster', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  const sasl = { mechanism: 'PLAIN', username: 'twin', password: 'twin-test' } as const;

  beforeAll(async () => {
    kafka = await startKafka({
      saslUsers: { admin: 'admin-test', twin: 'twin-test' },
      // SASL sessions end after 5 s unless the client authenticates again.
      properties: { 'connections.max.reauth.ms': 5_000 },
    });
  });
  afterAll(async () => kafka?.close());

  test('right credentials write and read', async () => {
    const cluster = await Cluster.connect({ bootstrap: [kafka.bootstrapServers], sasl });
    const topic = await createTopic(cluster, { name: `${uniquePrefix()}sasl`, partitions: 1 });
    const writer = await LogWriter.open(cluster, { transactionalId: topic });
    writer.append(topic, 0, 1, null, bytes('v'));
    await writer.flush();
    await writer.commit();
    await writer.close();
    expect(values(await readAll(cluster, topic, 0, { isolation: 'read_uncommitted' }))).toEqual(['v']);
    expect(await new Admin(cluster).describeCluster()).toMatchObject({ brokers: [{ nodeId: 1 }], features: { 'transaction.version': 2 } });
    await cluster.close();
  });

  test('sessions are renewed under way: nothing is lost, and no credentials are refused', async () => {
    const cluster = await Cluster.connect({ bootstrap: [kafka.bootstrapServers], sasl });
    const topic = await createTopic(cluster, { name: `${uniquePrefix()}renewed`, partitions: 1 });
    const errors: Error[] = [];
    const writer = await LogWriter.open(cluster, { transactionalId: topic, onRetry: (error) => errors.push(error) });
    const until = performance.now() + 12_000;
    const expected: string[] = [];
    while (performance.now() < until) {
      expected.push(`v${expected.length}`);
      writer.append(topic, 0, Date.now(), null, bytes(expected.at(-1)!));
      await writer.commit();
      await sleep(10);
    }
    await writer.close();
    expect(errors.filter((error) => error instanceof AuthenticationError)).toEqual([]);
    expect(values(await readSettled(cluster, topic))).toEqual(expected);
    await cluster.close();
  });

  test('a connection that broke stays broken when its session would have been renewed, and can be closed', async () => {
    const [host, port] = kafka.bootstrapServers.split(':');
    const sockets = new Set<Socket>();
    const proxy = createServer((near) => {
      const far = createConnection({ host, port: Number(port) });
      for (const socket of [near, far]) socket.on('error', () => undefined);
      sockets.add(near);
      near.pipe(far).pipe(near);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const connection = await BrokerConnection.connect({ host: '127.0.0.1', port: (proxy.address() as AddressInfo).port }, { bootstrap: [kafka.bootstrapServers], sasl });
    expect(connection.isConnected).toBe(true);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => connection.isConnected).toBe(false);
    // Sessions are renewed after 4 of their 5 s.
    await sleep(5_500);
    expect(connection.isConnected).toBe(false);
    await connection.close();
    proxy.close();
  });

  test('wrong credentials are refused at once, by name, and not retried', async () => {
    const options = { bootstrap: [kafka.bootstrapServers], sasl: { ...sasl, password: 'wrong' } };
    await expect(Cluster.connect(options)).rejects.toThrow(AuthenticationError);
    const retries: Error[] = [];
    await expect(connectWithRetry(options, 60_000, (error) => retries.push(error))).rejects.toThrow(/user name and password/);
    expect(retries).toEqual([]);
  });

  test('TLS at a plain-text port is refused by name', async () => {
    await expect(Cluster.connect({ bootstrap: [kafka.bootstrapServers], sasl, tls: {} })).rejects.toThrow(AuthenticationError);
  });

  test('nobody there: waits with back-off, says so, and goes on once a broker answers', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const nowhere = `127.0.0.1:${port}`;
    await expect(Cluster.connect({ bootstrap: [nowhere] })).rejects.toThrow(RetriableError);
    const retries: Error[] = [];
    await expect(connectWithRetry({ bootstrap: [nowhere] }, 3_000, (error) => retries.push(error))).rejects.toThrow(nowhere);
    expect(retries.length).toBeGreaterThan(1);
    const cluster = await Cluster.connect({ bootstrap: [nowhere, kafka.bootstrapServers], sasl });
    await cluster.close();
  });

  test('an address that is none is a FatalError', async () => {
    await expect(Cluster.connect({ bootstrap: ['localhost'] })).rejects.toThrow(FatalError);
  });

  test('topics: created once, described, their configuration read, deleted', async () => {
    const cluster = await Cluster.connect({ bootstrap: [kafka.bootstrapServers], sasl });
    const admin = new Admin(cluster);
    const name = `${uniquePrefix()}admin`;
    const spec = { name, partitions: 3, replicationFactor: 1, configs: { 'cleanup.policy': 'compact', 'retention.ms': '12345' } };
    expect(await admin.createTopics([spec])).toEqual([name]);
    expect(await admin.createTopics([spec])).toEqual([]);
    expect(await admin.listTopics()).toContain(name);
    expect((await admin.describeTopics([name, `${name}-absent`])).map((topic) => [topic.name, topic.partitions.length])).toEqual([[name, 3]]);
    expect((await admin.describeTopicConfigs([name])).get(name)).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': '12345' });
    await expect(admin.createTopics([{ name: 'bad name', partitions: 1 }])).rejects.toThrow(FatalError);
    await admin.deleteTopics([name, `${name}-absent`]);
    await expect.poll(() => admin.listTopics(), { timeout: 10_000 }).not.toContain(name);
    await cluster.close();
  });
});
