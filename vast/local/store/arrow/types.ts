import { DataType, Type, type Data, type Field } from 'apache-arrow';
import { unsupportedReason } from '../../../wire/column-types.ts';
import { InvalidError } from '../errors.ts';

/** Longest fixed-size list: with 8-byte items a cell stays below VAST's assumed 128 KiB many times over. */
const LONGEST_FIXED_LIST = 1 << 20;

const FIXED_LIST_ITEMS: ReadonlySet<Type> = new Set([Type.Int, Type.Float, Type.Decimal, Type.Date, Type.Time, Type.Timestamp]);

export function childFields(type: DataType): readonly Field[] {
  return (type as DataType & { readonly children?: readonly Field[] | null }).children ?? [];
}

/** Throws InvalidError for a column that VAST would not store. */
export function checkField(field: Field): void {
  const reason = unsupportedReason(field);
  if (reason !== undefined) throw new InvalidError('unsupported-type', reason);
  checkFixedLists(field, field.name);
}

function checkFixedLists(field: Field, column: string): void {
  const { type } = field;
  if (DataType.isFixedSizeList(type)) {
    if (type.listSize <= 0) {
      throw new InvalidError('type-parameter', `column ${column}: a fixed-size list holds at least 1 item, not ${type.listSize}`);
    }
    const item = type.children[0];
    if (item.nullable || !FIXED_LIST_ITEMS.has(item.typeId) || type.listSize > LONGEST_FIXED_LIST) {
      throw new InvalidError('unsupported-type',
        `column ${column}: a fixed-size list holds at most ${LONGEST_FIXED_LIST} non-nullable numbers, decimals, dates or times, not ${type.listSize} of ` +
        `${item.nullable ? 'nullable ' : ''}${String(item.type)}`);
    }
  }
  for (const child of childFields(type)) checkFixedLists(child, column);
}

/** Same bytes and the same meaning: names count in structs only, nullability of children in fixed-size lists only. */
export function sameType(a: DataType, b: DataType): boolean {
  if (a.typeId !== b.typeId || a.constructor.name === '') return false;
  if (parameters(a) !== parameters(b)) return false;
  const left = childFields(a);
  const right = childFields(b);
  return left.length === right.length && left.every((child, i) =>
    sameType(child.type, right[i].type) &&
    (!DataType.isStruct(a) || DataType.isMap(a) || child.name === right[i].name) &&
    (!DataType.isFixedSizeList(a) || child.nullable === right[i].nullable));
}

function parameters(type: DataType): string {
  if (DataType.isInt(type)) return `${type.bitWidth},${type.isSigned}`;
  if (DataType.isFloat(type)) return `${type.precision}`;
  if (DataType.isDecimal(type)) return `${type.precision},${type.scale},${type.bitWidth}`;
  if (DataType.isDate(type)) return `${type.unit}`;
  if (DataType.isTime(type)) return `${type.unit},${type.bitWidth}`;
  if (DataType.isTimestamp(type)) return `${type.unit},${type.timezone ?? ''}`;
  if (DataType.isFixedSizeBinary(type)) return `${type.byteWidth}`;
  if (DataType.isFixedSizeList(type)) return `${type.listSize}`;
  return '';
}

/** Bytes a value takes in the values buffer; 0 where it has none of fixed width (bits, offsets, nesting). */
export function byteWidth(type: DataType): number {
  if (DataType.isInt(type)) return type.bitWidth / 8;
  if (DataType.isFloat(type)) return 2 << type.precision;
  if (DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isDate(type)) return type.unit === 0 ? 4 : 8;
  if (DataType.isTime(type)) return type.bitWidth / 8;
  if (DataType.isTimestamp(type)) return 8;
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth;
  return 0;
}

export function isVariableWidth(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isBinary(type);
}

/** Values as bytes, in whichever element type Arrow chose to view them. */
export function valueBytes(data: Data): Uint8Array {
  const values = data.values as ArrayBufferView | undefined;
  return values === undefined ? new Uint8Array(0) : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Validity bits, or undefined where every value is valid. */
export function validity(data: Data): Uint8Array | undefined {
  const bits = data.nullBitmap as Uint8Array | undefined;
  return bits !== undefined && bits.byteLength > 0 && data.nullCount > 0 ? bits : undefined;
}
