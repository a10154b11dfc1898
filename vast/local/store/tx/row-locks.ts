import { ConflictError } from '../errors.ts';
import { sharedId } from '../rows/row-ids.ts';

interface Written {
  readonly owner: bigint;
  readonly ids: Float64Array;
  /** Number of the commit; absent while the transaction is open. */
  commit?: number;
}

/** Rows that transactions update and delete: each by one at a time, and not by one that began before the last change. */
export class RowLocks {
  readonly #tables = new Map<number, Written[]>();

  /** Throws ConflictError, having locked nothing. `ids` ascend. */
  acquire(owner: bigint, snapshot: number, table: number, ids: Float64Array, what: string): void {
    const written = this.#tables.get(table) ?? [];
    for (const other of written) {
      if (other.owner === owner || (other.commit !== undefined && other.commit <= snapshot)) continue;
      const id = sharedId(other.ids, ids);
      if (id === undefined) continue;
      throw new ConflictError(other.commit === undefined
        ? `row ${id} of ${what} is being changed by another transaction`
        : `row ${id} of ${what} was changed after this transaction began`);
    }
    written.push({ owner, ids });
    this.#tables.set(table, written);
  }

  /** `commit` is the number of the owner's commit, absent for a rollback; `oldest` the oldest snapshot that is still in use. */
  release(owner: bigint, oldest: number, commit?: number): void {
    for (const [table, written] of this.#tables) {
      for (const entry of written) if (entry.owner === owner && commit !== undefined) entry.commit = commit;
      const kept = written.filter((entry) => (entry.commit === undefined ? entry.owner !== owner : entry.commit > oldest));
      if (kept.length === 0) this.#tables.delete(table);
      else this.#tables.set(table, kept);
    }
  }
}
