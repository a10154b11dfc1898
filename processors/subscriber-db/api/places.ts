import type { FastifyInstance } from 'fastify';
import { SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { digits } from '../../records/index.ts';
import { Problem } from '../../rest/problem.ts';
import type { Database } from '../database.ts';
import { AttachmentMaps, attachmentOf, type Attachments } from '../view/attachments.ts';
import { attachedList, attachmentAnswer, cellParams, failures, pageQuery, subscriberParams } from './schemas.ts';
import { knownCell, knownSubscriber } from './known.ts';
import { pageEnd, pageLimit, tokenOf } from './paging.ts';

/** A map of everybody's place answers for this much event time, ms. */
const FRESH_MS = 5_000;

/** Who is where as of the clock's last tick: computed by the model, from the twin's state, the causes and time. */
export function placeRoutes(api: FastifyInstance, database: Database): void {
  const maps = new AttachmentMaps();

  api.get<{ Params: { subscriber_id: string } }>('/subscribers/:subscriber_id/attachment', {
    schema: { summary: 'Where a subscriber is attached now', params: subscriberParams, response: { 200: attachmentAnswer, ...failures } },
  }, ({ params }) => {
    const index = knownSubscriber(database, params.subscriber_id);
    const time = now();
    const found = attachmentOf(index, database.moment(time));
    const { network } = database.subscribers!.tables;
    return {
      subscriber_id: params.subscriber_id, as_of: iso(time), attached: found !== null,
      cell_id: found === null ? null : String(network.cellId[found.cell]),
      latitude: found === null ? null : network.plane.latitude(found.y),
      longitude: found === null ? null : network.plane.longitude(found.x),
    };
  });

  api.get<{ Params: { cell_id: string }; Querystring: { limit?: string; page_token?: string } }>('/cells/:cell_id/subscribers', {
    schema: {
      summary: 'Subscribers attached to a cell now, by subscriber_id',
      description: 'Pages of one list are as of one event time. The first call after a start, or after a change of subscribers, plans everybody\'s day.',
      params: cellParams, querystring: pageQuery, response: { 200: attachedList, ...failures },
    },
  }, async ({ params, query }) => {
    const cell = knownCell(database, params.cell_id);
    const limit = pageLimit(query.limit);
    const end = query.page_token === undefined ? null : pageEnd(query.page_token, { ...ticked(), capacity: database.config!.capacity });
    const { time, cells } = await mapAt(end?.time ?? recent());
    const { imsiOf, msisdnOf } = database.subscribers!;
    const subscribers: object[] = [];
    let count = 0;
    let last = -1;
    let more = false;
    for (let i = 0; i < cells.length; i++) {
      if (cells[i] !== cell) continue;
      count++;
      if (end !== null && i <= end.after) continue;
      if (subscribers.length === limit) {
        more = true;
        continue;
      }
      subscribers.push({ subscriber_id: String(SUBSCRIBER_ID_BASE + i), imsi: digits(imsiOf(i), 15), msisdn: digits(msisdnOf(i), 12) });
      last = i;
    }
    return { cell_id: params.cell_id, as_of: iso(time), count, subscribers, next_page_token: more ? tokenOf({ time, after: last }) : null };
  });

  function mapAt(time: number): Promise<Attachments> {
    return maps.known(time) ?? maps.at(database.moment(time));
  }

  /** The time of the newest map, while that is recent enough. */
  function recent(): number {
    const time = now();
    return Math.abs(time - maps.latest) < FRESH_MS ? maps.latest : time;
  }

  function now(): number {
    return ticked().to;
  }

  /** Event time that the clock has ticked. */
  function ticked(): { readonly from: number; readonly to: number } {
    const { clock } = database;
    if (clock === null) throw new Problem(503, 'No clock', 'the clock has not ticked yet: start scenario-injector, or try again in a moment');
    return { from: clock.started_at, to: clock.event_time };
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
