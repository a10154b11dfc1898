import type { FastifyInstance } from 'fastify';
import { decodeRecord } from '../../../schemas/codec.ts';
import type { NetworkElement } from '../../../schemas/generated/NetworkElement.generated.ts';
import { WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import { TWIN_KEY } from '../../records/index.ts';
import { Problem } from '../../rest/problem.ts';
import type { Database } from '../database.ts';
import {
  cellAnswer, cellParams, failures, imsiParams, msisdnParams, neighbourList, siteAnswer, siteList, siteParams, siteQuery, subscriberAnswer, subscriberParams,
  twinAnswer,
} from './schemas.ts';
import { sitesAt } from '../view/site-search.ts';
import { knownCell, knownSubscriber } from './known.ts';
import { notOfAPage, pageLimit } from './paging.ts';

/** Subscribers, cells, sites and the twin, as the state topics have them now. */
export function lookupRoutes(api: FastifyInstance, database: Database): void {
  api.get('/twin', { schema: { summary: 'Configuration of the twin, and its clock', response: { 200: twinAnswer, ...failures } } }, async () => {
    const { clock } = database;
    return {
      twin: (await element(TWIN_KEY)).twin,
      subscribers: database.subscribers!.count,
      clock: clock === null ? null : { event_time: new Date(clock.event_time).toISOString(), mode: clock.mode, speed: clock.speed },
    };
  });

  const answersSubscriber = { 200: subscriberAnswer, ...failures } as const;

  api.get<{ Params: { subscriber_id: string } }>('/subscribers/:subscriber_id', {
    schema: { summary: 'A subscriber by id', params: subscriberParams, response: answersSubscriber },
  }, ({ params }) => subscriber(knownSubscriber(database, params.subscriber_id)));

  api.get<{ Params: { imsi: string } }>('/subscribers/imsi/:imsi', {
    schema: { summary: 'The subscriber who has this SIM now', params: imsiParams, response: answersSubscriber },
  }, ({ params }) => numbered(database.subscribers!.byImsi(Number(params.imsi)), 'IMSI', params.imsi));

  api.get<{ Params: { msisdn: string } }>('/subscribers/msisdn/:msisdn', {
    schema: { summary: 'The subscriber who has this number now', params: msisdnParams, response: answersSubscriber },
  }, ({ params }) => numbered(database.subscribers!.byMsisdn(Number(params.msisdn)), 'MSISDN', params.msisdn));

  api.get<{ Params: { cell_id: string } }>('/cells/:cell_id', {
    schema: { summary: 'A cell', params: cellParams, response: { 200: cellAnswer, ...failures } },
  }, ({ params }) => cell(knownCell(database, params.cell_id)));

  api.get<{ Params: { cell_id: string } }>('/cells/:cell_id/neighbours', {
    schema: { summary: 'The cells that a cell hands over to', params: cellParams, response: { 200: neighbourList, ...failures } },
  }, async ({ params }) => {
    const { network } = database.subscribers!.tables;
    const neighbours = network.neighbours(knownCell(database, params.cell_id));
    return { cell_id: params.cell_id, neighbours: await Promise.all(neighbours.map(cell)) };
  });

  api.get<{ Params: { site_id: string } }>('/sites/:site_id', {
    schema: { summary: 'A site', params: siteParams, response: { 200: siteAnswer, ...failures } },
  }, ({ params }) => site(params.site_id));

  api.get<{ Querystring: { place?: string; limit?: string; page_token?: string } }>('/sites', {
    schema: { summary: 'Sites at a place, with the ids of their cells', querystring: siteQuery, response: { 200: siteList, ...failures } },
  }, async ({ query }) => {
    const limit = pageLimit(query.limit);
    const found = sitesAt(database.subscribers!.tables.network.sites, query.place ?? '');
    const start = query.page_token === undefined ? 0 : found.findIndex(({ siteId }) => siteId === query.page_token) + 1;
    if (start === 0 && query.page_token !== undefined) throw notOfAPage('page_token is none that a page of these sites had');
    const page = found.slice(start, start + limit);
    return {
      count: found.length, sites: await Promise.all(page.map(({ siteId }) => site(siteId))),
      next_page_token: start + limit < found.length ? page.at(-1)!.siteId : null,
    };
  });

  async function site(id: string): Promise<object> {
    const record = (await element(`site:${id}`, new Problem(404, 'No such site', `there is no site ${id}`))).site!;
    const { cellId, sectorStart } = database.subscribers!.tables.network;
    const first = 3 * record.index;
    return { ...record, cells: Array.from(cellId.subarray(sectorStart[first], sectorStart[first + 3]), String) };
  }

  async function cell(index: number): Promise<object> {
    const { network } = database.subscribers!.tables;
    const { cell_id, site_index, neighbours, ...record } = (await element(`cell:${network.cellId[index]}`)).cell!;
    return {
      cell_id: String(cell_id), ...record, site_id: network.sites[site_index].siteId,
      neighbours: neighbours.map((neighbour) => String(network.cellId[neighbour])),
    };
  }

  async function element(key: string, missing = new Problem(404, 'No such element', `network_state has no ${key}`)): Promise<NetworkElement> {
    const value = await database.elementValue(key);
    if (value === null) throw missing;
    return decodeRecord('NetworkElement', value.subarray(WIRE_HEADER_BYTES));
  }

  function numbered(index: number, what: string, number: string): Promise<object> {
    if (index < 0) throw new Problem(404, 'No such subscriber', `nobody has the ${what} ${number} now`);
    return subscriber(index);
  }

  async function subscriber(index: number): Promise<object> {
    const value = await database.subscriberValue(index);
    if (value === null) throw new Problem(404, 'No such subscriber', 'the subscriber was deleted just now');
    const { subscriber_id, ...record } = database.subscribers!.decode(value);
    return { subscriber_id: String(subscriber_id), ...record };
  }
}
