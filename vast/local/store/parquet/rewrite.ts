import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Data, RecordBatch } from 'apache-arrow';
import { gather, picks } from '../arrow/gather.ts';
import { decodeSchema, makeBatch } from '../arrow/ipc.ts';
import type { Column } from '../catalog/catalog.ts';
import { zoneOf } from '../predicate/zones.ts';
import { BATCH_ROWS, scan, SLICE_BYTES } from '../rows/scan.ts';
import { toRuns } from '../rows/row-ids.ts';
import type { GroupMeta, Sources } from '../rows/sources.ts';
import type { Delta, FileSegment, Segment } from '../rows/version.ts';
import type { ScanBatch } from '../types.ts';
import { encodeMeta, metaPath } from './meta.ts';
import { writeParquetFile } from './writer.ts';

const GROUPS_PER_FILE = 16;

/** Rows per file at most: what a file of this size holds is not rewritten for being small. */
export const FILE_ROWS = GROUPS_PER_FILE * BATCH_ROWS;

/** What becomes of some segments of a table: everything in here survives a structured clone. */
export interface RewriteJob {
  readonly table: number;
  /** Columns now, as an Arrow schema, and their ids. */
  readonly schema: Uint8Array;
  readonly columnIds: readonly number[];
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
  /** Number of the first file to write; those that follow count up. */
  readonly firstFile: number;
  /** Where new Parquet files and their meta files go. */
  readonly spare: string;
  readonly meta: string;
}

/** Writes the live rows of the job's segments to new files, in order of row id. */
export async function rewrite(job: RewriteJob, sources: Sources): Promise<FileSegment[]> {
  const fields = decodeSchema(job.schema).fields;
  const columns = fields.map((field, i): Column => ({ id: job.columnIds[i], field }));
  const rows = scan({
    segments: job.segments, deltas: job.deltas, columns, predicateColumns: [],
    ranges: [{ from: 0, to: Infinity }], limit: Infinity,
  }, sources);
  const groups = new Regroup(rows);
  const files: FileSegment[] = [];
  while (await groups.hasMore()) {
    const name = `${job.table}-${String(job.firstFile + files.length).padStart(10, '0')}.parquet`;
    const metas: GroupMeta[] = [];
    const batches = async function* (): AsyncGenerator<RecordBatch> {
      while (metas.length < GROUPS_PER_FILE && (await groups.hasMore())) {
        const { rowIds, batch } = groups.next();
        const zones = columns.flatMap(({ id }, i) => {
          const zone = zoneOf(batch.data.children[i]);
          return zone === undefined ? [] : [[id, zone] as const];
        });
        metas.push({ rows: rowIds.length, runs: toRuns(rowIds), zones: new Map(zones) });
        yield batch;
      }
    };
    const bytes = await writeParquetFile(join(job.spare, name), groups.rows, batches());
    await writeFile(metaPath(job.meta, name), encodeMeta(metas), { flush: true });
    const last = metas.at(-1)!.runs;
    files.push({
      kind: 'file', name, bytes, rows: metas.reduce((sum, meta) => sum + meta.rows, 0), groupRows: groups.rows,
      from: metas[0].runs[0], to: last.at(-2)! + last.at(-1)!,
      columns: columns.map(({ id, field }) => ({ id, name: field.name })), seq: 0,
    });
    groups.resize();
  }
  return files;
}

/** Cuts a scan into batches of equal length. */
class Regroup {
  readonly #batches: AsyncIterator<ScanBatch>;
  #kept: ScanBatch[] = [];
  #keptRows = 0;
  #ended = false;
  /** Rows of the batches of this file; the last may have fewer. */
  rows = 0;

  constructor(batches: AsyncIterable<ScanBatch>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Reads until a batch is complete. */
  async hasMore(): Promise<boolean> {
    while (!this.#ended && (this.rows === 0 || this.#keptRows < this.rows)) {
      const { value, done } = await this.#batches.next() as IteratorResult<ScanBatch, undefined>;
      if (done === true) {
        this.#ended = true;
        break;
      }
      this.#kept.push(value);
      this.#keptRows += value.rowIds.length;
      if (this.rows === 0) this.resize();
    }
    return this.#keptRows > 0;
  }

  /** Fits the length to the width of the rows at hand; only between files. */
  resize(): void {
    const bytes = this.#kept.reduce((sum, { batch }) => sum + batch.data.byteLength, 0);
    if (this.#keptRows > 0) this.rows = Math.max(1, Math.min(BATCH_ROWS, Math.floor((SLICE_BYTES * this.#keptRows) / Math.max(1, bytes))));
  }

  next(): ScanBatch {
    const first = this.#kept[0];
    if (first.rowIds.length === Math.min(this.rows, this.#keptRows)) {
      this.#kept.shift();
      this.#keptRows -= first.rowIds.length;
      return first;
    }
    const n = Math.min(this.rows, this.#keptRows);
    const rowIds = new Float64Array(n);
    const rows = new Int32Array(n);
    const sources = new Uint32Array(n);
    let at = 0;
    for (let s = 0; at < n; s++) {
      const { rowIds: ids } = this.#kept[s];
      for (let row = 0; row < ids.length && at < n; row++, at++) {
        rowIds[at] = ids[row]!;
        rows[at] = row;
        sources[at] = s;
      }
    }
    const fields = first.batch.schema.fields;
    const which = picks(rows, sources);
    const take = (column: number): Data => gather(fields[column].type, this.#kept.map(({ batch }) => batch.data.children[column]), which, fields[column].nullable);
    const out = { rowIds, batch: makeBatch(fields, fields.map((_, i) => take(i)), n) };
    this.#drop(n);
    return out;
  }

  #drop(n: number): void {
    this.#keptRows -= n;
    while (n > 0) {
      const first = this.#kept[0];
      const length = first.rowIds.length;
      if (length > n) {
        const rows = Int32Array.from({ length: length - n }, (_, i) => n + i);
        const which = picks(rows);
        const { fields } = first.batch.schema;
        const columns = fields.map((field, i) => gather(field.type, [first.batch.data.children[i]], which, field.nullable));
        this.#kept[0] = { rowIds: first.rowIds.subarray(n), batch: makeBatch(fields, columns, length - n) };
        return;
      }
      this.#kept.shift();
      n -= length;
    }
  }
}
