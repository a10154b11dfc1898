import type { Data } from 'apache-arrow';
import { makeData, Uint64 } from 'apache-arrow';
import { gather, picks } from '../arrow/gather.ts';
import { makeBatch } from '../arrow/ipc.ts';
import type { Column } from '../catalog/catalog.ts';
import { columnsOf, select } from '../predicate/evaluate.ts';
import type { Predicate } from '../predicate/predicate.ts';
import { mayMatch, type Zone } from '../predicate/zones.ts';
import type { ScanBatch } from '../types.ts';
import { isAscending, lowerBound, sharedId, toUint64 } from './row-ids.ts';
import { chunkColumns, chunkIds, Slice, type Chunk } from './slice.ts';
import type { GroupMeta, Sources } from './sources.ts';
import type { Delta, Segment } from './version.ts';

/** Rows of a batch at most, and of a Parquet row group. */
export const BATCH_ROWS = 65_536;

/** Arrow bytes of a slice at most, by the average of what it is made of: wide rows come in smaller batches. */
export const SLICE_BYTES = 64 << 20;

export interface ScanRequest {
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
  readonly columns: readonly Column[];
  readonly predicate?: Predicate;
  /** Columns that the predicate names; `$row_id` excepted. */
  readonly predicateColumns: readonly Column[];
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly limit: number;
}

/** Rows ascending by id. The first columns of what comes next are loaded while the consumer works. */
export async function* scan(request: ScanRequest, sources: Sources): AsyncGenerator<ScanBatch> {
  const chunks = await chunksOf(request, sources);
  const clusters = clusterByOverlap(chunks);
  const first = request.predicate === undefined ? request.columns : request.predicateColumns;
  const ids = first.map((column) => column.id);
  const load = (cluster: readonly Chunk[] | undefined): void => {
    const chunk = cluster?.[0];
    if (chunk !== undefined && ids.length > 0) chunkColumns(chunk, ids, sources).catch(() => undefined);
  };
  let left = request.limit;
  for (let i = 0; i < clusters.length && left > 0; i++) {
    load(clusters[i + 1]);
    for await (const slice of slicesOf(clusters[i], request, sources)) {
      const batch = await batchOf(slice, request, left);
      if (batch === undefined) continue;
      left -= batch.rowIds.length;
      yield batch;
      if (left <= 0) return;
    }
  }
}

/** Pieces that may hold a row of the ranges that satisfies the predicate. */
async function chunksOf(request: ScanRequest, sources: Sources): Promise<Chunk[]> {
  const { ranges, predicate } = request;
  const wanted = (from: number, to: number): boolean => ranges.some((range) => range.from < to && from < range.to);
  const idOf = new Map(request.predicateColumns.map((column) => [column.field.name, column.id]));
  const chunks: Chunk[] = [];
  for (const segment of request.segments) {
    if (!wanted(segment.from, segment.to)) continue;
    if (segment.kind === 'insert') {
      const { rows, from, to, at } = segment;
      chunks.push({ segment, group: 0, rows, bytes: at.length, from, to });
      continue;
    }
    const groups = await sources.meta(segment);
    groups.forEach((meta, group) => {
      const { rows, runs } = meta;
      const [from, to] = [runs[0], runs.at(-2)! + runs.at(-1)!];
      if (!wanted(from, to)) return;
      const changed = request.deltas.some((delta) => delta.kind === 'update' && touches(delta, from, to));
      if (predicate !== undefined && !changed && !mayMatch(predicate, rows, zoneOf(meta, segment.columns, idOf, from, to))) return;
      // The writer made row groups as large as SLICE_BYTES or BATCH_ROWS allow.
      chunks.push({ segment, group, rows, bytes: Math.round((rows / segment.groupRows) * SLICE_BYTES), from, to, runs });
    });
  }
  return chunks.sort((a, b) => a.from - b.from);
}

function zoneOf(
  meta: GroupMeta, columns: readonly { readonly id: number }[], idOf: ReadonlyMap<string, number>, from: number, to: number,
): (ref: { name: string; path?: readonly number[] }) => Zone | undefined {
  return ({ name, path }) => {
    if (name === '$row_id') return { nulls: 0, min: from, max: to - 1 };
    const id = idOf.get(name)!;
    if (!columns.some((column) => column.id === id)) return { nulls: meta.rows };
    return path === undefined || path.length === 0 ? meta.zones.get(id) : undefined;
  };
}

function touches(delta: Delta, from: number, to: number): boolean {
  const at = lowerBound(delta.ids, from);
  return at < delta.ids.length && delta.ids[at] < to;
}

/** Chunks whose ranges of ids overlap, together. */
function clusterByOverlap(chunks: readonly Chunk[]): Chunk[][] {
  const clusters: Chunk[][] = [];
  let end = -1;
  for (const chunk of chunks) {
    if (chunk.from < end) clusters.at(-1)!.push(chunk);
    else clusters.push([chunk]);
    end = Math.max(end, chunk.to);
  }
  return clusters;
}

async function* slicesOf(cluster: readonly Chunk[], request: ScanRequest, sources: Sources): AsyncGenerator<Slice> {
  const [from, to] = [cluster[0].from, Math.max(...cluster.map((chunk) => chunk.to))];
  const deltas = request.deltas.filter((delta) => touches(delta, from, to));
  const parts = await Promise.all(cluster.map((chunk) => chunkIds(chunk, sources)));
  const total = parts.reduce((sum, ids) => sum + ids.length, 0);
  const { ids, rows, chunkOf } = merge(parts, total);
  const bytes = cluster.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const most = Math.max(1, Math.min(BATCH_ROWS, Math.floor((SLICE_BYTES * total) / Math.max(1, bytes))));
  for (const range of request.ranges) {
    const end = lowerBound(ids, range.to);
    for (let start = lowerBound(ids, range.from); start < end; start += most) {
      const stop = Math.min(end, start + most);
      const of = chunkOf?.subarray(start, stop);
      const used = of === undefined ? undefined : [...new Set(of)];
      const slice = used === undefined || of === undefined
        ? Slice.of(ids.subarray(start, stop), cluster, rows.subarray(start, stop), undefined, deltas, sources)
        : Slice.of(ids.subarray(start, stop), used.map((i) => cluster[i]), rows.subarray(start, stop), relabel(of, used), deltas, sources);
      if (slice.length > 0) yield slice;
    }
  }
}

function relabel(of: Uint32Array, used: readonly number[]): Uint32Array {
  const label = new Map(used.map((chunk, i) => [chunk, i]));
  return of.map((chunk) => label.get(chunk)!);
}

/** All ids ascending, with the row and the chunk of each. */
function merge(parts: readonly Float64Array[], total: number): { ids: Float64Array; rows: Int32Array; chunkOf: Uint32Array | undefined } {
  const ids = new Float64Array(total);
  const rows = new Int32Array(total);
  const chunkOf = new Uint32Array(total);
  let at = 0;
  parts.forEach((part, chunk) => {
    ids.set(part, at);
    for (let row = 0; row < part.length; row++) {
      rows[at] = row;
      chunkOf[at++] = chunk;
    }
  });
  if (isAscending(ids)) return { ids, rows, chunkOf: parts.length === 1 ? undefined : chunkOf };
  const order = Uint32Array.from({ length: total }, (_, i) => i).sort((a, b) => ids[a] - ids[b] || a - b);
  return {
    ids: Float64Array.from(order, (i) => ids[i]),
    rows: Int32Array.from(order, (i) => rows[i]),
    chunkOf: parts.length === 1 ? undefined : Uint32Array.from(order, (i) => chunkOf[i]),
  };
}

async function batchOf(slice: Slice, request: ScanRequest, left: number): Promise<ScanBatch | undefined> {
  const { predicate, predicateColumns, columns } = request;
  const read = new Map<number, Data>();
  let positions: Int32Array | undefined;
  if (predicate !== undefined) {
    const values = new Map<string, Data>();
    for (const column of predicateColumns) {
      const data = await slice.column(column, predicateColumns);
      values.set(column.field.name, data);
      read.set(column.id, data);
    }
    if (columnsOf(predicate).has('$row_id')) values.set('$row_id', rowIdData(slice.ids));
    positions = select(predicate, slice.length, (name) => values.get(name)!);
    if (positions?.length === 0) return undefined;
  }
  if ((positions?.length ?? slice.length) > left) positions = positions?.subarray(0, left) ?? Int32Array.from({ length: left }, (_, i) => i);
  const rest = columns.filter((column) => !read.has(column.id));
  const selected = positions === undefined ? slice : slice.select(positions);
  const which = positions === undefined ? undefined : picks(positions);
  const out = await Promise.all(columns.map(async (column) => {
    const data = read.get(column.id);
    if (data === undefined) return selected.column(column, rest);
    return which === undefined ? data : gather(column.field.type, [data], which, column.field.nullable);
  }));
  return { rowIds: selected.ids, batch: makeBatch(columns.map((column) => column.field), out, selected.length) };
}

function rowIdData(ids: Float64Array): Data {
  return makeData({ type: new Uint64(), length: ids.length, nullCount: 0, data: toUint64(ids) });
}

/** Which of the ascending `ids` are rows of the version that were not deleted. */
export async function existing(ids: Float64Array, segments: readonly Segment[], deltas: readonly Delta[], sources: Sources): Promise<Float64Array> {
  const request = {
    segments, deltas: deltas.filter((delta) => delta.kind === 'delete' && sharedId(delta.ids, ids) !== undefined), columns: [], predicateColumns: [],
    ranges: idRanges(ids), limit: Infinity,
  };
  const wanted = new Set(ids);
  const found: number[] = [];
  for await (const { rowIds } of scan(request, sources)) for (const id of rowIds) if (wanted.has(id)) found.push(id);
  return Float64Array.from(found);
}

/** Few ranges that cover the ids without reaching far beyond them. */
function idRanges(ids: Float64Array): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last !== undefined && id - last.to < BATCH_ROWS) last.to = id + 1;
    else ranges.push({ from: id, to: id + 1 });
  }
  return ranges;
}
