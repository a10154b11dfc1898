import { MapRow, RecordBatchStreamWriter, tableFromIPC, Vector, type RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowBuffer } from '../../../processors/vast-sink/rows/row-buffer.ts';
import { packBits } from '../../../processors/vast-sink/rows/pack.ts';
import { streamTables, type StreamTable } from '../../../processors/vast-sink/tables/tables.ts';
import { avroType, DecodeError } from '../../../schemas/codec.ts';
import { objects } from '../../schemas/arbitraries.ts';

/** What a reader of the batch's bytes sees. */
function readBack(batch: RecordBatch): Record<string, unknown>[] {
  const table = tableFromIPC(RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true));
  return Array.from({ length: table.numRows }, (_, row) => Object.fromEntries(
    table.schema.fields.map(({ name }) => [name, plain(table.getChild(name)!.get(row))]),
  ));
}

/** Arrow's values as avsc has them. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Vector) return [...value] as unknown[];
  if (value instanceof MapRow) return Object.fromEntries(value as Iterable<[string, unknown]>);
  return value;
}

/** avsc's record as a row: columns that are null in all rows are left out. */
function expectedRows(records: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const present = Object.keys(records[0]).filter((name) => records.some((record) => record[name] !== null));
  return records.map((record, row) => ({
    ...Object.fromEntries(present.map((name) => [name, plain({ ...record }[name])])), kafka_partition: row % 3, kafka_offset: 2 ** 40 + row,
  }));
}

function append(buffer: RowBuffer, bodies: readonly Buffer[]): void {
  const bytes = Buffer.concat(bodies);
  let start = 0;
  bodies.forEach((body, row) => {
    buffer.append(bytes, start, start += body.length, row % 3, 2 ** 40 + row);
  });
}

describe.each(streamTables.map((table) => [table.table, table] as const))('rows of %s', (_, table: StreamTable) => {
  const type = avroType(table.record);
  const records = fc.array(objects(table.record), { minLength: 1, maxLength: 20 });

  test('are what avsc decodes, also when the buffer is used again', () => {
    const buffer = new RowBuffer(table);
    fc.assert(fc.property(records, (values) => {
      buffer.clear();
      const bodies = values.map((value) => type.toBuffer(value));
      append(buffer, bodies);
      const decoded = bodies.map((body) => type.fromBuffer(body) as Record<string, unknown>);
      const estimate = buffer.byteLength;
      const batch = buffer.toBatch();
      expect(readBack(batch)).toEqual(expectedRows(decoded));
      // Of a bitmap this batch uses a byte in eight rows; the array is as long as the buffer's memory.
      const exact = batch.data.children.reduce((sum, child) => sum + child.byteLength - (child.nullBitmap?.byteLength ?? 0), 0);
      expect(estimate).toBeGreaterThanOrEqual(exact * 0.2);
    }), { numRuns: 60 });
  });

  test('leave nothing of a record that cannot be decoded', () => {
    const buffer = new RowBuffer(table);
    fc.assert(fc.property(objects(table.record), fc.nat(), (value, at) => {
      buffer.clear();
      const body = type.toBuffer(value);
      expect(() => buffer.append(body, 0, at % body.length, 0, 0)).toThrow(DecodeError);
      append(buffer, [body]);
      expect(readBack(buffer.toBatch())).toEqual(expectedRows([type.fromBuffer(body) as Record<string, unknown>]));
    }), { numRuns: 30 });
  });
});

test('bits are packed least significant first, and counted', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (flags) => {
    const bytes = new Uint8Array(104);
    flags.forEach((flag, i) => { bytes[i] = flag ? 1 : 0; });
    const bits = new Uint8Array(13);
    expect(packBits(bytes, flags.length, bits)).toBe(flags.filter(Boolean).length);
    flags.forEach((flag, i) => expect((bits[i >> 3] >> (i & 7)) & 1).toBe(flag ? 1 : 0));
  }));
});
