import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import { CallBook } from '../../../twin/intents/call-book.ts';
import { IntentKind } from '../../../twin/intents/intent.ts';
import { IntentTable } from '../../../twin/intents/intent-table.ts';
import { MessageBook } from '../../../twin/intents/message-book.ts';
import { Planner } from '../../../twin/intents/planner.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import { start, twinOf } from '../../support/twin-run.ts';

const EVENING = Date.parse('2026-03-04T17:00Z');
const TRIPS = new Set([IntentKind.TRIP]);
const twin = twinOf(3_000);
const books = { calls: new CallBook(twin.world), messages: new MessageBook(twin.world) };

const planner = (): Planner => new Planner(twin.world, books, twin.map.membership(0), { kinds: TRIPS, onlyInclined: false });

/** The trips of an hour: subscriber, start, stay that it leaves, and mark. */
function tripsOf(planned: Planner, hour: number, causes: Causes): string[] {
  const table = new IntentTable();
  planned.plan(table, hour, causes, TRIPS);
  return Array.from({ length: table.length }, (_, k) => [table.subscriber(k), table.start(k), table.detail(k), table.mark(k)].join(' ')).sort();
}

test('an hour has the same trips whatever hours were planned before, also those to and from a crowd', () => {
  const { siteId } = twin.world.network.sites[0];
  const crowd = start('flash_crowd', { type: 'SITE', ids: [siteId], fraction: null }, EVENING + 10 * MINUTE, EVENING + 190 * MINUTE, { attendance: '500', radius: '200' });
  const causes = Causes.of(twin.resolve([crowd], crowd.effectiveAt), twin.world);
  const continuous = planner();
  let marked = 0;
  for (let hour = EVENING / HOUR - 3; hour < EVENING / HOUR + 12; hour++) {
    const trips = tripsOf(continuous, hour, causes);
    expect(trips).toEqual(tripsOf(planner(), hour, causes));
    marked += trips.filter((trip) => !trip.endsWith(' -1')).length;
  }
  expect(marked).toBeGreaterThan(500);
});
