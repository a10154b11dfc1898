const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i;

/** What to send, for whoever sent something else. */
export const INSTANT_EXAMPLE = 'a time with its offset, such as 2026-12-01T08:00Z or 2026-12-01T09:00:00+01:00';

/** True for ISO 8601 as the command line takes it: seconds may be left out; the offset may not, for event time is local nowhere. */
export function isInstant(text: string): boolean {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  // Date makes the 2nd of March of the 30th of February.
  return new Date(day).toISOString().startsWith(day);
}
