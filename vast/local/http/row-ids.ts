import { Data, Decimal, Field, Schema, Uint64, type DataType } from 'apache-arrow';
import type { RowIds } from '../store/types.ts';
import { END_OF_STREAM, schemaMessage } from './answer.ts';
import { batchMessage } from './query/batch-message.ts';
import { batchOf } from './query/leaf.ts';

export const ROW_ID = '$row_id';

/** Row ids are unsigned 64-bit integers; those of sorted tables decimals of 38 digits. */
const WIDE = new Decimal(0, 38, 128);
const NARROW = new Uint64();

export function rowIdField(wide: boolean): Field {
  return new Field(ROW_ID, wide ? WIDE : NARROW, false);
}

/** Ids as Arrow values. An id is below 2^48, so its two low words say it all. */
export function rowIdData(ids: RowIds, wide: boolean): Data {
  const words = wide ? 4 : 2;
  const count = ids instanceof Float64Array ? ids.length : ids.count;
  const values = new Uint32Array(words * count);
  for (let row = 0; row < count; row++) {
    const id = ids instanceof Float64Array ? (ids[row] ?? 0) : ids.first + row;
    values[words * row] = id;
    values[words * row + 1] = id / 2 ** 32;
  }
  // Arrow keeps 64-bit integers as bigints and decimals as words.
  const buffer = wide ? values : new BigUint64Array(values.buffer);
  return new Data<DataType>(wide ? WIDE : NARROW, 0, count, 0, [undefined, buffer]);
}

/** An IPC stream of one batch with one column. */
export function rowIdsStream(ids: RowIds, wide: boolean): Uint8Array {
  const schema = new Schema([rowIdField(wide)]);
  return Buffer.concat([schemaMessage(schema), ...batchMessage(batchOf(schema, rowIdData(ids, wide))), END_OF_STREAM]);
}
