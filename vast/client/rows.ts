import { DataType, makeData, RecordBatch, Schema, Field, Struct, Uint64, type Vector } from 'apache-arrow';
import { encodeBatch, type Pieces } from '../wire/ipc.ts';
import { decodeBatches, decoded } from './answers.ts';
import { FatalError, ProtocolError } from './errors.ts';
import type { CallScope, TablePath } from './scope.ts';

/** Column of row ids in answers, updates and deletes. */
export const ROW_ID = '$row_id';

/** Largest body sent. VAST's ceiling is 5 MiB; its SDK stays at 98 % of it for inserts and 90 % for updates and deletes. */
const MAX_BODY_BYTES = 4_700_000;
/** So that the answer, 8 or 16 bytes a row, stays below the same ceiling. */
const MAX_INSERT_ROWS = 300_000;
const MAX_UPDATE_ROWS = 524_288;

/** A slice of a batch as it will be sent. */
interface Part {
  readonly rows: number;
  readonly body: Pieces;
}

/**
 * Inserts the rows of a batch, in as many requests as their size asks for.
 * @returns the row ids that VAST gave, in order of the rows, a vector (uint64, or decimal for sorted tables) for each request
 */
export async function insertRows(scope: CallScope, path: TablePath, batch: RecordBatch): Promise<Vector[]> {
  const ids: Vector[] = [];
  for (const part of partsOf(scope, path, 'insert', batch, MAX_INSERT_ROWS)) {
    const answer = await scope.call({
      operation: 'insert', effect: 'statement', method: 'POST', target: scope.target(path, 'rows'), body: part.body, place: path,
    });
    const given = decoded(answer, 'insert', rowIdsOf);
    if (given.length !== part.rows) {
      throw new ProtocolError(`${part.rows} rows were sent, but ${given.length} row ids came back`, {
        operation: 'insert', bucket: scope.bucket, ...path,
      });
    }
    ids.push(given);
  }
  return ids;
}

/** @param batch first column `$row_id`, ascending; then the columns that change */
export async function updateRows(scope: CallScope, path: TablePath, batch: RecordBatch): Promise<void> {
  const [first] = batch.schema.fields;
  if (first?.name !== ROW_ID || batch.numCols < 2) {
    throw new FatalError(`an update needs the column ${ROW_ID} first and at least one column after it`, {
      operation: 'update', bucket: scope.bucket, ...path,
    });
  }
  await sendRows(scope, path, 'update', 'PUT', batch);
}

export async function deleteRows(scope: CallScope, path: TablePath, ids: BigUint64Array): Promise<void> {
  const sorted = ids.toSorted();
  const data = makeData({ type: new Uint64(), data: sorted, length: sorted.length });
  const schema = new Schema([new Field(ROW_ID, new Uint64(), true)]);
  const rows = makeData({ type: new Struct(schema.fields), length: sorted.length, children: [data] });
  await sendRows(scope, path, 'delete', 'DELETE', new RecordBatch(schema, rows));
}

async function sendRows(
  scope: CallScope, path: TablePath, operation: 'update' | 'delete', method: 'PUT' | 'DELETE', batch: RecordBatch,
): Promise<void> {
  const ids = batch.getChildAt(0)?.toArray() as unknown;
  // Only ids of sorted tables are not bigints; their order is the server's business.
  for (let row = 1; ids instanceof BigUint64Array && row < ids.length; row++) {
    if ((ids[row - 1] ?? 0n) >= (ids[row] ?? 0n)) {
      throw new FatalError(`row ids must ascend without repetition, row ${row} does not`, { operation, bucket: scope.bucket, ...path });
    }
  }
  for (const part of partsOf(scope, path, operation, batch, MAX_UPDATE_ROWS)) {
    await scope.call({ operation, effect: 'statement', method, target: scope.target(path, 'rows'), body: part.body, place: path });
  }
}

/** Slices of a batch that each fit a request: by the row limit first, then by the measured size, halving what is too large. */
function* partsOf(scope: CallScope, path: TablePath, operation: string, batch: RecordBatch, maxRows: number): Generator<Part> {
  if (batch.numRows === 0) return;
  if (batch.numRows <= maxRows) {
    const body = encodeBatch(batch);
    if (body.byteLength <= MAX_BODY_BYTES) {
      yield { rows: batch.numRows, body };
      return;
    }
    if (batch.numRows === 1) {
      throw new FatalError(`one row takes ${body.byteLength} bytes, more than a request may hold (${MAX_BODY_BYTES})`, {
        operation, bucket: scope.bucket, ...path,
      });
    }
    const pieces = Math.ceil((body.byteLength / MAX_BODY_BYTES) * 1.02);
    yield* slices(scope, path, operation, batch, Math.ceil(batch.numRows / Math.max(2, pieces)), maxRows);
    return;
  }
  yield* slices(scope, path, operation, batch, maxRows, maxRows);
}

function* slices(
  scope: CallScope, path: TablePath, operation: string, batch: RecordBatch, rows: number, maxRows: number,
): Generator<Part> {
  for (let from = 0; from < batch.numRows; from += rows) {
    yield* partsOf(scope, path, operation, batch.slice(from, Math.min(batch.numRows, from + rows)), maxRows);
  }
}

function rowIdsOf(body: Uint8Array): Vector {
  const batches = decodeBatches(body);
  const ids = batches[0]?.getChild(ROW_ID);
  if (batches.length !== 1 || ids === null || ids === undefined) throw new RangeError(`expected one batch with the column ${ROW_ID}`);
  if (!DataType.isInt(ids.type) && !DataType.isDecimal(ids.type)) throw new RangeError(`${ROW_ID} has type ${String(ids.type)}`);
  return ids;
}

/** A batch with the row ids of `ids` in front, for an update. */
export function withRowIds(ids: BigUint64Array, batch: RecordBatch): RecordBatch {
  const schema = new Schema([new Field(ROW_ID, new Uint64(), true), ...batch.schema.fields]);
  const column = makeData({ type: new Uint64(), data: ids, length: ids.length });
  const rows = makeData({ type: new Struct(schema.fields), length: batch.numRows, children: [column, ...batch.data.children] });
  return new RecordBatch(schema, rows);
}
