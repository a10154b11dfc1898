import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BatchBuilder, batchViews, CorruptBatchError, decodeHeaders, RecordCursor, type Compression, type RecordHeader,
} from '../../../topology/log/index.ts';
import { layout } from '../../../topology/log/batch/format.ts';

interface Row {
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

const source = { topic: 't', partition: 3 };
const producer = { producerId: 123_456_789_012n, producerEpoch: 7 };

const arbitraryBytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 100, maxLength: 400 }));
const arbitraryRow: fc.Arbitrary<Row> = fc.record({
  timestamp: fc.oneof(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 })),
  key: fc.option(arbitraryBytes, { nil: null }),
  value: fc.option(arbitraryBytes, { nil: null }),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 12 }), value: fc.option(arbitraryBytes, { nil: null }) }), { maxLength: 3 }),
});
const arbitraryRows = fc.array(arbitraryRow, { minLength: 1, maxLength: 200 });
const arbitraryCompression = fc.constantFrom<Compression>('none', 'lz4', 'zstd');

/** Rows as batches on the wire, each with the base offset that a broker would give it. */
function encode(rows: readonly Row[], compression: Compression, maxBytes = 4_000): Buffer {
  const builder = new BatchBuilder({ compression, transactional: false, maxBytes });
  const parts: Buffer[] = [];
  let offset = 0;
  const seal = (): void => {
    const sealed = builder.seal();
    sealed.stamp(producer, offset);
    const bytes = Buffer.concat(sealed.parts);
    bytes.writeBigInt64BE(BigInt(offset), layout.baseOffset);
    parts.push(bytes);
    offset += sealed.records;
  };
  for (const { timestamp, key, value, headers } of rows) {
    const append = (): boolean => builder.append(timestamp, key, value, 0, value?.length ?? 0, headers.length ? headers : undefined);
    if (!append()) {
      seal();
      append();
    }
  }
  seal();
  return Buffer.concat(parts);
}

function decode(bytes: Buffer, from = 0): (Row & { offset: number })[] {
  const cursor = new RecordCursor(batchViews(bytes, source), from);
  const rows: (Row & { offset: number })[] = [];
  while (cursor.next()) {
    const slice = (start: number, end: number): Uint8Array | null => (start < 0 ? null : Uint8Array.from(cursor.bytes.subarray(start, end)));
    rows.push({
      offset: cursor.offset,
      timestamp: cursor.timestamp,
      key: slice(cursor.keyStart, cursor.keyEnd),
      value: slice(cursor.valueStart, cursor.valueEnd),
      headers: decodeHeaders(cursor.bytes, cursor.headersStart).map(({ key, value }) => ({ key, value: value && Uint8Array.from(value) })),
    });
  }
  return rows;
}

describe('record batches', () => {
  test('what is appended is read back, in order, whatever the codec and the split into batches', () => {
    fc.assert(fc.property(arbitraryRows, arbitraryCompression, (rows, compression) => {
      const bytes = encode(rows, compression);
      for (const batch of batchViews(bytes, source)) batch.verify();
      expect(decode(bytes)).toEqual(rows.map((row, offset) => ({ offset, ...row })));
    }), { numRuns: 150 });
  });

  test('a cursor starts at any offset, inside a batch too', () => {
    fc.assert(fc.property(arbitraryRows, fc.nat(200), (rows, from) => {
      expect(decode(encode(rows, 'lz4'), from).map((row) => row.offset)).toEqual(rows.map((_, i) => i).slice(from));
    }), { numRuns: 50 });
  });

  test('a batch stays within the bound unless one record alone exceeds it', () => {
    fc.assert(fc.property(arbitraryRows, (rows) => {
      for (const batch of batchViews(encode(rows, 'none', 600), source)) {
        if (batch.count > 1) expect(layout.records + batch.records().length).toBeLessThanOrEqual(600);
      }
    }), { numRuns: 50 });
  });

  test('a view of the value changes how it is copied, not what', () => {
    const arbitrarySlices = fc.array(fc.tuple(fc.nat(600), fc.nat(300)), { minLength: 1, maxLength: 300 });
    fc.assert(fc.property(fc.uint8Array({ minLength: 600, maxLength: 600 }), arbitrarySlices, fc.integer({ min: 600, max: 40_000 }), (page, slices, maxBytes) => {
      const view = new DataView(page.buffer);
      const batches = [undefined, view].map((valueView) => {
        const builder = new BatchBuilder({ compression: 'none', transactional: true, maxBytes });
        const parts: Buffer[] = [];
        const seal = (): void => {
          const batch = builder.seal();
          batch.stamp(producer, 0);
          parts.push(...batch.parts);
        };
        for (const [from, length] of slices) {
          const append = (): boolean => builder.append(from, page.subarray(0, from % 20), page, from, Math.min(from + length, page.length), undefined, valueView);
          if (!append()) {
            seal();
            append();
          }
        }
        seal();
        return Buffer.concat(parts);
      });
      expect(batches[1].equals(batches[0])).toBe(true);
    }), { numRuns: 100 });
  });

  test('a cut last batch is left out', () => {
    fc.assert(fc.property(arbitraryRows, fc.nat(), (rows, cut) => {
      const bytes = encode(rows, 'lz4', 1_000);
      const length = cut % bytes.length;
      // Records of the batches that end before the cut.
      let end = 0;
      let expected = 0;
      for (const batch of batchViews(bytes, source)) {
        end += batch.byteLength;
        if (end <= length) expected = batch.lastOffset + 1;
      }
      expect(decode(bytes.subarray(0, length)).map((row) => row.offset)).toEqual(Array.from({ length: expected }, (_, i) => i));
    }), { numRuns: 50 });
  });

  test('one changed bit anywhere behind the checksum is found', () => {
    fc.assert(fc.property(arbitraryRows, fc.nat(), fc.nat(7), (rows, place, bit) => {
      const bytes = encode(rows, 'lz4', 1_000_000);
      const at = layout.attributes + (place % (bytes.length - layout.attributes));
      bytes[at] ^= 1 << bit;
      expect(() => { for (const batch of batchViews(bytes, source)) batch.verify(); }).toThrow(CorruptBatchError);
    }), { numRuns: 100 });
  });

  test('records that contradict their batch end in CorruptBatchError, never in wrong bounds', () => {
    fc.assert(fc.property(arbitraryRows, fc.nat(), fc.nat(255), (rows, place, byte) => {
      const bytes = encode(rows, 'none', 1_000_000);
      bytes[layout.records + (place % (bytes.length - layout.records))] = byte;
      const cursor = new RecordCursor(batchViews(bytes, source), 0);
      try {
        while (cursor.next()) {
          expect(cursor.valueEnd).toBeLessThanOrEqual(cursor.bytes.length);
          expect(cursor.keyEnd).toBeLessThanOrEqual(cursor.bytes.length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptBatchError);
      }
    }), { numRuns: 200 });
  });

  test('the memory of a decompressed batch is given back when the next begins; batches that are not compressed stay whole, to be read again', () => {
    const rows = Array.from({ length: 20 }, (_, k): Row => ({ timestamp: k, key: null, value: Buffer.alloc(90_000, k), headers: [] }));
    for (const compression of ['lz4', 'zstd', 'none'] as const) {
      const wire = encode(rows, compression, 200_000);
      const cursor = new RecordCursor(batchViews(wire, source), 0);
      const seen = new Set<Buffer>();
      while (cursor.next()) {
        expect(cursor.bytes[cursor.valueStart]).toBe(cursor.offset);
        seen.add(cursor.bytes);
      }
      expect(seen.size).toBe(10);
      for (const bytes of seen) expect(bytes.length > 0).toBe(compression === 'none');
      expect(decode(wire)).toHaveLength(20);
    }
  });

  test('the header says who wrote it', () => {
    const [batch] = batchViews(encode([{ timestamp: 5, key: null, value: Buffer.from('v'), headers: [] }], 'none'), source);
    expect(batch).toMatchObject({ baseOffset: 0, lastOffset: 0, count: 1, isTransactional: false, isControl: false, logAppendTime: -1 });
    expect([batch.producerId, batch.producerEpoch, batch.baseSequence]).toEqual([producer.producerId, producer.producerEpoch, 0]);
  });

  test('a topic that stamps on append gives all records the broker\'s time', () => {
    const bytes = encode([{ timestamp: 5, key: null, value: Buffer.from('v'), headers: [] }], 'none');
    bytes.writeInt16BE(bytes.readInt16BE(layout.attributes) | 0x08, layout.attributes);
    bytes.writeBigInt64BE(1_800_000_000_000n, layout.maxTimestamp);
    expect(decode(bytes)[0].timestamp).toBe(1_800_000_000_000);
  });

  test('snappy is refused by name', () => {
    const bytes = encode([{ timestamp: 5, key: null, value: Buffer.from('v'), headers: [] }], 'none');
    bytes.writeInt16BE(2, layout.attributes);
    expect(() => decode(bytes)).toThrow(/snappy/);
  });
});
