const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** What {@link instantOf} reads, for messages. */
export const INSTANT_FORM = 'an ISO 8601 date or time that exists, e.g. 2026-03-01 or 2026-03-01T08:00Z';

/**
 * An instant in ISO 8601: a date (midnight UTC), or a date and time; without an offset it is UTC, whatever zone this machine is in. What is
 * finer than milliseconds is left out.
 * @returns milliseconds since the epoch, or null for other text and for days and times that no calendar has
 */
export function instantOf(text: string): number | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, date, minutes = '00:00', seconds = '00', fraction = '', offset = 'Z'] = match;
  const local = `${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const asUtc = Date.parse(`${local}Z`);
  // Date.parse makes 2 March of 30 February, and the next day of 24:00.
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== `${local}Z`) return null;
  const time = Date.parse(`${local}${offset.toUpperCase()}`);
  return Number.isNaN(time) ? null : time;
}
