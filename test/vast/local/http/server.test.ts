import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Field, Int64, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { expect, it, vi } from 'vitest';
import { VastClient } from '../../../../vast/client/index.ts';
import { encodeSource } from '../../../../vast/wire/query/source.ts';
import { RequestSigner, sha256Hex } from '../../../../vast/wire/sigv4.ts';
import { call, KEYS } from './support/caller.ts';
import { startEndpoint } from './support/endpoint.ts';

const FIELDS = ['a', 'b', 'c', 'd'].map((name) => new Field(name, new Int64(), true));
/** More than the buffers of a connection hold, so that an answer that is not read stands still. */
const ROWS = 500_000;

/** A query in no transaction; resolves with the beginning of its answer. */
async function query(origin: string): Promise<IncomingMessage> {
  const body = encodeSource(FIELDS, []);
  const target = '/vastdb/s/t?data';
  const { host } = new URL(origin);
  const signature = new RequestSigner(() => KEYS).sign({ method: 'GET', target, headers: { host }, payloadSha256: sha256Hex([body]) }, Date.now());
  const outgoing = request(origin + target, {
    method: 'GET',
    headers: {
      ...signature, host, 'tabular-txid': '0', 'tabular-split': '0,1,8', 'tabular-num-of-subsplits': '1', 'tabular-limit-rows': String(ROWS),
      'content-length': body.byteLength,
    },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response') as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

it.each(['goes on', 'goes away'])('a reader of a query in no transaction that pauses for longer than transactions may, and %s, harms nobody else', async (then) => {
  await using endpoint = await startEndpoint({ transactionIdleMs: 5_000 });
  const client = await VastClient.connect({ endpoints: [endpoint.origin], bucket: 'vastdb', ...KEYS });
  await client.ensureSchema('s');
  await client.ensureTable('s', 't', new Schema(FIELDS));
  const children = FIELDS.map(() => makeData({ type: new Int64(), length: ROWS, nullCount: 0, data: new BigInt64Array(ROWS) }));
  const batch = new RecordBatch(new Schema(FIELDS), makeData({ type: new Struct(FIELDS), length: ROWS, nullCount: 0, children }));
  await client.transaction((tx) => tx.insert('s', 't', batch));

  const answer = await query(endpoint.origin);
  expect(answer.statusCode).toBe(200);
  await vi.waitFor(() => { expect(endpoint.logged.join()).toContain('was idle'); }, { timeout: 30_000 });
  const closed = once(answer, 'close');
  if (then === 'goes on') answer.resume();
  else answer.destroy();
  await closed;
  expect((await call(endpoint.origin, { method: 'GET', target: '/vastdb?schema' })).status).toBe(200);
  expect(endpoint.logged.filter((message) => message.includes('Error'))).toEqual([]);
  await client.close();
});
