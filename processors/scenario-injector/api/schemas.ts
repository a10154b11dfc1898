import { TargetType } from '../../../twin/scenarios/index.ts';
import { MAX_SPEED, MIN_SPEED } from '../clock/clock-policy.ts';

/* JSON schemas of requests and answers: checked by the server, published in the OpenAPI document. */

const instant = { type: 'string', format: 'date-time', description: 'event time, ISO 8601 with an offset' } as const;
const scenarioId = { type: 'string', minLength: 1, maxLength: 128 } as const;

const target = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', enum: Object.values(TargetType) },
    ids: { type: 'array', items: { type: 'string' }, description: 'site, cell or subscriber ids; region or segment names' },
    fraction: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'share of all subscribers, with type FRACTION' },
  },
} as const;

const sent = 'ISO 8601 with an offset; seconds may be left out';

const changeable = {
  target,
  effective_at: { ...instant, description: `event time from which it acts, ${sent}; default: as soon as possible` },
  until: { ...instant, description: `event time at which it ends by itself, ${sent}` },
  duration_s: { type: 'number', exclusiveMinimum: 0, description: 'instead of until: seconds of event time after effective_at' },
  intensity: { type: 'number', exclusiveMinimum: 0 },
  difficulty: { type: 'string', enum: ['easy', 'medium', 'hard'] },
  parameters: { type: 'object', additionalProperties: { type: 'string' }, description: 'parameters of the kind; see GET kinds' },
  issued_by: { type: 'string', maxLength: 128 },
} as const;

export const startBody = {
  type: 'object',
  required: ['kind', 'target'],
  additionalProperties: false,
  properties: {
    scenario_id: { ...scenarioId, description: 'default: the kind and a random suffix' },
    kind: { type: 'string' },
    ...changeable,
  },
} as const;

export const updateBody = { type: 'object', additionalProperties: false, minProperties: 1, properties: changeable } as const;

export const stopQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { effective_at: changeable.effective_at, issued_by: changeable.issued_by },
} as const;

export const scenarioParams = {
  type: 'object', required: ['scenario_id'], properties: { scenario_id: scenarioId },
} as const;

export const speedBody = {
  type: 'object',
  required: ['speed'],
  additionalProperties: false,
  properties: { speed: { type: 'number', minimum: MIN_SPEED, maximum: MAX_SPEED, description: 'event time per wall time; 1 = as the wall clock' } },
} as const;

const phaseProperties = {
  revision: { type: 'integer', description: '1 at START, one more with every UPDATE' },
  status: { type: 'string', enum: ['SCHEDULED', 'RUNNING', 'ENDED', 'STOPPED'] },
  applied_from: instant,
  applied_until: { type: ['string', 'null'], format: 'date-time', description: 'null while open-ended' },
  late: { type: 'boolean', description: 'effective_at had passed already: it acts from the next tick on' },
  intensity: { type: 'number' },
  difficulty: { type: 'string' },
  parameters: { type: 'object', additionalProperties: { type: 'string' } },
  cell_count: { type: 'integer' },
  subscriber_count: { type: 'integer' },
  issued_at: instant,
  issued_by: { type: 'string' },
} as const;

const scenarioProperties = { scenario_id: { type: 'string' }, kind: { type: 'string' }, ...phaseProperties } as const;

export const scenarioSummary = { type: 'object', properties: scenarioProperties } as const;

export const scenarioDetail = {
  type: 'object',
  properties: {
    ...scenarioProperties,
    cells: { type: 'array', items: { type: 'string' }, description: 'cell ids it acts on' },
    subscribers: { type: 'array', items: { type: 'string' }, description: 'subscriber ids it acts on; empty where the kind finds them by rule' },
    phases: { type: 'array', items: { type: 'object', properties: phaseProperties } },
  },
} as const;

export const scenarioList = {
  type: 'object', properties: { scenarios: { type: 'array', items: scenarioSummary } },
} as const;

export const kindList = {
  type: 'object',
  properties: {
    kinds: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kind: { type: 'string' }, title: { type: 'string' }, description: { type: 'string' },
          targets: { type: 'array', items: { type: 'string' } },
          default_duration_s: { type: ['number', 'null'], description: 'null: until stopped' },
          parameters: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                name: { type: 'string' }, description: { type: 'string' }, unit: { type: 'string' },
                minimum: { type: 'number' }, maximum: { type: 'number' }, default: { type: 'number' },
              },
            },
          },
        },
      },
    },
  },
} as const;

export const clockStatus = {
  type: 'object',
  properties: {
    event_time: { ...instant, description: 'end of the last tick' },
    mode: { type: 'string', enum: ['BACKFILL', 'LIVE', 'PAUSED'] },
    speed: { type: 'number' },
    paused_by: { type: ['string', 'null'], description: '`until` when the clock has reached its end, `on-gap` after a gap' },
    until: { type: ['string', 'null'], format: 'date-time' },
    started_at: instant,
    sequence: { type: 'integer', description: 'number of the last tick' },
    leader: { type: 'string', description: 'replica that keeps the clock' },
    lag_seconds: { type: 'number', description: 'event time that is due and not yet committed by the slowest group' },
    groups: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          group: { type: 'string' }, event_time: instant, lag_ticks: { type: 'integer' }, lag_seconds: { type: 'number' },
        },
      },
    },
  },
} as const;
