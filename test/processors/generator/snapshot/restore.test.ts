import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { snapshotServer } from '../../../../processors/generator/snapshot/client.ts';
import { encodeSnapshot, SNAPSHOT_TYPE, type SnapshotHeader } from '../../../../processors/generator/snapshot/format.ts';
import { RestoreMetrics, SnapshotRestore } from '../../../../processors/generator/snapshot/restore.ts';
import type { TableStart } from '../../../../topology/task/contract.ts';
import { answers, apply, config, emptyTables, endsOf, historyOf } from './tables.ts';

const TOPIC_ID = 'the-topic';
const store = emptyTables();
const versions = historyOf(store, [{ index: 7, change: { callsPerDay: 11 } }]);
for (const version of versions) apply(store, version);
const ends = endsOf(versions);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers every request as the test says. */
async function serve(answer: (partition: number, response: ServerResponse, authorization: string | undefined) => void): Promise<string> {
  const server = createServer((request, response) => { answer(Number(request.url!.split('/').at(-1)), response, request.headers.authorization); });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function bodyOf(partition: number, change: Partial<SnapshotHeader> = {}): Buffer {
  const header = { topic: 'subscriber_state', topicId: TOPIC_ID, partition, offset: ends[partition], floor: 0, twin: config, layout: store.layout, ...change };
  return Buffer.concat(encodeSnapshot({ header, sections: store.save(partition) }));
}

function send(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': SNAPSHOT_TYPE, 'content-length': body.length }).end(body);
}

interface Outcome {
  readonly starts: readonly (TableStart | null)[];
  readonly warnings: readonly string[];
  readonly loaded: string;
}

/** What a generator's tables make of a store. */
async function restored(url: string, env: Record<string, string> = {}): Promise<Outcome> {
  const warnings: string[] = [];
  const logger: Logger = pino({ level: 'warn' }, { write: (line: string) => { warnings.push((JSON.parse(line) as { msg: string }).msg); } });
  const tables = emptyTables();
  const snapshots = new SnapshotRestore(
    snapshotServer({ SUBSCRIBER_DB_URL: url, SUBSCRIBER_DB_TIMEOUT_MS: '60000', ...env })!,
    { topic: 'subscriber_state', topicId: TOPIC_ID, twin: config, layout: tables.layout }, logger, new RestoreMetrics(new Registry()),
    (partition, { header, sections }) => { tables.load(partition, header.offset, sections); },
  );
  const starts = await Promise.all(ends.map((end, partition) => snapshots.restore(partition, { end, logEnd: end })));
  // Whatever was not taken over is read from the log, as the runtime does.
  for (const version of versions) if (version.offset >= (starts[version.partition]?.offset ?? 0)) apply(tables, version);
  return { starts, warnings, loaded: answers(tables, ends) };
}

describe('starting from subscriber-db', () => {
  const whole = answers(store, ends);
  const nothing = ends.map(() => null);

  it('takes over what its snapshots hold', async () => {
    const outcome = await restored(await serve((partition, response) => { send(response, bodyOf(partition)); }));
    expect(outcome.starts).toEqual(ends.map((offset) => ({ offset, floor: 0 })));
    expect(outcome.warnings).toEqual([]);
    expect(outcome.loaded).toBe(whole);
  });

  it('shows its token', async () => {
    const url = await serve((partition, response, authorization) => {
      if (authorization === 'Bearer secret') send(response, bodyOf(partition));
      else response.writeHead(401).end();
    });
    expect((await restored(url, { SUBSCRIBER_DB_TOKEN: 'secret' })).starts).not.toContain(null);
    const refused = await restored(url);
    expect(refused.starts).toEqual(nothing);
    expect(refused.warnings[0]).toMatch(/it answered 401/);
  });

  it.each<[string, RegExp, (partition: number, response: ServerResponse) => void]>([
    ['not ready', /it answered 503, not ready/, (_, response) => { response.writeHead(503).end('{}'); }],
    ['silent', /not a byte for 300 ms/, () => undefined],
    ['silent after the first bytes', /not a byte for 300 ms|aborted/, (partition, response) => {
      const body = bodyOf(partition);
      response.writeHead(200, { 'content-type': SNAPSHOT_TYPE, 'content-length': body.length });
      response.write(body.subarray(0, 1_000));
    }],
    ['cut off', /aborted|cut off/, (partition, response) => {
      const body = bodyOf(partition);
      response.writeHead(200, { 'content-type': SNAPSHOT_TYPE, 'content-length': body.length });
      response.write(body.subarray(0, 1_000), () => { response.destroy(); });
    }],
    ['another server', /sent text\/html, not a snapshot/, (_, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'); }],
    ['corrupt', /its directory fails its checksum/, (partition, response) => {
      const body = bodyOf(partition);
      body[Math.floor(body.length / 4)] ^= 1;
      send(response, body);
    }],
    ['of another topic', /it is of another twin/, (partition, response) => { send(response, bodyOf(partition, { topicId: 'another' })); }],
    ['of another twin', /it is of another twin/, (partition, response) => { send(response, bodyOf(partition, { twin: { ...config, seed: 9 } })); }],
    ['of another build', /lays out its rows/, (partition, response) => { send(response, bodyOf(partition, { layout: store.layout ^ 1 })); }],
    ['of another partition', /it is of subscriber_state\/9/, (partition, response) => { send(response, bodyOf(partition, { partition: 9 })); }],
    ['ahead of the topic', /it is too new: made at offset/, (partition, response) => { send(response, bodyOf(partition, { offset: ends[partition] + 1 })); }],
    ['merged beyond the tick', /it is too new: exact from offset/, (partition, response) => { send(response, bodyOf(partition, { floor: ends[partition] + 1 })); }],
  ])('reads the topic, and says why, when the store is %s', async (name, reason, answer) => {
    const outcome = await restored(await serve(answer), name.startsWith('silent') ? { SUBSCRIBER_DB_TIMEOUT_MS: '300' } : {});
    expect(outcome.starts).toEqual(nothing);
    expect(outcome.warnings[0]).toMatch(reason);
    expect(outcome.loaded).toBe(whole);
  });

  it('reads the topic, and says so once, when nobody answers', async () => {
    const outcome = await restored('http://127.0.0.1:1');
    expect(outcome.starts).toEqual(nothing);
    expect(outcome.warnings).toHaveLength(1);
    expect(outcome.warnings[0]).toMatch(/ECONNREFUSED/);
    expect(outcome.loaded).toBe(whole);
  });

  it('reads only those partitions from the topic whose snapshot is bad', async () => {
    const outcome = await restored(await serve((partition, response) => {
      const body = bodyOf(partition);
      if (partition === 2) body[body.length - 20] ^= 1;
      send(response, body);
    }));
    expect(outcome.starts.map((start) => start !== null)).toEqual(ends.map((_, partition) => partition !== 2));
    expect(outcome.loaded).toBe(whole);
  });

  it('refuses settings that mean nothing', () => {
    expect(snapshotServer({})).toBeNull();
    expect(() => snapshotServer({ SUBSCRIBER_DB_URL: 'subscriber-db:8080' })).toThrow(/SUBSCRIBER_DB_URL is 'subscriber-db:8080'/);
    expect(() => snapshotServer({ SUBSCRIBER_DB_URL: 'http://a', SUBSCRIBER_DB_TIMEOUT_MS: 'soon' })).toThrow(/SUBSCRIBER_DB_TIMEOUT_MS/);
  });
});
