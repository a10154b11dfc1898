import type { Data, DataType } from 'apache-arrow';
import { gather, picks, type Picks } from '../arrow/gather.ts';
import type { Column } from '../catalog/catalog.ts';
import { lowerBound } from './row-ids.ts';
import { idsOfInsert, type Sources } from './sources.ts';
import type { Delta, FileSegment, InsertSegment } from './version.ts';

/** A piece of a version that is read as a whole: a batch in the log, or a row group of a file. */
export interface Chunk {
  readonly segment: InsertSegment | FileSegment;
  /** Row group; 0 for a batch. */
  readonly group: number;
  readonly rows: number;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** Row ids of a row group as pairs (first, count). */
  readonly runs?: readonly number[];
}

export function chunkColumns(chunk: Chunk, columnIds: readonly number[], sources: Sources): Promise<ReadonlyMap<number, Data>> {
  const { segment } = chunk;
  if (segment.kind === 'file') return sources.group(segment, chunk.group, columnIds);
  return sources.batch(segment.at).then((columns) => new Map(segment.columnIds.map((id, i) => [id, columns[i]])));
}

/** Ids of a chunk's rows in row order. */
export async function chunkIds(chunk: Chunk, sources: Sources): Promise<Float64Array> {
  const ids = new Float64Array(chunk.rows);
  let at = 0;
  if (chunk.segment.kind === 'insert') {
    const brought = await idsOfInsert(chunk.segment, sources);
    if (brought !== undefined) return brought;
  }
  const runs = chunk.runs ?? [chunk.from, chunk.rows];
  for (let i = 0; i < runs.length; i += 2) for (let k = 0; k < runs[i + 1]; k++) ids[at++] = runs[i] + k;
  return ids;
}

interface Override {
  readonly delta: Delta;
  /** Positions in the slice and rows of the delta's batch. */
  readonly at: number[];
  readonly rows: number[];
}

/** Some rows of some chunks, ascending by row id, as deltas left them. Columns are put together when asked for. */
export class Slice {
  readonly ids: Float64Array;
  readonly #chunks: readonly Chunk[];
  readonly #sources: Sources;
  readonly #picks: Picks;
  /** The rows are those of the only chunk, all of them. */
  readonly #whole: boolean;
  readonly #overrides: readonly Override[];

  private constructor(ids: Float64Array, chunks: readonly Chunk[], which: Picks, whole: boolean, overrides: readonly Override[], sources: Sources) {
    this.ids = ids;
    this.#chunks = chunks;
    this.#picks = which;
    this.#whole = whole;
    this.#overrides = overrides;
    this.#sources = sources;
  }

  /** @param rows row of its chunk for each id, and `chunkOf` which of `chunks`; rows that a delta deleted are dropped */
  static of(
    ids: Float64Array, chunks: readonly Chunk[], rows: Int32Array, chunkOf: Uint32Array | undefined, deltas: readonly Delta[], sources: Sources,
  ): Slice {
    const dead = deadRows(ids, chunks, chunkOf, deltas);
    if (dead !== undefined) {
      const live = Int32Array.from({ length: ids.length }, (_, i) => i).filter((i) => dead[i] === 0);
      ids = Float64Array.from(live, (i) => ids[i]);
      rows = live.map((i) => rows[i]);
      if (chunkOf !== undefined) chunkOf = Uint32Array.from(live, (i) => chunkOf![i]);
    }
    const overrides: Override[] = [];
    for (const delta of deltas) {
      if (delta.kind === 'delete') continue;
      const override: Override = { delta, at: [], rows: [] };
      eachShared(ids, delta, chunks, chunkOf, (position, k) => {
        override.at.push(position);
        override.rows.push(delta.batchRows[k]);
      });
      if (override.at.length > 0) overrides.push(override);
    }
    overrides.sort((a, b) => a.delta.seq - b.delta.seq);
    const whole = chunks.length === 1 && ids.length === chunks[0].rows && rows.every((row, i) => row === i);
    return new Slice(ids, chunks, picks(rows, chunkOf), whole, overrides, sources);
  }

  get length(): number {
    return this.ids.length;
  }

  /** The column's values of these rows, columns of `together` being read in the same request. */
  async column(column: Column, together: readonly Column[]): Promise<Data> {
    const wanted = together.map((c) => c.id);
    const from = await Promise.all(this.#chunks.map(async (chunk) => (await chunkColumns(chunk, wanted, this.#sources)).get(column.id)));
    const overrides = this.#overrides.filter(({ delta }) => delta.columnIds.includes(column.id));
    const { type, nullable } = column.field;
    if (overrides.length === 0) {
      if (this.#whole && from[0] !== undefined) return from[0];
      return gather(type, from, this.#picks, nullable);
    }
    return this.#overridden(type, nullable, column.id, from, overrides);
  }

  /** The rows at these positions. */
  select(positions: Int32Array): Slice {
    const { rows, sources } = this.#picks;
    const ids = Float64Array.from(positions, (i) => this.ids[i]);
    const which = picks(positions.map((i) => rows[i]), sources && Uint32Array.from(positions, (i) => sources[i]));
    const overrides = this.#overrides.map(({ delta, at, rows: batchRows }) => {
      const kept: Override = { delta, at: [], rows: [] };
      at.forEach((position, k) => {
        const now = lowerBoundOf(positions, position);
        if (positions[now] !== position) return;
        kept.at.push(now);
        kept.rows.push(batchRows[k]);
      });
      return kept;
    });
    return new Slice(ids, this.#chunks, which, false, overrides.filter(({ at }) => at.length > 0), this.#sources);
  }

  async #overridden(type: DataType, nullable: boolean, id: number, from: (Data | undefined)[], overrides: readonly Override[]): Promise<Data> {
    const rows = this.#picks.rows.slice();
    const sources = this.#picks.sources?.slice() ?? new Uint32Array(rows.length);
    const all = [...from];
    for (const { delta, at, rows: batchRows } of overrides) {
      const batch = await this.#sources.batch(delta.at);
      all.push(batch[delta.columnIds.indexOf(id)]);
      at.forEach((position, k) => {
        rows[position] = batchRows[k]!;
        sources[position] = all.length - 1;
      });
    }
    return gather(type, all, picks(rows, sources), nullable);
  }
}

/** Calls back for each row that a delta is about: the same id, written before the delta. */
function eachShared(
  ids: Float64Array, delta: Delta, chunks: readonly Chunk[], chunkOf: Uint32Array | undefined, found: (position: number, k: number) => void,
): void {
  if (ids.length === 0) return;
  let k = lowerBound(delta.ids, ids[0]);
  for (let position = 0; k < delta.ids.length; k++) {
    const id = delta.ids[k];
    if (id > ids.at(-1)!) return;
    position += lowerBound(ids.subarray(position), id);
    for (let p = position; ids[p] === id; p++) {
      if (chunks[chunkOf === undefined ? 0 : chunkOf[p]].segment.seq < delta.seq) found(p, k);
    }
  }
}

function deadRows(ids: Float64Array, chunks: readonly Chunk[], chunkOf: Uint32Array | undefined, deltas: readonly Delta[]): Uint8Array | undefined {
  let dead: Uint8Array | undefined;
  for (const delta of deltas) {
    if (delta.kind === 'delete') eachShared(ids, delta, chunks, chunkOf, (position) => ((dead ??= new Uint8Array(ids.length))[position] = 1));
  }
  return dead;
}

function lowerBoundOf(positions: Int32Array, value: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
