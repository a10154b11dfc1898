import { ROW_ID, withRowIds, type Transaction } from '../../../vast/client/index.ts';
import { boxedBatch } from '../rows/boxed-batch.ts';
import { valueAt } from '../rows/boxed.ts';
import { SOURCE_COLUMNS, type DimensionTable } from '../tables/tables.ts';

/** The newest version of one key in a cargo; `record` null removes the row. */
export interface Change {
  readonly partition: number;
  readonly offset: number;
  readonly record: unknown;
}

/** The newest version of each key, by the text of the key without the table's prefix. */
export type Changes = ReadonlyMap<string, Change>;

/** Where the rows of one partition are. */
type Index = Map<string, bigint>;

/** A table with one row for each key of a compacted topic, and where each row of the claimed partitions is. */
export class Dimension {
  readonly table: DimensionTable;
  readonly #schema: string;
  readonly #columns;
  readonly #indexes = new Map<number, Index>();

  constructor(table: DimensionTable, schema: string) {
    this.table = table;
    this.#schema = schema;
    this.#columns = [...table.columns, ...SOURCE_COLUMNS];
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
    const updates: { readonly rowId: bigint; readonly values: readonly unknown[] }[] = [];
    const inserts: { readonly key: string; readonly index: Index; readonly values: readonly unknown[] }[] = [];
    const deletes: { readonly key: string; readonly index: Index; readonly rowId: bigint }[] = [];
    for (const [key, change] of changes) {
      const index = this.#index(change.partition);
      const rowId = index.get(key);
      if (change.record === null) {
        if (rowId !== undefined) deletes.push({ key, index, rowId });
        continue;
      }
      const values = this.#values(change);
      if (rowId === undefined) inserts.push({ key, index, values });
      else updates.push({ rowId, values });
    }
    const { table } = this.table;
    if (updates.length > 0) {
      updates.sort((a, b) => (a.rowId < b.rowId ? -1 : 1));
      const batch = boxedBatch(this.#columns, updates.map(({ values }) => values));
      await tx.update(this.#schema, table, withRowIds(BigUint64Array.from(updates, ({ rowId }) => rowId), batch));
    }
    if (deletes.length > 0) await tx.delete(this.#schema, table, BigUint64Array.from(deletes, ({ rowId }) => rowId));
    const ids = inserts.length === 0 ? [] : await tx.insert(this.#schema, table, boxedBatch(this.#columns, inserts.map(({ values }) => values)));
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

  #values({ record, partition, offset }: Change): unknown[] {
    return [...this.table.columns.map(({ path }) => valueAt(record, path)), partition, offset];
  }
}
