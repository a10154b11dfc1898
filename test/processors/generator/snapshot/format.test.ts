import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot, SnapshotError, type Snapshot } from '../../../../processors/generator/snapshot/format.ts';
import { configOf } from '../../../twin/fixture.ts';

function snapshotOf(columns: readonly (readonly number[])[]): Snapshot {
  return {
    header: { topic: 'subscriber_state', topicId: 'id', partition: 3, offset: 17, floor: 5, twin: configOf(100), layout: 1 },
    sections: Object.fromEntries(columns.map((bytes, k) => [`column_${k}`, Uint8Array.from(bytes)])),
  };
}

const whole = (snapshot: Snapshot): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.concat(encodeSnapshot(snapshot)));
const columns = fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }), { maxLength: 6 });

describe('a snapshot', () => {
  it('is read as it was written, its sections in place and aligned', () => {
    fc.assert(fc.property(columns, (bytes) => {
      const snapshot = snapshotOf(bytes);
      const read = decodeSnapshot(whole(snapshot));
      expect(read.header).toEqual(snapshot.header);
      expect(Object.keys(read.sections)).toEqual(Object.keys(snapshot.sections));
      for (const [name, section] of Object.entries(snapshot.sections)) {
        expect([...read.sections[name]]).toEqual([...section]);
        expect(read.sections[name].byteOffset % 8).toBe(0);
      }
    }));
  });

  it('is refused when a byte that counts is another, and wherever it is cut', () => {
    const bytes = whole(snapshotOf([[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]]));
    const header = Buffer.from(bytes).readUInt32LE(8);
    const padding = (at: number): boolean => at >= 16 + header && at < 16 + Math.ceil(header / 8) * 8;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 0x40;
      if (!padding(at)) expect(() => decodeSnapshot(damaged), `byte ${at}`).toThrow(SnapshotError);
      expect(() => decodeSnapshot(bytes.slice(0, at)), `${at} bytes`).toThrow(SnapshotError);
    }
  });
});
