import { SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { Problem } from '../../rest/problem.ts';

const PAGE = 100;
const LARGEST_PAGE = 1_000;

/** Where a page of subscribers ended: as of an event time, behind a subscriber's index. */
export interface PageEnd {
  readonly time: number;
  readonly after: number;
}

/** What a page can be as of and end with. */
export interface PageBounds {
  /** Event time of the clock's first tick and of its last. */
  readonly from: number;
  readonly to: number;
  /** Indices of subscribers lie below. */
  readonly capacity: number;
}

/** What a page holds up to. @throws Problem for more than any does */
export function pageLimit(limit: string | undefined): number {
  const most = Number(limit ?? PAGE);
  if (most <= LARGEST_PAGE) return most;
  throw new Problem(400, 'Not a valid request', `limit is ${most}; a page holds up to ${LARGEST_PAGE}`, [{ pointer: '/limit', detail: `at most ${LARGEST_PAGE}` }]);
}

export function tokenOf({ time, after }: PageEnd): string {
  return `${time}.${SUBSCRIBER_ID_BASE + after}`;
}

/** @throws Problem for a token that no page can have had: callers may send anything, and its time is computed with */
export function pageEnd(token: string, { from, to, capacity }: PageBounds): PageEnd {
  const found = /^(\d{10,16})\.(\d{1,15})$/.exec(token);
  if (found === null) throw notOfAPage('page_token is none that a page had');
  const end = { time: Number(found[1]), after: Number(found[2]) - SUBSCRIBER_ID_BASE };
  if (end.time < from || end.time > to) {
    throw notOfAPage(`page_token is as of an event time that this twin has not had: its clock went from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`);
  }
  if (end.after < 0 || end.after >= capacity) throw notOfAPage('page_token ends with a subscriber that this twin does not have');
  return end;
}

export function notOfAPage(detail: string): Problem {
  return new Problem(400, 'Not a valid request', detail, [{ pointer: '/page_token', detail: 'use next_page_token of a page' }]);
}
