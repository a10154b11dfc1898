import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeListProjectionsResponse, decodeListSchemasResponse, decodeListTablesResponse, decodeProjectionStats, decodeTableStats, type ObjectDetails,
} from '../../../../vast/wire/messages.ts';
import { captureNamed, captureNumbers, type Capture } from '../../client/support/captures.ts';
import { call, KEYS, type Reply } from './support/caller.ts';
import { arrowColumns, arrowRows, queryAnswer } from './support/decode.ts';
import { startEndpoint, type Endpoint } from './support/endpoint.ts';

/**
 * All that the SDK sent while it was captured, in the same order, to an empty endpoint: the answers must say the same as those that
 * the SDK accepted then. Sizes on disk and handles are the endpoint's own.
 */
let endpoint: Endpoint;
/** Ids of the captured transactions by those of this endpoint. */
const transactions = new Map<string, string>();

beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint.stop());

/** What is expected to differ, and how it does. */
const OTHER_STATUS: Readonly<Record<string, number>> = {
  '142': 501, // The stub had no answer to a table of imports.
};

describe('captured calls of the SDK, replayed in order', () => {
  it.each(captureNumbers)('%s', async (number) => {
    const capture = captureNamed(number);
    const txid = capture.tabular['tabular-txid'];
    const headers = { ...capture.tabular, ...(txid === undefined ? {} : { 'tabular-txid': transactions.get(txid) ?? txid }) };
    const keys = number === '144' ? { ...KEYS, secretAccessKey: 'wrong' } : KEYS;
    const reply = await call(endpoint.origin, { method: capture.method, target: capture.target, headers, body: capture.body }, keys);

    expect(reply.status, reply.body.toString('latin1')).toBe(OTHER_STATUS[number] ?? capture.answer.status);
    expect(reply.headers.server).toMatch(/^vast \d+\.\d+\.\d+\.\d+$/);
    if (capture.method === 'POST' && capture.target === '/?transaction') {
      transactions.set(capture.answer.headers['tabular-txid'] ?? '', String(reply.headers['tabular-txid']));
    }
    for (const name of ['tabular-next-key', 'tabular-is-truncated']) expect(reply.headers[name]).toBe(capture.answer.headers[name]);
    if (reply.status === 200) expect(meaning(capture, reply)).toEqual(meaning(capture, capture.answer));
  });
});

function meaning({ method, target }: Capture, { body }: Pick<Reply, 'body'>): unknown {
  const command = /\?([\w-]+)/.exec(target)?.[1] ?? '';
  switch (`${method} ${command}`) {
    case 'GET schema':
      return decodeListSchemasResponse(body).schemas.map(({ name }) => name);
    case 'GET table':
      return decodeListTablesResponse(body).tables.map(listed);
    case 'GET projection':
      return decodeListProjectionsResponse(body).projections.map(({ name }) => name);
    case 'GET stats': {
      const { rows, externalRowIds } = decodeTableStats(body);
      return { rows, externalRowIds };
    }
    case 'GET projection-stats':
      return decodeProjectionStats(body).rows;
    case 'GET column':
    case 'GET sorted-columns':
    case 'GET projection-columns':
      return arrowColumns(body);
    case 'GET data':
      return queryAnswer(body);
    case 'POST rows':
      return arrowRows(body);
    case 'GET delimiter':
      return ['IsTruncated', 'Marker'].map((name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(String(body))?.[1]);
    default:
      return body.byteLength;
  }
}

function listed({ name, rows }: ObjectDetails): unknown {
  return { name, rows };
}
