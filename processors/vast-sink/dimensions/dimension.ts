import { ROW_ID, withRowIds, type Transaction } from '../../../vast/client/index.ts';
import { SOURCE_COLUMNS, type DimensionTable } from '../tables/tables.ts';
import { DELETED, type Changes } from './changes.ts';

/** Where the rows of one partition are. */
type Index = Map<string, bigint>;

/** A table with one row for each key of a compacted topic, and where each row of the claimed partitions is. */
export class Dimension {
  readonly table: DimensionTable;
  readonly #schema: string;
  readonly #indexes = new Map<number, Index>();

  constructor(table: DimensionTable, schema: string) {
    this.table = table;
    this.#schema = schema;
  }

  /** Learns which rows a partition has: after each claim. */
  async load(tx: Transaction, partition: number): Promise<void> {
    const index: Index = new Map();
    const { table, key } = this.table;
    const where = [{ column: SOURCE_COLUMNS[0].name, test: 'equal', value: partition } as const];
    for await (const batch of tx.select(this.#schema, table, { columns: [key, ROW_ID], where })) {
      const [keys, ids] = [batch.getChildAt(0)!, batch.getChildAt(1)!];
      for (let row = 0; row < batch.numRows; row += 1) index.set(String(keys.get(row)), ids.get(row) as bigint);
    }
    this.#indexes.set(partition, index);
  }

  /**
   * Writes changes of loaded partitions: known keys are updated, new ones inserted, tombstones deleted.
   * @returns to be called when the transaction has committed
   */
  async write(tx: Transaction, changes: Changes): Promise<() => void> {
    const updates: { readonly rowId: bigint; readonly row: number }[] = [];
    const inserts: { readonly key: string; readonly index: Index; readonly row: number }[] = [];
    const deletes: { readonly key: string; readonly index: Index; readonly rowId: bigint }[] = [];
    for (const [key, { partition, row }] of changes.newest) {
      const index = this.#index(partition);
      const rowId = index.get(key);
      if (row === DELETED) {
        if (rowId !== undefined) deletes.push({ key, index, rowId });
      } else if (rowId === undefined) inserts.push({ key, index, row });
      else updates.push({ rowId, row });
    }
    const { table } = this.table;
    if (updates.length > 0) {
      updates.sort((a, b) => (a.rowId < b.rowId ? -1 : 1));
      const batch = changes.batch(updates);
      await tx.update(this.#schema, table, withRowIds(BigUint64Array.from(updates, ({ rowId }) => rowId), batch));
    }
    if (deletes.length > 0) await tx.delete(this.#schema, table, BigUint64Array.from(deletes, ({ rowId }) => rowId));
    const ids = inserts.length === 0 ? [] : await tx.insert(this.#schema, table, changes.batch(inserts));
    return () => {
      let row = 0;
      for (const vector of ids) for (const id of vector) inserts[row].index.set(inserts[row++].key, BigInt(id as bigint));
      for (const { key, index } of deletes) index.delete(key);
    };
  }

  #index(partition: number): Index {
    const index = this.#indexes.get(partition);
    if (index === undefined) throw new Error(`the rows of partition ${partition} of ${this.table.table} are not loaded`);
    return index;
  }
}
