import { instantOf } from '../../twin/time/instant.ts';

const WITH_OFFSET = /T.*(?:Z|[+-]\d\d:\d\d)$/i;

/** What to send, for whoever sent something else. */
export const INSTANT_EXAMPLE = 'a time with its offset, such as 2026-12-01T08:00Z or 2026-12-01T09:00:00+01:00';

/** True for ISO 8601 as the command line takes it, but for the offset, which may not be left out: a caller may be in any zone. */
export function isInstant(text: string): boolean {
  return WITH_OFFSET.test(text) && instantOf(text) !== null;
}
