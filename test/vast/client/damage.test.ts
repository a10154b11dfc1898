import { Field, Int64, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VastError, type Transaction } from '../../../vast/client/index.ts';
import { captureNamed } from './support/captures.ts';
import { connected, type Pair } from './support/connect.ts';
import { rowsOf } from './support/rows.ts';
import type { Reaction } from './support/scripted-server.ts';

/**
 * Good answers, damaged on the way by something that keeps HTTP intact. Whatever the damage: an answer or a typed error, and soon (the
 * runner's time-out catches a hang).
 */
let pair: Pair;
let answer: Reaction = {};
let columns: Reaction = {};
beforeAll(async () => {
  pair = await connected((call) => (call.target.endsWith('?column') ? columns : answer), { attempts: 1 });
});
afterAll(async () => pair[Symbol.asyncDispose]());

const one = new Schema([new Field('id', new Int64(), true)]);
function oneRow(): RecordBatch {
  const children = [makeData({ type: new Int64(), data: BigInt64Array.of(7n) })];
  return new RecordBatch(one, makeData({ type: new Struct(one.fields), length: 1, nullCount: 0, children }));
}

async function select(tx: Transaction, table: string, names: string[], subSplits: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of tx.select('sch1', table, { columns: names, subSplits })) rows.push(...rowsOf(batch));
  return rows;
}

/** A call, the capture that answers it, and the capture that lists its columns. */
const operations: Record<string, { readonly capture: string; readonly columns?: string; readonly run: (tx: Transaction) => Promise<unknown> }> = {
  insert: { capture: '033', run: (tx) => tx.insert('sch1', 'simple', oneRow()) },
  'list columns': { capture: '010', run: (tx) => tx.columns('sch1', 'types') },
  'list nested columns': { capture: '083', run: (tx) => tx.columns('sch1', 'nested') },
  'list tables': { capture: '112', run: (tx) => tx.tables('sch1') },
  'look up schema': { capture: '006', run: (tx) => tx.hasSchema('sch1') },
  'read statistics': { capture: '094', run: (tx) => tx.stats('sch1', 'simple') },
  select: { capture: '034', columns: '022', run: (tx) => select(tx, 'simple', ['id', 'name', 'amount'], 2) },
  'select nested columns': { capture: '087', columns: '083', run: (tx) => select(tx, 'nested', ['id', 'l', 'fl', 'm', 'st'], 1) },
};

async function outcome(operation: string, body: Uint8Array): Promise<unknown> {
  const { capture, columns: list, run } = operations[operation] ?? { capture: '', run: () => Promise.reject(new Error(operation)) };
  const { headers } = captureNamed(capture).answer;
  const damaged: Reaction = { headers: { ...headers, 'Content-Length': String(body.byteLength) }, body };
  if (operation.startsWith('list')) columns = damaged;
  else if (list !== undefined) columns = captureNamed(list).answer;
  answer = damaged;
  const tx = await begin();
  try {
    return await run(tx);
  } catch (error) {
    expect(error).toBeInstanceOf(VastError);
    return error;
  }
}

async function begin(): Promise<Transaction> {
  return pair.client.begin();
}

describe.each(Object.keys(operations))('%s', (operation) => {
  const whole = captureNamed(operations[operation]?.capture ?? '').answer.body;

  it('understands the answer when it is whole', async () => {
    expect(await outcome(operation, whole)).not.toBeInstanceOf(Error);
  });

  it('understands no answer of no bytes', async () => {
    expect(await outcome(operation, new Uint8Array(0))).toMatchObject({ name: 'ProtocolError', operation: expect.any(String) as string });
  });

  it('ends when the answer is cut anywhere', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: whole.byteLength - 1 }), async (end) => {
      await outcome(operation, whole.subarray(0, end));
    }), { numRuns: 60 });
  });

  it('ends when bytes are other than they were', async () => {
    const change = fc.tuple(fc.nat(whole.byteLength - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const damaged = Uint8Array.from(whole);
      for (const [at, value] of changes) damaged[at] = value;
      await outcome(operation, damaged);
    }), { numRuns: 150 });
  });

  it('ends when any word says the largest number', async () => {
    for (let at = 0; at + 4 <= whole.byteLength; at += 4) {
      const damaged = Uint8Array.from(whole);
      damaged.set([0xff, 0xff, 0xff, 0x7f], at);
      await outcome(operation, damaged);
    }
  });

  it('ends when the answer is noise', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      await outcome(operation, noise);
    }), { numRuns: 60 });
  });
});

describe('an answer that is whole but wrong', () => {
  it('with fewer row ids than rows is an error', async () => {
    await expect(outcome('insert', captureNamed('030').answer.body)).resolves.toMatchObject({
      name: 'ProtocolError', message: expect.stringContaining('1 rows were sent, but 2 row ids came back') as string,
    });
  });

  it('cut in the middle of a frame is an error, wherever that is', async () => {
    const whole = captureNamed('034').answer.body;
    // From the end of the completed marker back to the beginning: frames that are missing as a whole count, too.
    for (let end = 4; end < whole.byteLength - 4; end += 37) {
      expect(await outcome('select', whole.subarray(0, end))).toBeInstanceOf(VastError);
    }
  });

  it('that never moves a cursor ends', async () => {
    const body = Uint8Array.from(captureNamed('055').answer.body);
    const view = new DataView(body.buffer);
    // The page says that the sub-split goes on at row 2; make that row 0, where it began.
    const { kind, positions } = cursorsOf(body);
    expect(kind).toBe('found');
    for (const at of positions) view.setBigUint64(at, 0n, true);
    columns = captureNamed('022').answer;
    answer = { body };
    const tx = await begin();
    await expect(select(tx, 'simple', ['id', 'name', 'amount'], 1)).rejects.toMatchObject({ name: 'ProtocolError' });
  });

  it('in which the server gives up is worth another transaction', async () => {
    const failed = Buffer.alloc(16);
    failed.writeUInt32LE(0xffff_fffd, 0);
    failed.writeBigUInt64LE(42n, 4);
    expect(await outcome('select', failed)).toMatchObject({ name: 'RetriableError', message: expect.stringContaining('error 42') as string });
  });

  it('with keep-alives anywhere, and bytes after its end, is understood', async () => {
    const whole = captureNamed('034').answer.body;
    const keepAlive = Buffer.from([0xff, 0xff, 0xff, 0xff]);
    const body = Buffer.concat([keepAlive, keepAlive, whole, Buffer.from('statistics')]);
    expect(await outcome('select', body)).toHaveLength(3);
  });

  it('that lists pages without end is an error', async () => {
    const { body, headers } = captureNamed('111').answer;
    columns = {};
    answer = { body, headers: { ...headers, 'tabular-next-key': '0' } };
    const tx = await begin();
    await expect(tx.tables('sch1')).rejects.toMatchObject({ name: 'ProtocolError', schema: 'sch1' });
  });

  it('larger than what fits into memory is refused', async () => {
    await using small = await connected(() => ({ body: new Uint8Array(10_000) }), { maxResponseBytes: 1_000 });
    const tx = await small.client.begin();
    await expect(tx.stats('sch1', 'simple')).rejects.toMatchObject({ name: 'FatalError', message: expect.stringContaining('maxResponseBytes') as string });
  });

  it('whose bytes come slower than the time-out ends', async () => {
    await using slow = await connected(() => (response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    }, { attempts: 1, attemptTimeoutMs: 1_500 });
    const tx = await slow.client.begin();
    await expect(tx.stats('sch1', 'simple')).rejects.toMatchObject({ name: 'RetriableError' });
  });

  it('that promises more bytes than it sends is lost', async () => {
    await using short = await connected(() => (response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('x');
      setImmediate(() => response.socket?.end());
    }, { attempts: 1 });
    const tx = await short.client.begin();
    await expect(tx.stats('sch1', 'simple')).rejects.toMatchObject({ name: 'RetriableError' });
    await expect(tx.commit()).rejects.toMatchObject({ name: 'UnknownOutcomeError' });
  });
});

/** Where the cursors of a page of one sub-split lie. */
function cursorsOf(body: Uint8Array): { readonly kind: 'found' | 'none'; readonly positions: number[] } {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const positions: number[] = [];
  for (let at = 0; at + 16 <= body.byteLength; at += 4) {
    const isFrame = view.getUint32(at, true) === 0 && view.getBigUint64(at + 4, true) === 2n && view.getUint32(at + 12, true) === 0xffff_ffff;
    if (isFrame) positions.push(at + 4);
  }
  return { kind: positions.length > 0 ? 'found' : 'none', positions };
}
