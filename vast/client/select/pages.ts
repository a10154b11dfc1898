import { makeData, RecordBatch, Schema, Struct, type Data } from 'apache-arrow';
import type { ColumnField } from '../../wire/column-types.ts';
import { readFrames } from '../../wire/query/frames.ts';
import { decodeBatches, decodeSchema } from '../answers.ts';
import { leafCount, mergeLeaves } from './leaves.ts';

/** The rows that one sub-split contributes to an answer. */
export interface Page {
  readonly subSplit: number;
  /** Where the sub-split goes on. */
  readonly cursor: bigint;
  readonly batches: readonly RecordBatch[];
}

/**
 * Puts an answer's frames together. A page is complete when the streams of all leaves have ended; VAST sends one leaf column in each
 * stream, other servers may send several.
 * @throws RangeError when a stream is cut short, or its columns are not those asked for
 */
export function* readPages(body: Uint8Array, selected: readonly ColumnField[]): Generator<Page> {
  const wanted = selected.reduce((sum, field) => sum + leafCount(field.type), 0);
  const open = new Map<number, { messages: Uint8Array[]; readonly columns: Column[] }>();
  for (const { subSplit, cursor, kind, message } of readFrames(body)) {
    const page = open.get(subSplit) ?? { messages: [], columns: [] };
    open.set(subSplit, page);
    page.messages.push(message);
    if (kind !== 'end') continue;
    const { columns, rows } = readColumns(page.messages);
    page.columns.push(...columns);
    page.messages = [];
    const leaves = page.columns.reduce((sum, column) => sum + column.leaves, 0);
    if (leaves < wanted) continue;
    open.delete(subSplit);
    yield { subSplit, cursor, batches: selected.length === 0 ? [countOnly(rows)] : assemble(selected, page.columns) };
  }
  const [unfinished] = open.keys();
  if (unfinished !== undefined) throw new RangeError(`the answer ends in the middle of sub-split ${unfinished}`);
}

/** One column of one stream, in as many chunks as the stream had batches. */
interface Column {
  readonly leaves: number;
  readonly chunks: readonly Data[];
}

function readColumns(messages: readonly Uint8Array[]): { readonly columns: Column[]; readonly rows: number } {
  const stream = concat(messages);
  const schema = decodeSchema(stream);
  const batches = decodeBatches(stream);
  const columns: Column[] = schema.fields.map((field: ColumnField, index) => ({
    leaves: leafCount(field.type),
    chunks: batches.length === 0
      ? [makeData({ type: field.type, length: 0 })]
      : batches.map((batch) => batch.data.children[index]).filter((chunk) => chunk !== undefined),
  }));
  return { columns, rows: batches.reduce((sum, batch) => sum + batch.numRows, 0) };
}

/** Columns may be chunked differently: every chunk is cut at the borders of all. */
function assemble(selected: readonly ColumnField[], columns: readonly Column[]): RecordBatch[] {
  const borders = [...new Set(columns.flatMap(({ chunks }) => endsOf(chunks)))].sort((a, b) => a - b);
  const [shortest, longest] = [Math.min, Math.max].map((pick) => pick(...columns.map(({ chunks }) => endsOf(chunks).at(-1) ?? 0)));
  if (shortest !== longest) throw new RangeError(`columns of one page have ${shortest} to ${longest} rows`);
  if (longest === 0) return [];
  const schema = new Schema([...selected]);
  return borders.map((to, index) => {
    const from = index === 0 ? 0 : (borders[index - 1] ?? 0);
    const pieces = columns.map(({ leaves, chunks }) => ({ leaves, data: sliceOf(chunks, from, to) }));
    const children = mergeLeaves(selected, pieces);
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: to - from, nullCount: 0, children }));
  });
}

function endsOf(chunks: readonly Data[]): number[] {
  let end = 0;
  return chunks.map(({ length }) => (end += length));
}

/** Rows `[from, to)` of a column, which lie in one of its chunks. */
function sliceOf(chunks: readonly Data[], from: number, to: number): Data {
  let start = 0;
  for (const chunk of chunks) {
    if (from >= start && to <= start + chunk.length) {
      return from === start && to === start + chunk.length ? chunk : chunk.slice(from - start, to - from);
    }
    start += chunk.length;
  }
  throw new RangeError(`no chunk holds rows ${from} to ${to}`);
}

/** A query without columns asks how many rows match. */
function countOnly(rows: number): RecordBatch {
  const schema = new Schema([]);
  return new RecordBatch(schema, makeData({ type: new Struct([]), length: rows, nullCount: 0, children: [] }));
}

/** Into memory of its own: Arrow's views want buffers aligned to 8 bytes, which frames are not. */
function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}
