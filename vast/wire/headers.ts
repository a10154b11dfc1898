/**
 * Header names and values of the tabular API. Names are lower-case as Node delivers them; booleans are spelt as VAST's Python SDK
 * spells them and read without regard to case.
 */

export const TXID = 'tabular-txid';
export const API_VERSION = 'tabular-api-version-id';
export const CLIENT_NAME = 'tabular-client-name';
/** Marks the version probe, the one call without a transaction id on `/?transaction`. */
export const GET_VERSION = 'tabular-get-vast-version';

export const MAX_KEYS = 'tabular-max-keys';
export const NEXT_KEY = 'tabular-next-key';
export const NAME_EXACT_MATCH = 'tabular-name-exact-match';
export const NAME_PREFIX = 'tabular-name-prefix';
export const LIST_COUNT_ONLY = 'tabular-list-count-only';
export const INCLUDE_LIST_STATS = 'tabular-include-list-stats';
export const IS_TRUNCATED = 'tabular-is-truncated';
export const LIST_COUNT = 'tabular-list-count';

/** `S,N,R`: split S of N, R row groups in a sub-split. */
export const SPLIT = 'tabular-split';
export const SUB_SPLITS = 'tabular-num-of-subsplits';
/** Rows at most, of each sub-split in each response. */
export const LIMIT_ROWS = 'tabular-limit-rows';
export const SORTED_PROJECTIONS = 'tabular-enable-sorted-projections';
export const REQUEST_FORMAT = 'tabular-request-format';
export const RESPONSE_FORMAT = 'tabular-response-format';

/** Carries `i,CURSOR` for sub-split i. */
export function startRowId(subSplit: number): string {
  return `tabular-start-row-id-${subSplit}`;
}

/** Cursor of a sub-split that has delivered all its rows. */
export const FINISHED_CURSOR = 2n ** 48n - 1n;

/** A transaction id, or undefined when the text is not an unsigned 64-bit decimal. Ids exceed 2^53: never a JavaScript number. */
export function parseTxid(text: string): bigint | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id < 2n ** 64n ? id : undefined;
}

export function formatBoolean(value: boolean): string {
  return value ? 'True' : 'False';
}

export function parseBoolean(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
