import { RecordBatch, Schema, Struct, Data } from 'apache-arrow';
import type { Path, ScanBatch, Transaction } from '../../store/types.ts';
import { END_OF_STREAM, schemaMessage } from '../answer.ts';
import { rowIdData } from '../row-ids.ts';
import { batchMessage } from './batch-message.ts';
import type { FrameWriter } from './frames.ts';
import { sorted } from './order.ts';
import type { Columns, Plan } from './plan.ts';
import { FINISHED, rangesOf, type Split, type SubSplit } from './splits.ts';

/** A page ends at this size, so that what an answer holds in memory does not grow with the width of rows. */
const PAGE_BYTES = 8 * 1024 * 1024;
/** A table of many small inserts has small batches; each costs a frame per column. */
const PAGE_BATCHES = 4096;

export interface Selection {
  readonly transaction: Transaction;
  readonly path: Path;
  readonly plan: Plan;
  readonly split: Split;
  /** Columns that the rows of a page are sorted by; empty for the order of row ids. */
  readonly sortedBy: readonly string[];
  /** Longest silence on the wire while rows are sought. */
  readonly keepAliveMs: number;
  /** The reader went away. */
  readonly signal: AbortSignal;
}

/** Answers every sub-split that has not ended with at least one page: a client asks again for one that it did not hear of. */
export async function select(selection: Selection, frames: FrameWriter): Promise<void> {
  for (const subSplit of selection.split.subSplits) {
    if (subSplit.cursor < FINISHED) await selectSubSplit(selection, subSplit, frames);
  }
  frames.completed();
}

async function selectSubSplit(selection: Selection, subSplit: SubSplit, frames: FrameWriter): Promise<void> {
  const { plan, signal } = selection;
  const page = new PageBuilder(plan);
  let remaining = selection.split.limitRows;
  let cursor = subSplit.cursor;
  for await (const { from, to } of rangesOf(subSplit, selection.transaction, selection.path)) {
    for await (const batch of scan(selection, from, to, remaining)) {
      if (signal.aborted) return;
      page.add(batch);
      remaining -= batch.rowIds.length;
      cursor = (batch.rowIds.at(-1) ?? cursor) + 1;
      if (remaining <= 0) break;
      if (page.full) await send(selection, subSplit, page, cursor, frames);
      frames.keepAlive(selection.keepAliveMs);
    }
    if (signal.aborted) return;
    if (remaining <= 0) break;
    frames.keepAlive(selection.keepAliveMs);
  }
  await send(selection, subSplit, page, remaining <= 0 ? cursor : FINISHED, frames);
}

function scan({ transaction, path, plan }: Selection, from: number, to: number, limit: number): AsyncIterable<ScanBatch> {
  const predicate = plan.predicate === undefined ? {} : { predicate: plan.predicate };
  return transaction.scan(path, { columns: plan.columns, ranges: [{ from, to }], limit, ...predicate });
}

/** Collects the rows of one page. */
class PageBuilder {
  readonly #plan: Plan;
  #batches: Columns[] = [];
  #bytes = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get full(): boolean {
    return this.#bytes >= PAGE_BYTES || this.#batches.length >= PAGE_BATCHES;
  }

  add({ batch, rowIds }: ScanBatch): void {
    if (rowIds.length === 0) return;
    const data = batch.data.children;
    this.#bytes += data.reduce((sum, column) => sum + column.byteLength, 0);
    this.#batches.push({ rows: rowIds.length, data, rowIds: rowIdData(rowIds, this.#plan.wideRowIds) });
  }

  take(): Columns[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#bytes = 0;
    return batches;
  }
}

/** A page: for each leaf a whole IPC stream, all of the same number of rows. */
async function send(selection: Selection, { id }: SubSplit, page: PageBuilder, cursor: number, frames: FrameWriter): Promise<void> {
  const { plan, sortedBy } = selection;
  const taken = page.take();
  const batches = sortedBy.length > 0 && taken.length > 0 ? [sorted(taken, plan, sortedBy)] : taken;
  if (plan.leaves.length === 0) {
    await sendCount(batches.reduce((sum, { rows }) => sum + rows, 0), id, cursor, frames);
    return;
  }
  for (const leaf of plan.leaves) {
    await frames.frame(id, cursor, [schemaMessage(leaf.schema)]);
    for (const { data, rowIds } of batches) {
      const column = leaf.column < 0 ? rowIds : data[leaf.column];
      if (column === undefined) throw new RangeError(`the scan gave no column ${plan.columns[leaf.column]}`);
      await frames.frame(id, cursor, batchMessage(leaf.batchOf(column)));
    }
    await frames.frame(id, cursor, [END_OF_STREAM]);
  }
}

/** A page of no columns: a batch that has only a number of rows. */
export async function sendCount(rows: number, stream: number, cursor: number, frames: FrameWriter): Promise<void> {
  const schema = new Schema([]);
  const batch = new RecordBatch(schema, new Data(new Struct([]), 0, rows, 0));
  await frames.frame(stream, cursor, [schemaMessage(schema)]);
  await frames.frame(stream, cursor, batchMessage(batch));
  await frames.frame(stream, cursor, [END_OF_STREAM]);
}
