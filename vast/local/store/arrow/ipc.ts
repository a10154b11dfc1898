import { isUtf8 } from 'node:buffer';
import {
  DataType, makeData, RecordBatch, RecordBatchReader, RecordBatchStreamWriter, Schema, Struct, Table, type Data, type Field,
} from 'apache-arrow';
import { InvalidError } from '../errors.ts';
import { byteWidth, isVariableWidth, valueBytes } from './types.ts';

export function encodeSchema(schema: Schema): Uint8Array {
  return RecordBatchStreamWriter.writeAll(new Table(schema)).toUint8Array(true);
}

/** The schema at the head of an IPC stream; what follows it is not read. */
export function decodeSchema(bytes: Uint8Array): Schema {
  try {
    return RecordBatchReader.from(bytes).open({ autoDestroy: true }).schema;
  } catch (error) {
    throw new InvalidError('malformed', `not an Arrow schema: ${String(error)}`);
  }
}

export function encodeBatch(batch: RecordBatch): Uint8Array {
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}

/** A batch over columns that exist already; `rows` matters where there are none. */
export function makeBatch(fields: readonly Field[], columns: readonly Data[], rows: number): RecordBatch {
  const data = makeData({ type: new Struct([...fields]), length: rows, nullCount: 0, children: [...columns] });
  return new RecordBatch(new Schema([...fields]), data);
}

/**
 * The single record batch of a stream that the store wrote or has checked.
 * Its columns are views of `bytes` where these are aligned.
 */
export function decodeBatch(bytes: Uint8Array): RecordBatch {
  const batches = [...RecordBatchReader.from(bytes)];
  if (batches.length !== 1) throw new InvalidError('malformed', `an Arrow stream with ${batches.length} record batches, expected 1`);
  return batches[0];
}

/** The batch of a stream from outside: nothing in it reaches beyond its buffers, text is UTF-8. */
export function decodeUntrusted(bytes: Uint8Array): RecordBatch {
  let batch: RecordBatch;
  try {
    batch = decodeBatch(bytes);
    batch.data.children.forEach((column, i) => check(column, batch.schema.fields[i]));
  } catch (error) {
    if (error instanceof InvalidError) throw error;
    throw new InvalidError('malformed', `not an Arrow stream of one uncompressed record batch: ${String(error)}`);
  }
  return batch;
}

/** @throws InvalidError naming the column where buffers are too short, offsets fall, or text is not UTF-8 */
function check(data: Data, field: Field, column = field.name): void {
  const { length, type } = data;
  const fail = (what: string): never => {
    throw new InvalidError('malformed', `column ${column}: ${what}`);
  };
  const bits = data.nullBitmap as Uint8Array | undefined;
  if (bits !== undefined && bits.byteLength > 0 && bits.byteLength * 8 < length) fail('validity bitmap is shorter than the column');
  if (data.nullCount > 0 && (bits === undefined || bits.byteLength === 0)) fail('nulls without a validity bitmap');
  if (!field.nullable && data.nullCount > 0) throw new InvalidError('not-null', `column ${column} holds nulls and is not nullable`);
  const width = byteWidth(type);
  const values = valueBytes(data);
  if (width > 0 && values.byteLength < length * width) fail(`${values.byteLength} bytes hold no ${length} values of ${width}`);
  if (DataType.isBool(type) && values.byteLength * 8 < length) fail('values are shorter than the column');
  if (isVariableWidth(type) || DataType.isList(type) || DataType.isMap(type)) {
    const offsets = data.valueOffsets as Int32Array;
    const end = length === 0 ? 0 : checkOffsets(offsets, length, fail);
    const available = isVariableWidth(type) ? values.byteLength : data.children[0].length;
    if (end > available) fail(`offsets reach ${end} of ${available}`);
    if (DataType.isUtf8(type) && !isUtf8(values.subarray(length === 0 ? 0 : offsets[0], end))) fail('text is not UTF-8');
  }
  if (DataType.isFixedSizeList(type) && data.children[0].length < length * type.listSize) fail('items are missing');
  const children = (type as DataType & { children?: Field[] | null }).children ?? [];
  // A child's nulls below a null parent are no values of the child, whatever its field says.
  children.forEach((child, i) => {
    const below = data.children[i];
    if (DataType.isStruct(type) && below.length < length) fail(`child ${child.name} is shorter than its struct`);
    const relaxed = data.nullCount > 0 && !child.nullable && !DataType.isMap(type) ? child.clone({ nullable: true }) : child;
    check(below, relaxed, `${column}.${child.name}`);
  });
}

/** Returns the last offset. */
function checkOffsets(offsets: Int32Array, length: number, fail: (what: string) => never): number {
  if (offsets.length < length + 1) fail(`${offsets.length} offsets for ${length} values`);
  let previous = offsets[0];
  if (previous < 0) fail('an offset is negative');
  for (let i = 1; i <= length; i++) {
    const next = offsets[i];
    if (next < previous) fail(`offset ${i} falls from ${previous} to ${next}`);
    previous = next;
  }
  return previous;
}
