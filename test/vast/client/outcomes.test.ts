import { Field, Int64, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { VastClient, type Transaction } from '../../../vast/client/index.ts';
import { encodeErrorBody } from '../../../vast/wire/error-body.ts';
import { captureNamed } from './support/captures.ts';
import { connected, opening, quick } from './support/connect.ts';
import { ScriptedServer, type Reaction } from './support/scripted-server.ts';

const cut: Reaction = (response) => response.socket?.destroy();
const hang: Reaction = () => undefined;
function failing(status: number, code: string): Reaction {
  return { status, body: encodeErrorBody({ code, message: 'it said <so>', resource: '/', requestId: '1' }) };
}
const slowDown = failing(503, 'SlowDown');

const schema = new Schema([new Field('id', new Int64(), true)]);
function oneRow(): RecordBatch {
  const children = [makeData({ type: new Int64(), data: BigInt64Array.of(7n) })];
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children }));
}

const operations: Record<string, (tx: Transaction) => Promise<unknown>> = {
  insert: (tx) => tx.insert('telco', 'cdrs', oneRow()),
  delete: (tx) => tx.delete('telco', 'cdrs', BigUint64Array.of(1n)),
  'create table': (tx) => tx.createTable('telco', 'cdrs', schema),
  commit: (tx) => tx.commit(),
  'read statistics': (tx) => tx.stats('telco', 'cdrs'),
  'roll back': (tx) => tx.rollback(),
};

/** How often the call arrives at the server, and what the caller gets to see. `tries` is the number of attempts allowed. */
const tries = quick.attempts;
const table: [operation: string, what: string, reaction: Reaction, arrivals: number, error: string][] = [
  ['insert', 'overload', slowDown, tries, 'RetriableError'],
  ['commit', 'overload', slowDown, tries, 'RetriableError'],
  ['read statistics', 'overload', slowDown, tries, 'RetriableError'],
  ['insert', 'a cut', cut, 1, 'RetriableError'],
  ['delete', 'a cut', cut, 1, 'RetriableError'],
  ['create table', 'a cut', cut, 1, 'RetriableError'],
  ['read statistics', 'a cut', cut, tries, 'RetriableError'],
  ['roll back', 'a cut', cut, tries, 'RetriableError'],
  ['commit', 'a cut', cut, 1, 'UnknownOutcomeError'],
  ['insert', 'silence', hang, 1, 'RetriableError'],
  ['read statistics', 'silence', hang, tries, 'RetriableError'],
  ['commit', 'silence', hang, 1, 'UnknownOutcomeError'],
  ['insert', 'a failing gateway', { status: 502, body: '<html>bad gateway</html>' }, 1, 'RetriableError'],
  ['read statistics', 'a failing gateway', { status: 502 }, tries, 'RetriableError'],
  ['commit', 'a failing gateway', { status: 504 }, 1, 'UnknownOutcomeError'],
  ['commit', 'an internal error', failing(500, 'InternalError'), 1, 'UnknownOutcomeError'],
  ['commit', 'a missing transaction', failing(404, 'TabularTransactionNotFound'), 1, 'UnknownOutcomeError'],
  ['commit', 'an unknown status', { status: 204 }, 1, 'UnknownOutcomeError'],
  ['commit', 'a conflict', failing(409, 'Conflict'), 1, 'ConflictError'],
  ['commit', 'a refusal', failing(403, 'AccessDenied'), 1, 'FatalError'],
  ['insert', 'a missing transaction', failing(404, 'TabularTransactionNotFound'), 1, 'RetriableError'],
  ['insert', 'a missing table', failing(404, 'NoSuchKey'), 1, 'NotFoundError'],
  ['insert', 'a conflict', failing(409, 'Conflict'), 1, 'ConflictError'],
  ['insert', 'a bad request', failing(400, 'TabularMismatchColumnType'), 1, 'FatalError'],
  ['insert', 'an internal error', failing(500, 'InternalError'), 1, 'RetriableError'],
  ['insert', 'no capacity', failing(507, 'InsufficientCapacity'), 1, 'RetriableError'],
  ['insert', 'an unknown method', failing(405, 'MethodNotAllowed'), 1, 'FatalError'],
  ['insert', 'an unknown status', { status: 418 }, 1, 'ProtocolError'],
  ['read statistics', 'a redirect', { status: 301, headers: { location: '/elsewhere' } }, 1, 'ProtocolError'],
];

describe('outcomes', () => {
  it.each(table)('%s meets %s', async (operation, _, reaction, arrivals, name) => {
    await using pair = await connected(() => reaction, reaction === hang ? { attemptTimeoutMs: 1_500 } : {});
    const tx = await pair.client.begin();
    const before = pair.server.calls.length;
    const error = await operations[operation]?.(tx).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name, operation, bucket: 'vastdb', endpoint: pair.server.origin });
    expect(pair.server.calls.length - before).toBe(arrivals);
  });

  it('an overloaded server gets the same call again until it takes it', async () => {
    let refusals = 2;
    await using pair = await connected((call) => (call.method === 'PUT' && refusals-- > 0 ? slowDown : {}));
    const tx = await pair.client.begin();
    await tx.commit();
    expect(tx.state).toBe('committed');
    expect(pair.server.calls.filter(({ method }) => method === 'PUT')).toHaveLength(3);
  });

  it('an error names the place, the answer, and what to do', async () => {
    await using pair = await connected(() => failing(404, 'NoSuchKey'));
    const tx = await pair.client.begin();
    const error = await tx.insert('telco/raw', 'cdrs', oneRow()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ schema: 'telco/raw', table: 'cdrs', status: 404, code: 'NoSuchKey' });
    expect(String(error)).toBe(
      'NotFoundError: insert on vastdb/telco/raw/cdrs: not found: it said <so>; check the names and whether it was dropped ' +
      `(at ${pair.server.origin}: 404 NoSuchKey)`,
    );
  });

  it('keys that were never accepted are wrong; those that were may be being renewed', async () => {
    const { answer } = captureNamed('144');
    await using server = await ScriptedServer.start(() => answer);
    await expect(VastClient.connect({ ...quick, endpoints: [server.origin] })).rejects.toMatchObject({ name: 'FatalError', status: 403 });
    await using pair = await connected(() => answer);
    await expect((await pair.client.begin()).dropSchema('sch2')).rejects.toMatchObject({ name: 'RetriableError', status: 403 });
  });

  it.each([['145', 'RetriableError'], ['149', 'ConflictError']])('captured error %s is a %s', async (number, name) => {
    await using pair = await connected(() => captureNamed(number).answer);
    const tx = await pair.client.begin();
    await expect(tx.dropSchema('sch2')).rejects.toMatchObject({ name, status: captureNamed(number).answer.status });
  });

  it('an endpoint that cannot be reached is passed over, whatever the call', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const dead = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    closed.close();
    await once(closed, 'close');
    const react = (): Reaction => ({});
    await using first = await ScriptedServer.start((call) => opening(call) ?? react());
    await using second = await ScriptedServer.start((call) => opening(call) ?? react());
    await using client = await VastClient.connect({ ...quick, endpoints: [first.origin, dead, second.origin] });
    for (let round = 0; round < 4; round++) await (await client.begin()).commit();
    expect(first.calls.length + second.calls.length).toBe(10);
    expect(Math.abs(first.calls.length - second.calls.length)).toBeLessThanOrEqual(2);

    await expect(VastClient.connect({ ...quick, endpoints: [dead] })).rejects.toMatchObject({
      name: 'RetriableError', endpoint: dead, message: expect.stringContaining('cannot be reached') as string,
    });
  });

  it('connections are kept', async () => {
    const ports = new Set<number | undefined>();
    await using pair = await connected(() => (response) => {
      ports.add(response.socket?.remotePort);
      response.end();
    });
    for (let round = 0; round < 5; round++) await (await pair.client.begin()).commit();
    expect(ports.size).toBe(1);
  });

  it('TLS towards a server without it is not tried again', async () => {
    await using server = await ScriptedServer.start(() => ({}));
    const secure = server.origin.replace('http:', 'https:');
    await expect(VastClient.connect({ ...quick, attempts: 50, endpoints: [secure] })).rejects.toMatchObject({
      name: 'FatalError', message: expect.stringContaining('check the scheme') as string,
    });
  });
});

describe('a transaction', () => {
  it('whose statement was lost takes nothing but a rollback', async () => {
    await using pair = await connected((call) => (call.target.endsWith('?rows') ? cut : {}));
    const tx = await pair.client.begin();
    await expect(tx.insert('telco', 'cdrs', oneRow())).rejects.toMatchObject({ name: 'RetriableError' });
    await expect(tx.commit()).rejects.toMatchObject({ name: 'RetriableError' });
    await tx.rollback();
    expect(tx.state).toBe('rolled-back');
    expect(pair.server.calls.map(({ method, target }) => `${method} ${target}`).slice(-2)).toEqual([
      'POST /vastdb/telco/cdrs?rows', 'DELETE /?transaction',
    ]);
  });

  it('survives a statement that was refused, as it does on the server', async () => {
    await using pair = await connected((call) => (call.target.endsWith('?table') ? failing(400, 'TabularUnsupportedColumnType') : {}));
    const tx = await pair.client.begin();
    await expect(tx.createTable('telco', 'cdrs', schema)).rejects.toMatchObject({ name: 'FatalError' });
    await tx.commit();
    expect(tx.state).toBe('committed');
  });

  it('that is over takes nothing more, and rolls back no commit', async () => {
    await using pair = await connected(() => ({}));
    const tx = await pair.client.begin();
    await tx.commit();
    await tx.rollback();
    expect(tx.state).toBe('committed');
    await expect(tx.insert('telco', 'cdrs', oneRow())).rejects.toMatchObject({ name: 'FatalError' });
    await expect(tx.commit()).rejects.toMatchObject({ name: 'FatalError' });
  });

  it('is not committed while a statement is under way', async () => {
    const release = Promise.withResolvers<void>();
    await using pair = await connected((call) => {
      if (!call.target.endsWith('?table')) return {};
      return (response) => void release.promise.then(() => response.end());
    });
    const tx = await pair.client.begin();
    const creation = tx.createTable('telco', 'cdrs', schema);
    await expect(tx.commit()).rejects.toMatchObject({ message: expect.stringContaining('still under way') as string });
    release.resolve();
    await creation;
    await tx.commit();
  });

  it('is rolled back when its work fails, and the work\'s error is the one thrown', async () => {
    await using pair = await connected(() => ({}));
    await expect(pair.client.transaction(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(pair.server.calls.at(-1)).toMatchObject({ method: 'DELETE', target: '/?transaction' });
  });

  it('counts as rolled back when the server has forgotten it', async () => {
    await using pair = await connected(() => failing(404, 'TabularTransactionNotFound'));
    const tx = await pair.client.begin();
    await tx.rollback();
    expect(tx.state).toBe('rolled-back');
  });

  it('whose commit is aborted half-way has an unknown outcome', async () => {
    const abort = new AbortController();
    const arrived = Promise.withResolvers<void>();
    await using pair = await connected(() => () => arrived.resolve(), { signal: abort.signal });
    const tx = await pair.client.begin();
    const commit = tx.commit();
    await arrived.promise;
    abort.abort(new Error('shutting down'));
    await expect(commit).rejects.toMatchObject({ name: 'UnknownOutcomeError' });
    expect(tx.state).toBe('unknown');
    await expect(pair.client.begin()).rejects.toThrow('shutting down');
  });
});
