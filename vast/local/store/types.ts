import type { RecordBatch, Schema } from 'apache-arrow';
import type { Predicate } from './predicate/predicate.ts';

/** Bucket, schema components and, for a table, its name: `['vastdb', 'telco', 'cdrs']`. */
export type Path = readonly string[];

/** Ids of a run of rows (`first`, `first + 1`, …) or of each row. A row id is an integer in [0, 2^48). */
export type RowIds = { readonly first: number; readonly count: number } | Float64Array;

/** Values that survive JSON: what the protocol keeps beside a table (sort keys, projections) and the store does not read. */
export type Properties = Readonly<Record<string, unknown>>;

export interface StoreOptions {
  /** Top of the name space; each exists from the first open on. */
  readonly buckets: readonly string[];
  /** A transaction without a statement for this long is rolled back. Milliseconds, default 600,000. */
  readonly transactionIdleMs?: number;
  /** Committed rows reach Parquet this long after their commit at the latest. Milliseconds, default 30,000. */
  readonly sealAfterMs?: number;
  /** Committed bytes that are sealed without waiting for their age. Default 256 MiB: larger files are merged less often. */
  readonly sealBytes?: number;
  /** Bytes in the log that are in no Parquet file, at which a commit waits for the sealing. Default: 1 GiB. */
  readonly unsealedLimitBytes?: number;
  /** How long closing the store seals; the log keeps what is not sealed by then. Milliseconds, default 15,000. */
  readonly lastSealMs?: number;
  /** Arrow bytes kept in memory for reading: updates, inserts that were read, and decoded row groups together. Default 128 MiB. */
  readonly cacheBytes?: number;
  /** Receives one line for each thing worth knowing (torn tail cut, seal failed). Default: process warning. */
  readonly log?: (message: string) => void;
}

export interface Store {
  /** Snapshot of all that is committed now. */
  begin(): Transaction;
  /** An open transaction by its id; undefined once it is committed, rolled back, expired, or from before a restart. */
  transaction(id: bigint): Transaction | undefined;
  /** Seals everything committed, so that readers of the Parquet files see it: live rows, current column names. */
  seal(): Promise<void>;
  /** Rolls back what is open, seals, releases the folder. */
  close(): Promise<void>;
}

export interface SchemaInfo {
  readonly path: Path;
  readonly properties: Properties;
}

export interface TableInfo {
  readonly path: Path;
  /** Stable over renames; unique in the store. */
  readonly id: number;
  /** As created and altered: types, nullability and metadata come back exactly. */
  readonly schema: Schema;
  /** Rows visible to this transaction. */
  readonly rows: number;
  /** Size on disk of what is visible; compressed where sealed. */
  readonly bytes: number;
  /** Every insert so far carried `vastdb_rowid`. */
  readonly externalRowIds: boolean;
  readonly properties: Properties;
}

export interface ScanOptions {
  /** Top-level columns of `batch`, in this order. Empty: batches with a row count only. */
  readonly columns: readonly string[];
  readonly predicate?: Predicate;
  /** Half-open ranges of row ids, ascending and disjoint. Default: all rows. */
  readonly ranges?: readonly { readonly from: number; readonly to: number }[];
  /** Stop after this many rows. The last batch is cut. */
  readonly limit?: number;
}

export interface ScanBatch {
  /** Ascending over the whole scan. */
  readonly rowIds: Float64Array;
  /** `rowIds.length` rows, at most 65,536. */
  readonly batch: RecordBatch;
}

/**
 * One snapshot and what was written on top of it. Statements throw the errors of `errors.ts`; a statement that throws has changed
 * nothing and the transaction goes on. Statements of one transaction may run concurrently, except that commit and rollback wait for none.
 * Bodies are Arrow IPC streams; the store keeps the bytes, so the caller must not write to them afterwards.
 */
export interface Transaction {
  /** Nonzero unsigned 64-bit, beyond 2^53. */
  readonly id: bigint;
  /** Counts as a statement for the idle time. */
  touch(): void;

  hasBucket(name: string): boolean;
  /** Direct children, oldest first. */
  schemas(parent: Path): SchemaInfo[];
  schema(path: Path): SchemaInfo;
  createSchema(path: Path, properties?: Properties): void;
  renameSchema(path: Path, to: Path): void;
  /** Refused with a conflict while it holds tables or schemas. */
  dropSchema(path: Path): void;

  /** Oldest first. */
  tables(schema: Path): TableInfo[];
  table(path: Path): TableInfo;
  createTable(path: Path, schema: Schema, properties?: Properties): void;
  renameTable(path: Path, to: Path): void;
  /** Replaces the table's properties. */
  setProperties(path: Path, properties: Properties): void;
  dropTable(path: Path): void;
  addColumns(path: Path, columns: Schema): void;
  dropColumns(path: Path, names: readonly string[]): void;
  renameColumn(path: Path, from: string, to: string): void;

  /**
   * Columns by name; those missing become null. A column `vastdb_rowid` (int64) assigns the row ids.
   * Resolves when the bytes are handed to the operating system, and the body is not needed any more; durable with the commit.
   */
  insert(path: Path, body: Uint8Array): Promise<RowIds>;
  /** Column `$row_id` (uint64 or decimal128) and the new values. Unknown ids are passed over. Returns rows changed. */
  update(path: Path, body: Uint8Array): Promise<number>;
  /** Column `$row_id` alone. Unknown ids are passed over. Returns rows deleted. */
  delete(path: Path, body: Uint8Array): Promise<number>;
  /** The snapshot with this transaction's own writes up to the call. Abandoning the iteration frees everything. */
  scan(path: Path, options: ScanOptions): AsyncIterable<ScanBatch>;

  /** Resolves when durable. On a ConflictError the transaction is rolled back. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** A rollback, or nothing when the transaction has ended already, by whatever hand. */
  abandon(): Promise<void>;
}
