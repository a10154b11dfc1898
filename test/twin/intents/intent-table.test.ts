import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import { IntentKind } from '../../../twin/intents/intent.ts';
import { IntentTable, absentBecauseOf } from '../../../twin/intents/intent-table.ts';

const intent = fc.record({
  kind: fc.constantFrom(...Object.values(IntentKind)),
  subscriber: fc.nat(2 ** 31 - 1),
  start: fc.nat(HOUR - 1),
  detail: fc.nat(2 ** 31 - 1),
  mark: fc.oneof(fc.constant(-1), fc.nat(255), fc.nat(255).map(absentBecauseOf)),
});
/** More than a table first has room for. */
const intents = fc.oneof(fc.array(intent), fc.array(intent, { minLength: 1_100, maxLength: 1_500, size: 'max' }));
type Intents = typeof intents extends fc.Arbitrary<infer T> ? T : never;

function fill(table: IntentTable, hour: number, planned: Intents): void {
  table.clear(hour);
  for (const { kind, subscriber, start, detail, mark } of planned) table.add(kind, subscriber, hour * HOUR + start, detail, mark);
  table.sort();
}

function visited(table: IntentTable, minute: number): Intents {
  const found: Intents = [];
  table.forMinute(minute, (k) => {
    found.push({ kind: table.kind(k), subscriber: table.subscriber(k), start: table.start(k) - table.hour * HOUR, detail: table.detail(k), mark: table.mark(k) });
  });
  return found;
}

test('a table takes intents after an hour without any', () => {
  const table = new IntentTable();
  const one = { kind: IntentKind.CALL, subscriber: 7, start: 5 * MINUTE, detail: 3, mark: -1 };
  fill(table, 0, []);
  fill(table, 1, [one]);
  expect(visited(table, 5)).toEqual([one]);
});

test('a minute lists the intents that begin in it, in order of planning, whatever other tables hold', () => {
  fc.assert(fc.property(fc.array(intents, { minLength: 1, maxLength: 4 }), (hours) => {
    const tables = [new IntentTable(), new IntentTable()];
    hours.forEach((planned, hour) => {
      fill(tables[hour % 2], hour, planned);
      for (const [back, table] of [[0, tables[hour % 2]], [1, tables[(hour + 1) % 2]]] as const) {
        const expected = hours[hour - back] ?? [];
        for (let minute = 0; minute < 60; minute++) {
          expect(visited(table, minute)).toEqual(expected.filter(({ start }) => Math.floor(start / MINUTE) === minute));
        }
      }
    });
  }), { numRuns: 30 });
});
