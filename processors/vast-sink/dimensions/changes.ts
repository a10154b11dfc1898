import type { RecordBatch } from 'apache-arrow';
import { BoxedRows } from '../rows/boxed.ts';
import { SOURCE_COLUMNS, type DimensionTable } from '../tables/tables.ts';

/** The row of a key that has been deleted. */
export const DELETED = -1;

/** The newest version of one key in a cargo. */
export interface Change {
  readonly partition: number;
  /** Where it is among the rows, or {@link DELETED}. */
  readonly row: number;
}

/** What happened to the keys of one table. Versions are kept as columns, since as objects they would outlive many garbage collections. */
export class Changes {
  readonly #newest = new Map<string, Change>();
  readonly #rows: BoxedRows;

  constructor(table: DimensionTable) {
    this.#rows = new BoxedRows([...table.columns, ...SOURCE_COLUMNS]);
  }

  /** Takes the next version of a key; a record of null deletes it. @param key without the table's prefix */
  add(key: string, partition: number, offset: number, record: unknown): void {
    this.#newest.set(key, { partition, row: record === null ? DELETED : this.#rows.append(record, partition, offset) });
  }

  /** The newest version of each key. */
  get newest(): ReadonlyMap<string, Change> {
    return this.#newest;
  }

  /** Bytes of all versions, about. */
  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /** Versions as rows of the table, in that order. Add nothing after that. */
  batch(versions: readonly { readonly row: number }[]): RecordBatch {
    const isAll = versions.length === this.#rows.length && versions.every(({ row }, k) => row === k);
    return this.#rows.batch(isAll ? null : Int32Array.from(versions, ({ row }) => row));
  }
}
