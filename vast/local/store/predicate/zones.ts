import { DataType, type Data } from 'apache-arrow';
import { isVariableWidth, validity, valueBytes } from '../arrow/types.ts';
import type { ColumnRef, Comparison, Literal, Predicate } from './predicate.ts';

/** What is known of a column in a row group. Without `min` there is no value. `max` is absent where it is too long to be worth keeping. */
export interface Zone {
  readonly nulls: number;
  readonly min?: Literal;
  readonly max?: Literal;
}

/** Longest text of which a maximum is kept; minima are cut here, which leaves them lower bounds. */
const LONGEST_BOUND = 32;

/** Range of a column, or undefined for a type without order here (booleans, nesting, decimals, float16) and where NaN is in it. */
export function zoneOf(data: Data): Zone | undefined {
  const { type, length, nullCount: nulls } = data;
  if (nulls === length) return { nulls };
  if (isVariableWidth(type)) return bytesZone(data, nulls);
  const plain = DataType.isInt(type) || (DataType.isFloat(type) && type.precision > 0) || DataType.isDate(type) ||
    DataType.isTime(type) || DataType.isTimestamp(type);
  if (!plain) return undefined;
  const values = data.values as ArrayLike<number> | BigInt64Array | BigUint64Array;
  const valid = validity(data);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return { nulls, ...longRange(values, valid, length) };
  let min: number | undefined;
  let max: number | undefined;
  for (let i = 0; i < length; i++) {
    if (valid !== undefined && ((valid[i >> 3] >> (i & 7)) & 1) === 0) continue;
    const value = values[i];
    if (value !== value) return undefined;
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
  }
  return { nulls, min: min!, max: max! };
}

/** Least and greatest of integers that are not all null, compared by their halves: a bigint for each costs ten times as much. */
function longRange(values: BigInt64Array | BigUint64Array, valid: Uint8Array | undefined, length: number): { min: bigint; max: bigint } {
  const halves = new Int32Array(values.buffer, values.byteOffset, length * 2);
  // Flipping the sign bit of unsigned upper halves puts them in the order of signed ones.
  const flip = values instanceof BigUint64Array ? 0x8000_0000 : 0;
  let [min, minHigh, minLow] = [-1, 0, 0];
  let [max, maxHigh, maxLow] = [-1, 0, 0];
  for (let i = 0; i < length; i++) {
    if (valid !== undefined && ((valid[i >> 3] >> (i & 7)) & 1) === 0) continue;
    const low = halves[2 * i] >>> 0;
    const high = halves[2 * i + 1] ^ flip;
    if (min < 0 || high < minHigh || (high === minHigh && low < minLow)) { min = i; minHigh = high; minLow = low; }
    if (max < 0 || high > maxHigh || (high === maxHigh && low > maxLow)) { max = i; maxHigh = high; maxLow = low; }
  }
  return { min: values[min], max: values[max] };
}

function bytesZone(data: Data, nulls: number): Zone {
  const bytes = valueBytes(data);
  const offsets = data.valueOffsets as Int32Array;
  const valid = validity(data);
  let min = -1;
  let max = -1;
  for (let i = 0; i < data.length; i++) {
    if (valid !== undefined && ((valid[i >> 3] >> (i & 7)) & 1) === 0) continue;
    if (min < 0) min = max = i;
    else if (order(bytes, offsets, i, min) < 0) min = i;
    else if (order(bytes, offsets, i, max) > 0) max = i;
  }
  const low = bytes.slice(offsets[min], Math.min(offsets[min] + LONGEST_BOUND, offsets[min + 1]));
  const high = offsets[max + 1] - offsets[max] <= LONGEST_BOUND ? bytes.slice(offsets[max], offsets[max + 1]) : undefined;
  return { nulls, min: low, ...(high === undefined ? {} : { max: high }) };
}

/** Of two values by their bytes. Most differ early, which a call of Buffer.compare would cost ten times as much to find. */
function order(bytes: Uint8Array, offsets: Int32Array, a: number, b: number): number {
  let i = offsets[a];
  let j = offsets[b];
  const endOfA = offsets[a + 1];
  const endOfB = offsets[b + 1];
  for (; i < endOfA && j < endOfB; i++, j++) {
    const difference = bytes[i] - bytes[j];
    if (difference !== 0) return difference;
  }
  return endOfA - i - (endOfB - j);
}

/** Whether a row of the group may satisfy the predicate; false only when none can. */
export function mayMatch(predicate: Predicate, rows: number, zone: (column: ColumnRef) => Zone | undefined): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.terms.every((term) => mayMatch(term, rows, zone));
    case 'or':
      return predicate.terms.some((term) => mayMatch(term, rows, zone));
    case 'not':
      return true;
    case 'is-null':
      return (zone(predicate.column)?.nulls ?? 1) > 0;
    case 'is-valid':
    case 'contains':
      return (zone(predicate.column)?.nulls ?? 0) < rows;
    case 'compare': {
      const known = zone(predicate.column);
      if (known === undefined) return true;
      return known.min !== undefined && rangeMayMatch(predicate.op, predicate.value, known.min, known.max);
    }
  }
}

function rangeMayMatch(op: Comparison, value: Literal, min: Literal, max: Literal | undefined): boolean {
  const low = compareLiterals(min, value);
  const high = max === undefined ? 1 : compareLiterals(max, value);
  if (low === undefined || high === undefined) return true;
  switch (op) {
    case '=':
      return low <= 0 && high >= 0;
    case '!=':
      return low !== 0 || high !== 0;
    case '<':
      return low < 0;
    case '<=':
      return low <= 0;
    case '>':
      return high > 0;
    case '>=':
      return high >= 0;
  }
}

/** Undefined where the two have no order. */
export function compareLiterals(a: Literal, b: Literal): number | undefined {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if ((typeof a !== 'number' && typeof a !== 'bigint') || (typeof b !== 'number' && typeof b !== 'bigint')) return undefined;
  return a < b ? -1 : a > b ? 1 : a == b ? 0 : undefined; // eslint-disable-line eqeqeq -- number and bigint of one value are equal here
}
