import { describe, expect, it } from 'vitest';
import { pageEnd, pageLimit, tokenOf } from '../../../../processors/subscriber-db/api/paging.ts';
import { SUBSCRIBER_ID_BASE } from '../../../../twin/config.ts';

const bounds = { from: Date.parse('2026-03-02T17:00:00Z'), to: Date.parse('2026-03-02T18:00:00Z'), capacity: 100 };

describe('a page token', () => {
  it.each([bounds.from, bounds.to])('tells where its page ended', (time) => {
    for (const after of [0, 99]) expect(pageEnd(tokenOf({ time, after }), bounds)).toEqual({ time, after });
  });

  it.each([
    ['no date can be', '9999999999999999.100000000'],
    ['is before the first tick', tokenOf({ time: bounds.from - 1, after: 0 })],
    ['is after the last tick', tokenOf({ time: bounds.to + 1, after: 0 })],
    ['ends before the first subscriber', `${bounds.to}.${SUBSCRIBER_ID_BASE - 1}`],
    ['ends behind the last one', tokenOf({ time: bounds.to, after: 100 })],
    ['is no token', 'next'],
  ])('that %s is the caller\'s mistake', (_what, token) => {
    expect(() => pageEnd(token, bounds)).toThrow(expect.objectContaining({ name: 'Problem', status: 400 }));
  });
});

it('a page holds 100 unless it is told otherwise, and up to 1000', () => {
  expect([pageLimit(undefined), pageLimit('1'), pageLimit('1000')]).toEqual([100, 1, 1_000]);
  expect(() => pageLimit('1001')).toThrow(/a page holds up to 1000/);
});
