/* JSON schemas of requests and answers: checked by the server, published in the OpenAPI document. */

import { problem } from '../../rest/problem-schema.ts';

const instant = { type: 'string', format: 'date-time', description: 'event time, ISO 8601' } as const;
const subscriberId = { type: 'string', pattern: '^[0-9]{1,15}$', description: 'decimal subscriber_id' } as const;
const cellId = { type: 'string', pattern: '^[0-9]{1,12}$', description: 'ECI or NCI, decimal' } as const;
const digits15 = { type: 'string', pattern: '^[0-9]{6,15}$' } as const;

const problemAnswer = { description: 'problem+json (RFC 9457)', content: { 'application/problem+json': { schema: problem } } } as const;
export const failures = { '4xx': problemAnswer, '5xx': problemAnswer } as const;

export const subscriberParams = { type: 'object', required: ['subscriber_id'], properties: { subscriber_id: subscriberId } } as const;
export const imsiParams = { type: 'object', required: ['imsi'], properties: { imsi: { ...digits15, description: 'TS 23.003 2.2' } } } as const;
export const msisdnParams = { type: 'object', required: ['msisdn'], properties: { msisdn: { ...digits15, description: 'E.164 without the plus sign' } } } as const;
export const cellParams = { type: 'object', required: ['cell_id'], properties: { cell_id: cellId } } as const;
export const siteParams = { type: 'object', required: ['site_id'], properties: { site_id: { type: 'string', minLength: 1, maxLength: 64 } } } as const;

const limit = { type: 'string', pattern: '^[1-9][0-9]{0,3}$', description: 'entries of a page, 1 to 1000; default 100' } as const;

export const pageQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { limit, page_token: { type: 'string', maxLength: 64, description: 'next_page_token of the page before: as of the same event time' } },
} as const;

export const siteQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    place: { type: 'string', minLength: 1, maxLength: 128, description: 'part of the name of the nearest populated place, as GeoNames has it, whatever its case and accents; default: all sites' },
    limit, page_token: { type: 'string', maxLength: 64, description: 'next_page_token of the page before' },
  },
} as const;

export const snapshotParams = {
  type: 'object',
  required: ['topic', 'partition'],
  properties: {
    topic: { type: 'string', enum: ['subscriber_state', 'network_state'] },
    partition: { type: 'string', pattern: '^[0-9]{1,5}$' },
  },
} as const;

export const snapshotList = {
  type: 'object',
  properties: {
    snapshots: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          topic: { type: 'string' }, partition: { type: 'integer' },
          offset: { type: 'integer', description: 'every record below is in it' },
          floor: { type: 'integer', description: 'states as of end offsets from here on are exact' },
          etag: { type: 'string' },
        },
      },
    },
  },
} as const;

/** A record as its schema has it (docs/data-dictionary.md). */
const record = { type: 'object', additionalProperties: true } as const;

export const subscriberAnswer = { ...record, description: 'Subscriber, as subscriber_state has it now' } as const;

export const attachmentAnswer = {
  type: 'object',
  properties: {
    subscriber_id: { type: 'string' }, as_of: instant,
    attached: { type: 'boolean', description: 'the phone is on, in coverage, and with its owner' },
    cell_id: { type: ['string', 'null'] },
    latitude: { type: ['number', 'null'], description: 'true position, degrees' },
    longitude: { type: ['number', 'null'] },
  },
} as const;

export const siteAnswer = { ...record, description: 'NetworkElement.site, with the ids of its cells' } as const;

export const siteList = {
  type: 'object',
  properties: {
    count: { type: 'integer', description: 'sites in all' },
    sites: { type: 'array', items: siteAnswer },
    next_page_token: { type: ['string', 'null'] },
  },
} as const;

export const cellAnswer = {
  ...record,
  description: 'NetworkElement.cell, with its site and neighbours by id',
  properties: {
    cell_id: { type: 'string' }, site_id: { type: 'string' },
    neighbours: { type: 'array', items: { type: 'string' }, description: 'cell ids' },
  },
} as const;

export const neighbourList = { type: 'object', properties: { cell_id: { type: 'string' }, neighbours: { type: 'array', items: cellAnswer } } } as const;

export const attachedList = {
  type: 'object',
  properties: {
    cell_id: { type: 'string' }, as_of: instant,
    count: { type: 'integer', description: 'attached to the cell in all' },
    subscribers: {
      type: 'array',
      items: { type: 'object', properties: { subscriber_id: { type: 'string' }, imsi: { type: 'string' }, msisdn: { type: 'string' } } },
    },
    next_page_token: { type: ['string', 'null'] },
  },
} as const;

export const twinAnswer = {
  type: 'object',
  properties: {
    twin: { ...record, description: 'NetworkElement.twin: what makes this twin this twin' },
    subscribers: { type: 'integer', description: 'that have a record' },
    clock: {
      type: ['object', 'null'],
      properties: { event_time: instant, mode: { type: 'string', enum: ['BACKFILL', 'LIVE', 'PAUSED'] }, speed: { type: 'number' } },
    },
  },
} as const;
