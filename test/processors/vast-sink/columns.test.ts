import { expect, test } from 'vitest';
import { columnsOf, fieldOf, type AvroRecord } from '../../../processors/vast-sink/tables/columns.ts';
import { arrowSchema, dimensionTables, streamTables } from '../../../processors/vast-sink/tables/tables.ts';
import { unsupportedReason } from '../../../vast/wire/column-types.ts';

/** VAST's documented limit for a table, and the project's own. */
const MAX_COLUMNS = 64;

test.each([...streamTables, ...dimensionTables].map((table) => [table.table, table] as const))('%s is a table that VAST takes', (_, { columns }) => {
  const { fields } = arrowSchema(columns);
  expect(fields.length).toBeLessThanOrEqual(MAX_COLUMNS);
  expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
  expect(fields.map(unsupportedReason).filter((reason) => reason !== undefined)).toEqual([]);
});

test('nested records become columns of their own, named after their path', () => {
  const subscribers = dimensionTables.find(({ table }) => table === 'subscribers')!;
  const types = Object.fromEntries(subscribers.columns.map((column) => [column.name, String(fieldOf(column).type)]));
  expect(types).toMatchObject({
    subscriber_id: 'Int64', segment: 'Utf8', contract_end: 'Timestamp<MILLISECOND>', device_brand: 'Utf8', device_capabilities: 'List<Utf8>',
    home_latitude: 'Float64', home_site_id: 'Utf8', work_latitude: 'Float64', work_site_id: 'Utf8', activity_night_off: 'Bool', version: 'Int32',
  });
});

test('a field without a column is named', () => {
  const record = { type: 'record', name: 'R', fields: [{ name: 'blob', type: ['null', 'bytes'] }] } as AvroRecord;
  expect(() => columnsOf(record)).toThrow(/field blob is "bytes"/);
});
