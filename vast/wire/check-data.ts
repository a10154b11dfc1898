import { DataType, type Data, type RecordBatch } from 'apache-arrow';
import { typeText } from './column-types.ts';

/**
 * Checks that every buffer of a batch is as long as its rows need. Arrow's reader takes lengths on trust: without this a damaged
 * message turns into rows of undefined, or into rows without end.
 * @throws RangeError naming the column
 */
export function checkBatch(batch: RecordBatch): void {
  batch.schema.fields.forEach(({ name }, index) => {
    const column = batch.data.children[index];
    if (column === undefined || column.length !== batch.numRows) {
      throw new RangeError(`column ${name} has ${column?.length} of ${batch.numRows} rows`);
    }
    checkData(String(name), column);
  });
}

/** @throws RangeError naming the column */
export function checkData(name: string, data: Data): void {
  const { type, length, offset, nullBitmap, nullCount } = data as Data & { readonly type: DataType };
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`column ${name} has ${length} rows`);
  if (nullCount > 0) atLeast(name, 'validity bits', (nullBitmap as Uint8Array | undefined)?.byteLength ?? 0, (offset + length + 7) >> 3);
  if (DataType.isStruct(type)) {
    data.children.forEach((child, index) => {
      atLeast(`${name}[${index}]`, 'rows', child.length, length);
      checkData(`${name}[${index}]`, child);
    });
    return;
  }
  if (DataType.isFixedSizeList(type)) {
    checkItems(name, data, length * type.listSize);
    return;
  }
  const values = (data.values ?? new Uint8Array(0)) as ArrayLike<unknown> & ArrayBufferView;
  if (DataType.isBool(type)) {
    atLeast(name, 'bytes', values.byteLength, (offset + length + 7) >> 3);
    return;
  }
  const isList = DataType.isList(type) || DataType.isMap(type);
  if (isList || DataType.isUtf8(type) || DataType.isBinary(type)) {
    const end = lastOffset(name, data, length);
    if (isList) checkItems(name, data, end);
    else atLeast(name, 'bytes', values.byteLength, end);
    return;
  }
  if (DataType.isNull(type) || DataType.isDictionary(type) || DataType.isUnion(type)) {
    throw new RangeError(`column ${name} has type ${typeText(type)}, which VAST does not know`);
  }
  atLeast(name, 'values', values.length, length * data.stride);
}

/** Where the last row of a variable-length column ends among the values. No row may end before it begins, nor after the last. */
function lastOffset(name: string, data: Data, length: number): number {
  const offsets = (data.valueOffsets ?? new Int32Array(0)) as Int32Array;
  if (length === 0) return 0;
  atLeast(name, 'offsets', offsets.length, length + 1);
  let end = 0;
  for (let row = 0; row <= length; row++) {
    const next = offsets[row] ?? 0;
    if (next < end) throw new RangeError(`row ${row} of column ${name} ends at ${next}, before ${end}`);
    end = next;
  }
  return end;
}

function checkItems(name: string, data: Data, needed: number): void {
  const [items] = data.children;
  atLeast(name, 'items', items?.length ?? 0, needed);
  if (items !== undefined) checkData(`${name}[]`, items);
}

function atLeast(name: string, what: string, there: number, needed: number): void {
  if (there < needed) throw new RangeError(`column ${name} has ${there} ${what} of ${needed}`);
}
