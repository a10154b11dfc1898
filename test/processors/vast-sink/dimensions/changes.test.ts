import { describe, expect, it } from 'vitest';
import { Changes, DELETED } from '../../../../processors/vast-sink/dimensions/changes.ts';
import { dimensionTables, SOURCE_COLUMNS } from '../../../../processors/vast-sink/tables/tables.ts';

const cells = dimensionTables.find(({ table }) => table === 'cells')!;
const OFFSET = SOURCE_COLUMNS[1].name;
const version = (tac: number): unknown => ({ cell: { cell_id: 7, tac, neighbours: [1, 2] } });

function offsetsOf(changes: Changes, rows: readonly number[]): number[] {
  const batch = changes.batch(rows.map((row) => ({ row })));
  return Array.from({ length: batch.numRows }, (_, row) => Number(batch.getChild(OFFSET)!.get(row)));
}

describe('changes of a dimension', () => {
  it('keep the newest version of each key', () => {
    const changes = new Changes(cells);
    changes.add('a', 0, 10, version(1));
    changes.add('b', 1, 5, version(2));
    changes.add('a', 0, 11, version(3));
    changes.add('c', 1, 6, version(4));
    changes.add('b', 1, 7, null);
    expect([...changes.newest]).toEqual([['a', { partition: 0, row: 2 }], ['b', { partition: 1, row: DELETED }], ['c', { partition: 1, row: 3 }]]);
    expect(offsetsOf(changes, [3, 2])).toEqual([6, 11]);
    expect(offsetsOf(changes, [2])).toEqual([11]);
  });

  it('can be asked for again, for a transaction that is repeated', () => {
    const changes = new Changes(cells);
    for (let offset = 0; offset < 100; offset++) changes.add(String(offset), 0, offset, version(offset));
    const all = Array.from({ length: 100 }, (_, row) => row);
    expect(offsetsOf(changes, all)).toEqual(all);
    expect(offsetsOf(changes, all)).toEqual(all);
    expect(changes.byteLength).toBeGreaterThan(100 * 8);
  });
});
