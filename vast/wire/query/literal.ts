import { DataType, Precision, util } from 'apache-arrow';
import { typeText, type ColumnField } from '../column-types.ts';
import {
  bool, byteVector, float32, float64, int16, int32, int64, int8, reference, table, text, union, type Reference, type Value,
} from '../flatbuffers/writer.ts';
import { encodeField } from './arrow-schema.ts';

/**
 * A value to compare a column with. Integers, dates (days), times and timestamps (in the column's unit) and unscaled decimals may be
 * `number` or `bigint`; text may be bytes, as the end of a prefix range need not be UTF-8.
 */
export type Scalar = number | bigint | boolean | string | Uint8Array;

/** Values of the union LiteralImpl, the signed integers first. */
const LITERAL = {
  bool: 1, int8: 2, int16: 3, int32: 4, int64: 5, uint8: 6, uint16: 7, uint32: 8, uint64: 9, date: 10, time: 11, timestamp: 12,
  decimal: 15, float16: 16, float32: 17, float64: 18, utf8: 22, binary: 23, fixedSizeBinary: 24,
} as const;

/**
 * A literal of a column's type.
 * @throws RangeError when the column's type cannot be compared with the value
 */
export function encodeLiteral(column: ColumnField, value: Scalar): Reference {
  const [impl, content] = literalOf(column, value);
  return table([...union(impl, table([content])), reference(encodeField(undefined, column.type, column.nullable))]);
}

function literalOf(column: ColumnField, value: Scalar): [number, Value] {
  const { type } = column;
  if (DataType.isInt(type)) return intLiteral(column, type.bitWidth, type.isSigned, integer(column, value));
  if (DataType.isFloat(type)) {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') throw mismatch(column, value);
    if (type.precision === Precision.HALF) return [LITERAL.float16, int16(util.float64ToUint16(number))];
    if (type.precision === Precision.SINGLE) return [LITERAL.float32, float32(number)];
    return [LITERAL.float64, float64(number)];
  }
  if (DataType.isBool(type)) {
    if (typeof value !== 'boolean') throw mismatch(column, value);
    return [LITERAL.bool, bool(value)];
  }
  if (DataType.isDate(type)) return [LITERAL.date, int64(integer(column, value))];
  if (DataType.isTime(type)) return [LITERAL.time, int64(integer(column, value))];
  if (DataType.isTimestamp(type)) return [LITERAL.timestamp, int64(integer(column, value))];
  if (DataType.isDecimal(type)) return [LITERAL.decimal, reference(byteVector(littleEndian(integer(column, value), 16)))];
  if (DataType.isUtf8(type)) {
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) throw mismatch(column, value);
    return [LITERAL.utf8, reference(text(value))];
  }
  if (!(value instanceof Uint8Array)) throw mismatch(column, value);
  if (DataType.isBinary(type)) return [LITERAL.binary, reference(byteVector(value))];
  if (DataType.isFixedSizeBinary(type)) return [LITERAL.fixedSizeBinary, reference(byteVector(value))];
  throw mismatch(column, value);
}

function intLiteral(column: ColumnField, bits: number, signed: boolean, value: bigint): [number, Value] {
  const fits = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  if (!fits) throw mismatch(column, value);
  switch (bits) {
    case 8:
      return [signed ? LITERAL.int8 : LITERAL.uint8, int8(Number(value))];
    case 16:
      return [signed ? LITERAL.int16 : LITERAL.uint16, int16(Number(value))];
    case 32:
      return [signed ? LITERAL.int32 : LITERAL.uint32, int32(Number(value))];
    default:
      return [signed ? LITERAL.int64 : LITERAL.uint64, int64(value)];
  }
}

function integer(column: ColumnField, value: Scalar): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw mismatch(column, value);
}

function littleEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => Number(BigInt.asUintN(8, value >> BigInt(8 * index))));
}

function mismatch(column: ColumnField, value: Scalar): RangeError {
  return new RangeError(`column ${column.name} of type ${typeText(column.type)} cannot be compared with ${typeof value} ${String(value)}`);
}
