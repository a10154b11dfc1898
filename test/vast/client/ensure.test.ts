import { Field, Float64, Int32, Int64, Schema, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { encodeErrorBody } from '../../../vast/wire/error-body.ts';
import { encodeSchema } from '../../../vast/wire/ipc.ts';
import { encodeListSchemasResponse, encodeListTablesResponse } from '../../../vast/wire/messages.ts';
import { connected } from './support/connect.ts';
import { batchesOf, columnsOf } from './support/rows.ts';
import type { Reaction, ReceivedCall } from './support/scripted-server.ts';

const details = { properties: '', handle: '1', rows: 0n, bytes: 0n, sorted: false };
const listed = { 'tabular-next-key': '0', 'tabular-is-truncated': 'false' };

/** The catalog as far as `ensure…` asks: names of schemas by parent, and the columns of one table. */
interface Catalog {
  readonly schemas: string[];
  table: Schema | undefined;
}

function lookUp(catalog: Catalog, { method, target, headers }: ReceivedCall): Reaction | undefined {
  if (method !== 'GET') return undefined;
  const [path = '', command] = target.slice(1).split('?');
  const parent = path.split('/').slice(1).join('/');
  const name = String(headers['tabular-name-exact-match']);
  if (command === 'schema') {
    const found = catalog.schemas.includes(parent === '' ? name : `${parent}/${name}`) ? [{ ...details, name }] : [];
    return { headers: listed, body: encodeListSchemasResponse('vastdb', found) };
  }
  if (command === 'table') {
    const found = catalog.table === undefined ? [] : [{ ...details, name }];
    return { headers: listed, body: encodeListTablesResponse('vastdb', parent, found) };
  }
  if (command === 'column') return { headers: listed, body: Buffer.concat(encodeSchema(catalog.table ?? new Schema()).pieces) };
  return undefined;
}

function writesOf(calls: readonly ReceivedCall[]): string[] {
  return calls.filter(({ method, target }) => method !== 'GET' && target.includes('vastdb/')).map(({ method, target }) => `${method} ${target}`);
}

const conflict: Reaction = { status: 409, body: encodeErrorBody({ code: 'Conflict', message: 'in use', resource: '/', requestId: '1' }) };
const wanted = new Schema([new Field('id', new Int64(), false), new Field('at', new TimestampMillisecond('UTC'), true), new Field('name', new Utf8(), true)]);

describe('ensureSchema', () => {
  it('creates what is missing of a path, parents first', async () => {
    const catalog: Catalog = { schemas: ['telco'], table: undefined };
    await using pair = await connected((call) => lookUp(catalog, call) ?? {});
    expect(await pair.client.ensureSchema('telco/raw/today')).toBe(true);
    expect(writesOf(pair.server.calls)).toEqual(['POST /vastdb/telco/raw?schema', 'POST /vastdb/telco/raw/today?schema']);
    expect(await pair.client.ensureSchema('telco')).toBe(false);
  });

  it('looks again when another process creates it at the same moment', async () => {
    const catalog: Catalog = { schemas: [], table: undefined };
    await using pair = await connected((call) => {
      if (call.method !== 'POST') return lookUp(catalog, call) ?? {};
      catalog.schemas.push('telco');
      return conflict;
    });
    expect(await pair.client.ensureSchema('telco')).toBe(false);
  });

  it('looks again when the outcome of its commit is unknown', async () => {
    const catalog: Catalog = { schemas: [], table: undefined };
    let commits = 0;
    await using pair = await connected((call) => {
      if (call.method !== 'PUT') return lookUp(catalog, call) ?? {};
      if (commits++ > 0) return {};
      catalog.schemas.push('telco');
      return (response) => response.socket?.destroy();
    });
    expect(await pair.client.ensureSchema('telco')).toBe(false);
    expect(commits).toBe(2);
  });

  it('gives up when it conflicts again and again', async () => {
    const catalog: Catalog = { schemas: [], table: undefined };
    await using pair = await connected((call) => (call.method === 'POST' ? conflict : (lookUp(catalog, call) ?? {})));
    await expect(pair.client.ensureSchema('telco')).rejects.toMatchObject({ name: 'ConflictError', schema: 'telco' });
  });
});

describe('ensureTable', () => {
  it('creates a table that is not there', async () => {
    const catalog: Catalog = { schemas: ['telco'], table: undefined };
    await using pair = await connected((call) => lookUp(catalog, call) ?? {});
    expect(await pair.client.ensureTable('telco', 'cdrs', wanted)).toMatchObject({ created: true, added: [] });
    const creation = pair.server.calls.find(({ method, target }) => method === 'POST' && target === '/vastdb/telco/cdrs?table');
    expect(columnsOf(batchesOf(creation?.body ?? Buffer.of())[0]?.schema ?? new Schema())).toEqual(columnsOf(wanted));
  });

  it('adds the columns that are missing, and leaves alone those that it does not know', async () => {
    const catalog: Catalog = { schemas: ['telco'], table: new Schema([new Field('extra', new Float64(), true), ...wanted.fields.slice(0, 2)]) };
    await using pair = await connected((call) => {
      if (call.method === 'POST') catalog.table = new Schema([...(catalog.table?.fields ?? []), ...wanted.fields.slice(2)]);
      return lookUp(catalog, call) ?? {};
    });
    const ensured = await pair.client.ensureTable('telco', 'cdrs', wanted);
    expect(ensured).toMatchObject({ created: false, added: ['name'] });
    expect(ensured.columns.fields.map(({ name }) => String(name))).toEqual(['extra', 'id', 'at', 'name']);
    expect(writesOf(pair.server.calls)).toEqual(['POST /vastdb/telco/cdrs?column']);
    expect(await pair.client.ensureTable('telco', 'cdrs', wanted)).toMatchObject({ created: false, added: [] });
  });

  it('refuses other types and nullability, naming all of them, and changes nothing', async () => {
    const table = new Schema([new Field('id', new Int32(), false), new Field('at', new TimestampMillisecond('UTC'), false)]);
    await using pair = await connected((call) => lookUp({ schemas: ['telco'], table }, call) ?? {});
    await expect(pair.client.ensureTable('telco', 'cdrs', wanted)).rejects.toMatchObject({
      name: 'SchemaMismatchError', schema: 'telco', table: 'cdrs',
      message: expect.stringMatching(/column id is Int32 not null, expected Int64 not null; column at is .* not null, expected Timestamp/) as string,
    });
    expect(writesOf(pair.server.calls)).toEqual([]);
    expect(pair.server.calls.at(-1)).toMatchObject({ method: 'DELETE', target: '/?transaction' });
  });
});
