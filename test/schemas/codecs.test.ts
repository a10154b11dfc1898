import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { avroType, DecodeError, decodeRecord, encodeRecord } from '../../schemas/codec.ts';
import { type NumberColumn, TextColumn } from '../../schemas/columns.ts';
import { CdrColumns, CdrRow, cdrRowToObject, encodeCdr } from '../../schemas/generated/Cdr.generated.ts';
import {
  CustomerServiceEventColumns, CustomerServiceEventRow, customerServiceEventRowToObject, encodeCustomerServiceEvent,
} from '../../schemas/generated/CustomerServiceEvent.generated.ts';
import { encodeGroundTruth, GroundTruthColumns, GroundTruthRow, groundTruthRowToObject } from '../../schemas/generated/GroundTruth.generated.ts';
import {
  encodeLocationUpdate, LocationUpdateColumns, LocationUpdateRow, locationUpdateRowToObject,
} from '../../schemas/generated/LocationUpdate.generated.ts';
import { encodeNetworkLog, NetworkLogColumns, NetworkLogRow, networkLogRowToObject } from '../../schemas/generated/NetworkLog.generated.ts';
import { RECORD_NAMES, type RecordName } from '../../schemas/generated/records.generated.ts';
import { Slab } from '../../schemas/slab.ts';
import { fill, models, objects, rowValues } from './arbitraries.ts';

interface Columns {
  readonly length: number;
  decode(bytes: Uint8Array, start: number, end: number): void;
  get(row: number): object;
}

interface HotRecord {
  readonly name: RecordName;
  readonly row: { reset(): void };
  readonly encode: (slab: Slab) => void;
  readonly toObject: () => object;
  readonly fresh: () => object;
  readonly columns: (fields?: readonly string[]) => Columns & Record<string, unknown>;
}

/** Ties the generated functions of one record together; `never` stands for its own row and field types. */
function hot<Row extends { reset(): void }>(
  name: RecordName, row: Row, encode: (slab: Slab, row: Row) => void, toObject: (row: Row) => object,
  columns: new (fields?: never) => Columns,
): HotRecord {
  return {
    name, row,
    encode: (slab) => encode(slab, row),
    toObject: () => toObject(row),
    fresh: () => toObject(new (row.constructor as new () => Row)()),
    columns: (fields) => new columns(fields as never) as Columns & Record<string, unknown>,
  };
}

const hotRecords = [
  hot('Cdr', new CdrRow(), encodeCdr, cdrRowToObject, CdrColumns),
  hot('NetworkLog', new NetworkLogRow(), encodeNetworkLog, networkLogRowToObject, NetworkLogColumns),
  hot('CustomerServiceEvent', new CustomerServiceEventRow(), encodeCustomerServiceEvent, customerServiceEventRowToObject, CustomerServiceEventColumns),
  hot('LocationUpdate', new LocationUpdateRow(), encodeLocationUpdate, locationUpdateRowToObject, LocationUpdateColumns),
  hot('GroundTruth', new GroundTruthRow(), encodeGroundTruth, groundTruthRowToObject, GroundTruthColumns),
];

/** Row 0 of a column: null, a number, or bytes as text. Undefined where the column was not selected. */
function firstCell(column: unknown): unknown {
  const { selected, valid } = column as NumberColumn<Float64Array<ArrayBuffer>> | TextColumn;
  if (!selected) return undefined;
  if (valid !== null && valid[0] === 0) return null;
  return column instanceof TextColumn ? column.text(0) : (column as NumberColumn<Float64Array<ArrayBuffer>>).values[0];
}

describe.each(hotRecords.map((record) => [record.name, record] as const))('%s', (name, record) => {
  const type = avroType(name);

  test('the row encoder writes the bytes that avsc writes, for any row', () => {
    const slab = new Slab(1);
    fc.assert(fc.property(rowValues(name), (values) => {
      record.row.reset();
      fill(record.row, values);
      slab.position = 0;
      record.encode(slab);
      const written = Buffer.from(slab.bytes.subarray(0, slab.position));
      expect(written.equals(type.toBuffer(record.toObject()))).toBe(true);
    }), { numRuns: 400 });
  });

  test('the column decoder gives what avsc gives, for any rows one after the other', () => {
    fc.assert(fc.property(fc.array(rowValues(name), { minLength: 1, maxLength: 8 }), (rows) => {
      const slab = new Slab();
      const columns = record.columns();
      const ends = rows.map((values) => {
        record.row.reset();
        fill(record.row, values);
        record.encode(slab);
        return slab.position;
      });
      ends.forEach((end, row) => columns.decode(slab.bytes, ends[row - 1] ?? 0, end));
      expect(columns.length).toBe(rows.length);
      ends.forEach((end, row) => {
        const expected = type.fromBuffer(Buffer.from(slab.bytes.subarray(ends[row - 1] ?? 0, end))) as object;
        expect(columns.get(row)).toEqual({ ...expected });
      });
    }), { numRuns: 150 });
  });

  test('decoding a subset of the fields gives the same columns as decoding all', () => {
    const all = models.get(name)!.fields.map((field) => field.name);
    fc.assert(fc.property(rowValues(name), fc.subarray(all), (values, fields) => {
      const slab = new Slab();
      record.row.reset();
      fill(record.row, values);
      record.encode(slab);
      const full = record.columns();
      const part = record.columns(fields);
      full.decode(slab.bytes, 0, slab.position);
      part.decode(slab.bytes, 0, slab.position);
      for (const field of fields) expect(firstCell(part[field])).toEqual(firstCell(full[field]));
      for (const field of all) if (!fields.includes(field)) expect(firstCell(part[field])).toBeUndefined();
    }), { numRuns: 100 });
  });

  test('a row that was reset is the row of a new instance', () => {
    const before = record.fresh();
    fc.assert(fc.property(rowValues(name), (values) => {
      fill(record.row, values);
      record.row.reset();
      expect(record.toObject()).toEqual(before);
    }), { numRuns: 20 });
    expect(Object.keys(record.toObject())).toEqual(models.get(name)!.fields.map((field) => field.name));
  });

  test('a record that was cut short or has bytes behind it is refused, and leaves no row', () => {
    fc.assert(fc.property(rowValues(name), fc.nat(), (values, at) => {
      const slab = new Slab();
      record.row.reset();
      fill(record.row, values);
      record.encode(slab);
      const whole = slab.bytes.slice(0, slab.position);
      const columns = record.columns();
      expect(() => columns.decode(whole, 0, at % whole.length)).toThrow(DecodeError);
      expect(() => columns.decode(new Uint8Array([...whole, 0]), 0, whole.length + 1)).toThrow(DecodeError);
      expect(columns.length).toBe(0);
      columns.decode(whole, 0, whole.length);
      expect(columns.get(0)).toEqual({ ...(type.fromBuffer(Buffer.from(whole)) as object) });
    }), { numRuns: 60 });
  });

  test('bytes that are no record never crash, hang or leave half a row', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const columns = record.columns();
      try {
        columns.decode(bytes, 0, bytes.length);
        expect(columns.length).toBe(1);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        expect(columns.length).toBe(0);
      }
    }), { numRuns: 500 });
  });
});

test('rowToObject is the decoded record', () => {
  for (const record of hotRecords) {
    fc.assert(fc.property(rowValues(record.name), (values) => {
      const slab = new Slab();
      record.row.reset();
      fill(record.row, values);
      record.encode(slab);
      const decoded = avroType(record.name).fromBuffer(Buffer.from(slab.bytes.subarray(0, slab.position))) as object;
      expect(record.toObject()).toEqual({ ...decoded });
    }), { numRuns: 50 });
  }
});

describe('codec', () => {
  test.each(RECORD_NAMES)('%s: decodeRecord gives back what encodeRecord was given', (name) => {
    fc.assert(fc.property(objects(name), (value) => {
      const bytes = encodeRecord(name, value as never);
      expect(encodeRecord(name, decodeRecord(name, bytes)).equals(bytes)).toBe(true);
    }), { numRuns: 50 });
  });

  test('a value that is not valid is refused by field', () => {
    expect(() => encodeRecord('Tick', { partition: 1.5 } as never)).toThrow('Tick.partition: 1.5 is not valid');
  });

  test('bytes that are not the record are refused by name', () => {
    const bytes = encodeRecord('ScenarioEvent', {
      scenario_id: 's', kind: 'cell_outage', action: 'START', effective_at: 1, until: null,
      target: { type: 'CELL', ids: ['256'], fraction: null }, intensity: 1, difficulty: 'easy', parameters: {}, issued_at: 1, issued_by: 'test',
    });
    expect(() => decodeRecord('ScenarioEvent', bytes.subarray(0, -1))).toThrow(/^ScenarioEvent: \d+ bytes are no Avro ScenarioEvent/);
    expect(() => decodeRecord('ScenarioEvent', Buffer.concat([bytes, Buffer.of(0)]))).toThrow(DecodeError);
  });
});
