/** Where a body lies in the write-ahead log. */
export interface WalPosition {
  readonly file: number;
  /** Of the body's first byte. */
  readonly offset: number;
  readonly length: number;
}

/** Rows of one insert, as they came: an Arrow stream in the log. */
export interface InsertSegment {
  readonly kind: 'insert';
  readonly at: WalPosition;
  readonly rows: number;
  /** Smallest id and one past the largest. */
  readonly from: number;
  readonly to: number;
  /** Position of the batch's column that holds the row ids; absent where they run up from `from`. */
  readonly idColumn?: number;
  /** Column id of each column of the batch. */
  readonly columnIds: readonly number[];
  /** Order of the commits of a table. Greater than of everything it was written on top of. */
  readonly seq: number;
}

/** Sealed rows: a Parquet file in ascending order of row id. */
export interface FileSegment {
  readonly kind: 'file';
  /** File name, unique in the store. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** Rows of each row group but the last. */
  readonly groupRows: number;
  /** Columns in the file, by the names that they had when it was written. */
  readonly columns: readonly { readonly id: number; readonly name: string }[];
  readonly seq: 0;
}

export type Segment = InsertSegment | FileSegment;

/** Replacement values or deletion of rows that were written before: of segments with a smaller `seq`. */
export interface Delta {
  readonly kind: 'update' | 'delete';
  /** Ascending, distinct; each existed when the delta was written. */
  readonly ids: Float64Array;
  readonly seq: number;
  /** Of an update: row of the batch for each id, the batch, and its columns' ids (0 for `$row_id`). */
  readonly batchRows: Int32Array;
  readonly at: WalPosition;
  readonly columnIds: readonly number[];
}

/** All committed rows of a table at one moment. Immutable; a transaction that holds it reads it for as long as it likes. */
export interface TableVersion {
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
  /** Live rows. */
  readonly rows: number;
  /** Greater than every `seq` within. */
  readonly nextSeq: number;
}

export const EMPTY_VERSION: TableVersion = { segments: [], deltas: [], rows: 0, nextSeq: 1 };

/** What one transaction adds to a table, in order. */
export interface Additions {
  readonly segments: InsertSegment[];
  readonly deltas: Delta[];
  /** Inserted minus deleted. */
  rows: number;
}

/** `base` with what a transaction wrote on top of it; `seq` of the additions continues that of `base`. */
export function extend(base: TableVersion, added: Additions): TableVersion {
  // Additions were numbered against the writer's snapshot; the order among them is kept, and all come after `base`.
  const all = [...added.segments, ...added.deltas].sort((a, b) => a.seq - b.seq);
  const renumbered = new Map(all.map((item, i) => [item, { ...item, seq: base.nextSeq + i }]));
  return {
    segments: [...base.segments, ...added.segments.map((s) => renumbered.get(s) as InsertSegment)],
    deltas: [...base.deltas, ...added.deltas.map((d) => renumbered.get(d) as Delta)],
    rows: base.rows + added.rows,
    nextSeq: base.nextSeq + all.length,
  };
}

/** Bytes of the log and of files that a version stands on. */
export function versionBytes(version: TableVersion): number {
  let bytes = 0;
  for (const segment of version.segments) bytes += segment.kind === 'file' ? segment.bytes : segment.at.length;
  for (const delta of version.deltas) bytes += delta.at.length;
  return bytes;
}
