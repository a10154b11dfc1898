import type { Catalog } from '../catalog/catalog.ts';
import type { CachedSources } from '../rows/sources.ts';
import type { TableVersion } from '../rows/version.ts';
import type { Wal } from '../wal/wal.ts';
import type { Locks } from './locks.ts';
import type { RowLocks } from './row-locks.ts';
import type { StoreTransaction } from './transaction.ts';

/** All that is committed at one moment. Immutable. */
export interface Root {
  /** Number of the last commit in it. */
  readonly commit: number;
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<number, TableVersion>;
}

/** What a transaction needs of the store. */
export interface Engine {
  readonly wal: Wal;
  readonly sources: CachedSources;
  readonly locks: Locks;
  readonly rowLocks: RowLocks;
  nextId(): number;
  /** The id that the next row of a table would get. */
  nextRowId(table: number): number;
  /** Takes `rows` ids: the first, and one past the last. Never given again, whatever becomes of the transaction. */
  claimRowIds(table: number, rows: number): [number, number];
  /** The same for ids that came from outside. */
  noteRowIds(table: number, ids: Float64Array): [number, number];
  /** Keeps what the snapshots of now stand on until the iteration ends, also when its transaction ends earlier. */
  pinned<T>(iterate: () => AsyncGenerator<T>): AsyncIterable<T>;
  /** Makes the transaction durable, and visible to those that begin later. */
  commit(transaction: StoreTransaction): Promise<void>;
  /** Frees the transaction's locks and its snapshot. */
  finish(transaction: StoreTransaction, commit?: number): void;
}
