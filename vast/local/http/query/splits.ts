import { FINISHED_CURSOR, LIMIT_ROWS, SPLIT, startRowId, SUB_SPLITS } from '../../../wire/headers.ts';
import type { Path, Transaction } from '../../store/types.ts';
import { invalidArgument } from '../errors.ts';
import type { Call } from '../request.ts';

/** Rows of VAST's unit of reading. */
export const ROW_GROUP_ROWS = 65_536;

/** Row ids end before this; it is also the cursor of a sub-split that has delivered everything. */
export const FINISHED = Number(FINISHED_CURSOR);

/** As split number: how many row groups has this sorted table? */
const ESTIMATE_SPLIT = 0xffff_fffc;

const MAX_SUB_SPLITS = 1024;

/** Which rows a call reads, from its headers. */
export interface Split {
  /** The number of row groups is asked for instead of rows. */
  readonly estimate: boolean;
  /** Streams of the answer, by id. */
  readonly subSplits: readonly SubSplit[];
  /** Rows of one sub-split in one answer, at most. */
  readonly limitRows: number;
}

/**
 * Rows are dealt in blocks of `blockRows` row ids: block b belongs to slot b mod `slots`. Every row is in exactly one sub-split of
 * one split, and a small table is in the first one as a whole, in order.
 */
export interface SubSplit {
  readonly id: number;
  readonly slot: number;
  readonly slots: number;
  readonly blockRows: number;
  /** Row id to go on from; {@link FINISHED} when it delivered all in an answer before. */
  readonly cursor: number;
}

export function splitOf(call: Call): Split {
  const numbers = (call.header(SPLIT) ?? '0,1,8').split(',').map(Number);
  const [split = -1, splits = 0, rowGroups = 0] = numbers;
  if (numbers.length !== 3 || ![split, splits, rowGroups].every(Number.isSafeInteger) || split < 0 || splits < 1 || rowGroups < 1) {
    throw invalidArgument(`header ${SPLIT} is "${call.header(SPLIT)}": expected SPLIT,SPLITS,ROW_GROUPS`);
  }
  const estimate = split === ESTIMATE_SPLIT;
  if (!estimate && split >= splits) throw invalidArgument(`split ${split} is not one of ${splits}`);
  const count = call.integerHeader(SUB_SPLITS, 1);
  if (count < 1 || count > MAX_SUB_SPLITS) throw invalidArgument(`header ${SUB_SPLITS} is ${count}: expected 1 to ${MAX_SUB_SPLITS}`);
  const subSplits = Array.from({ length: count }, (_, id): SubSplit => ({
    id,
    slot: split * count + id,
    slots: splits * count,
    blockRows: rowGroups * ROW_GROUP_ROWS,
    cursor: cursorOf(call, id),
  }));
  return { estimate, subSplits, limitRows: Math.max(1, call.integerHeader(LIMIT_ROWS, 131_072)) };
}

/** Header `tabular-start-row-id-<id>: id,CURSOR`. Java leaves out the ones that are finished, once any was answered. */
function cursorOf(call: Call, id: number): number {
  const text = call.header(startRowId(id));
  if (text === undefined) return Object.keys(call.headers).some((name) => name.startsWith('tabular-start-row-id-')) ? FINISHED : 0;
  const match = /^(\d+),(\d+)$/.exec(text.replaceAll(' ', ''));
  const cursor = Number(match?.[2]);
  if (match === null || Number(match[1]) !== id || cursor > FINISHED) throw invalidArgument(`header ${startRowId(id)} is "${text}": expected ${id},ROW_ID`);
  return cursor;
}

/** Ranges of row ids of a sub-split from its cursor on, in order, up to the last row of the table. */
export async function* rangesOf(subSplit: SubSplit, transaction: Transaction, path: Path): AsyncGenerator<{ readonly from: number; readonly to: number }> {
  const { slots, blockRows, cursor } = subSplit;
  if (slots === 1) {
    yield { from: cursor, to: FINISHED };
    return;
  }
  let from = ownRowFrom(subSplit, cursor);
  while (from < FINISHED) {
    // Row ids given by writers leave gaps of any size: ask where the next row is instead of walking over them.
    const next = await firstRowFrom(transaction, path, from);
    if (next === undefined) return;
    from = ownRowFrom(subSplit, next);
    const to = (Math.floor(from / blockRows) + 1) * blockRows;
    if (from < FINISHED) yield { from, to: Math.min(to, FINISHED) };
    from = ownRowFrom(subSplit, to);
  }
}

/** The smallest row id of the sub-split that is not below `row`. */
function ownRowFrom({ slot, slots, blockRows }: SubSplit, row: number): number {
  const block = Math.floor(row / blockRows);
  const ahead = (slot - (block % slots) + slots) % slots;
  return ahead === 0 ? row : (block + ahead) * blockRows;
}

async function firstRowFrom(transaction: Transaction, path: Path, from: number): Promise<number | undefined> {
  for await (const { rowIds } of transaction.scan(path, { columns: [], ranges: [{ from, to: FINISHED }], limit: 1 })) {
    if (rowIds.length > 0) return rowIds[0];
  }
  return undefined;
}
