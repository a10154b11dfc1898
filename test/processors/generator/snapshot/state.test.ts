import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot, type Sections } from '../../../../processors/generator/snapshot/format.ts';
import { subscriberImages } from '../../../../processors/generator/snapshot/columns.ts';
import type { TwinTables } from '../../../../processors/generator/twin-tables.ts';
import { SubscriberStatus } from '../../../../twin/population/types.ts';
import { answers, apply, config, emptyTables, endsOf, historyOf, type Version } from './tables.ts';

/** The sections as another process gets them. */
function transported(partition: number, offset: number, sections: Sections): Sections {
  const header = { topic: 'subscriber_state', topicId: 'id', partition, offset, floor: 0, twin: config, layout: 0 };
  return decodeSnapshot(Uint8Array.from(Buffer.concat(encodeSnapshot({ header, sections })))).sections;
}

function whole(versions: readonly Version[]): TwinTables {
  const tables = emptyTables();
  for (const version of versions) apply(tables, version);
  return tables;
}

/** Tables that begin with what `store` has of each partition below `cut`, and read on from there. */
function continued(store: TwinTables, versions: readonly Version[], cut: readonly number[]): TwinTables {
  const tables = emptyTables();
  for (const [partition, offset] of cut.entries()) tables.load(partition, offset, transported(partition, offset, store.save(partition)));
  for (const version of versions) if (version.offset >= cut[version.partition]) apply(tables, version);
  return tables;
}

const bytesOf = (tables: TwinTables): string[] => Array.from({ length: config.partitions }, (_, partition) =>
  Buffer.concat(encodeSnapshot({
    header: { topic: '', topicId: '', partition, offset: 0, floor: 0, twin: config, layout: 0 }, sections: tables.save(partition),
  })).toString('base64'));

const changes = fc.array(fc.record({
  index: fc.integer({ min: 0, max: config.capacity - 1 }),
  change: fc.oneof(
    fc.record({ imsi: fc.integer({ min: 1, max: 99_999 }).map((n) => 1_010_000_000_000 + n) }),
    fc.record({ status: fc.constantFrom(...Object.values(SubscriberStatus)) }),
    fc.record({ callsPerDay: fc.integer({ min: 0, max: 20 }), nightOff: fc.boolean() }),
  ),
}), { maxLength: 60 });

describe('a table restored from a snapshot', () => {
  it('equals byte for byte the one that read the whole log, wherever the snapshot was made', () => {
    fc.assert(fc.property(changes, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const versions = historyOf(emptyTables(), list);
      const made = versions.slice(0, Math.round(versions.length * share));
      const tables = continued(whole(made), versions, endsOf(made));
      expect(bytesOf(tables)).toEqual(bytesOf(whole(versions)));
    }), { numRuns: 12 });
  });

  it('answers every end offset as the whole log does, from the floor of a store that merged older versions on', () => {
    fc.assert(fc.property(changes, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (list, a, b) => {
      const versions = historyOf(emptyTables(), list);
      const seeded = versions.length - list.length;
      const cut = seeded + Math.round(list.length * Math.max(a, b));
      const floor = endsOf(versions.slice(0, seeded + Math.round(list.length * Math.min(a, b))));
      const store = whole(versions.slice(0, cut));
      store.fold(floor);
      const tables = continued(store, versions, endsOf(versions.slice(0, cut)));
      const all = whole(versions);
      for (const upTo of [floor, endsOf(versions.slice(0, cut)), endsOf(versions)]) expect(answers(tables, upTo)).toBe(answers(all, upTo));
    }), { numRuns: 12 });
  });

  it('leaves the tables as they were when a column is missing or cut', () => {
    const versions = historyOf(emptyTables(), [{ index: 3, change: { callsPerDay: 9 } }]);
    const saved = whole(versions).save(0);
    const rest = Object.fromEntries(Object.entries(saved).filter(([name]) => name !== 'directory'));
    expect(() => subscriberImages(rest, 1)).toThrow(/no column directory/);
    const tables = emptyTables();
    expect(() => tables.load(0, 1, { ...rest, directory: new Uint8Array(31) })).toThrow(/31 bytes/);
    for (const version of versions) apply(tables, version);
    expect(bytesOf(tables)).toEqual(bytesOf(whole(versions)));
  });

  it('tells builds apart that lay out their rows in another way', () => {
    expect(emptyTables().layout).toBe(emptyTables().layout);
    expect(emptyTables().layout).toBeGreaterThan(0);
  });
});
