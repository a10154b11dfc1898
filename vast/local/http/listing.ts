import {
  IS_TRUNCATED, LIST_COUNT, LIST_COUNT_ONLY, MAX_KEYS, NAME_EXACT_MATCH, NAME_PREFIX, NEXT_KEY, parseBoolean,
} from '../../wire/headers.ts';
import type { Call } from './request.ts';

/** As many names as a list answers with when the call names no limit. */
const DEFAULT_MAX_KEYS = 1000;

export interface Page<T> {
  readonly items: readonly T[];
  /** The headers that the SDK requires on every list. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The part of a list that a call asks for. Its key is a position in the list, so pages fit together as long as the list does not
 * change, which a transaction's snapshot guarantees.
 */
export function pageOf<T>(call: Call, all: readonly T[], nameOf: (item: T) => string): Page<T> {
  const exact = call.header(NAME_EXACT_MATCH);
  const prefix = call.header(NAME_PREFIX) ?? '';
  const matching = all.filter((item) => (exact === undefined ? nameOf(item).startsWith(prefix) : nameOf(item) === exact));
  const start = call.integerHeader(NEXT_KEY, 0);
  const end = start + call.integerHeader(MAX_KEYS, DEFAULT_MAX_KEYS);
  const countOnly = parseBoolean(call.header(LIST_COUNT_ONLY));
  const truncated = !countOnly && end < matching.length;
  return {
    items: countOnly ? [] : matching.slice(start, end),
    headers: {
      [NEXT_KEY]: truncated ? String(end) : '0',
      [IS_TRUNCATED]: String(truncated),
      [LIST_COUNT]: String(matching.length),
    },
  };
}
