import type { Catalog } from '../catalog/catalog.ts';
import type { CachedSources } from '../rows/sources.ts';
import type { Delta, Segment, TableVersion } from '../rows/version.ts';
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

/** What is being read, so that its files stay. */
export interface Pin {
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
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
  /** Keeps the files of what is pinned until the iteration ends. */
  pinned<T>(pin: Pin, iterate: () => AsyncGenerator<T>): AsyncIterable<T>;
  /** Makes the transaction durable, and visible to those that begin later. */
  commit(transaction: StoreTransaction): Promise<void>;
  /** Frees the transaction's locks and its snapshot. */
  finish(transaction: StoreTransaction, commit?: number): void;
}
