import { DataType, type Data } from 'apache-arrow';
import { isVariableWidth, valueBytes } from '../arrow/types.ts';
import { InvalidError } from '../errors.ts';
import type { Comparison, Literal } from './predicate.ts';
import type { Truth } from './evaluate.ts';

/** Bit 0: holds when the value is below the literal, bit 1: when equal, bit 2: when above, bit 3: when without order (NaN). */
const HOLDS: Readonly<Record<Comparison, number>> = { '=': 2, '!=': 13, '<': 1, '<=': 3, '>': 4, '>=': 6 };

/** `column op literal` of each row, 0 or 2; of a null row anything. */
export function compareColumn(data: Data, op: Comparison, literal: Literal): Truth {
  const { type, length } = data;
  const holds = HOLDS[op];
  const out = new Uint8Array(length);
  if (isVariableWidth(type)) return compareBytes(data, holds, asBytes(literal, type), out);
  if (DataType.isFixedSizeBinary(type)) return compareFixed(valueBytes(data), type.byteWidth, holds, asBytes(literal, type), out);
  if (DataType.isBool(type)) {
    const wanted = literal === true || literal === 1 ? 1 : 0;
    const bits = valueBytes(data);
    for (let i = 0; i < length; i++) out[i] = outcome(holds, ((bits[i >> 3] >> (i & 7)) & 1) - wanted);
    return out;
  }
  if (DataType.isFixedSizeList(type)) return compareLists(data, holds, literal, out);
  const width = wordsOf(type);
  if (width > 1) {
    const signed = !(DataType.isInt(type) && !type.isSigned);
    return compareWords(words(data), width, signed, holds, asInteger(literal, type), out);
  }
  return compareNumbers(numbers(data), holds, Number(asNumeric(literal, type)), out);
}

/** 32-bit words of a value that does not fit a number; 1 for those that do. */
export function wordsOf(type: DataType): number {
  if (DataType.isDecimal(type)) return type.bitWidth / 32;
  if (DataType.isTimestamp(type)) return 2;
  if (DataType.isInt(type) || DataType.isTime(type)) return type.bitWidth === 64 ? 2 : 1;
  return 1;
}

export function words(data: Data): Uint32Array {
  const bytes = valueBytes(data);
  return bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength >> 2)
    : new Uint32Array(bytes.slice().buffer);
}

/** Values as numbers; halves are widened. */
export function numbers(data: Data): ArrayLike<number> {
  if (DataType.isFloat(data.type) && data.type.precision === 0) {
    const halves = data.values as Uint16Array;
    return Float32Array.from({ length: data.length }, (_, i) => halfToNumber(halves[i]));
  }
  return data.values as ArrayLike<number>;
}

function outcome(holds: number, order: number): 0 | 2 {
  const bit = order < 0 ? 0 : order === 0 ? 1 : order > 0 ? 2 : 3;
  return ((holds >> bit) & 1) === 1 ? 2 : 0;
}

function compareNumbers(values: ArrayLike<number>, holds: number, literal: number, out: Truth): Truth {
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    const bit = value < literal ? 0 : value === literal ? 1 : value > literal ? 2 : 3;
    out[i] = ((holds >> bit) & 1) << 1;
  }
  return out;
}

/** Integers of several little-endian words against one literal, from the highest word down. */
function compareWords(values: Uint32Array, width: number, signed: boolean, holds: number, literal: bigint, out: Truth): Truth {
  const bits = BigInt(32 * width);
  const [low, high] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
  if (literal < low || literal > high) return out.fill(outcome(holds, literal < low ? 1 : -1));
  const wanted = Uint32Array.from({ length: width }, (_, k) => Number((BigInt.asUintN(Number(bits), literal) >> BigInt(32 * k)) & 0xffffffffn));
  const flip = signed ? 0x80000000 : 0;
  const top = (wanted[width - 1] ^ flip) >>> 0;
  for (let i = 0; i < out.length; i++) {
    let k = width - 1;
    let a = (values[i * width + k] ^ flip) >>> 0;
    let b = top;
    while (a === b && k > 0) {
      k--;
      a = values[i * width + k]!;
      b = wanted[k]!;
    }
    out[i] = ((holds >> (a < b ? 0 : a === b ? 1 : 2)) & 1) << 1;
  }
  return out;
}

function compareBytes(data: Data, holds: number, literal: Uint8Array, out: Truth): Truth {
  const bytes = valueBytes(data);
  const offsets = data.valueOffsets as Int32Array;
  const n = literal.length;
  const byEquality = holds === HOLDS['='] || holds === HOLDS['!='];
  for (let i = 0; i < out.length; i++) {
    const start = offsets[i];
    const length = offsets[i + 1] - start;
    if (byEquality && length !== n) {
      out[i] = outcome(holds, 1);
      continue;
    }
    const common = length < n ? length : n;
    let k = 0;
    while (k < common && bytes[start + k] === literal[k]) k++;
    out[i] = outcome(holds, k < common ? bytes[start + k] - literal[k] : length - n);
  }
  return out;
}

function compareFixed(bytes: Uint8Array, width: number, holds: number, literal: Uint8Array, out: Truth): Truth {
  for (let i = 0; i < out.length; i++) out[i] = outcome(holds, Buffer.compare(bytes.subarray(i * width, (i + 1) * width), literal));
  return out;
}

/** Lexicographically; of lists that begin alike the shorter is less. */
function compareLists(data: Data, holds: number, literal: Literal, out: Truth): Truth {
  if (!Array.isArray(literal)) throw new InvalidError('malformed', `${String(data.type)} is compared with a list`);
  const items = literal as readonly Literal[];
  const size = (data.type as DataType & { listSize: number }).listSize;
  const item = data.children[0];
  // Order of every item to the literal at its place in the list.
  const orders = items.slice(0, size).map((wanted) => ({
    below: compareColumn(item, '<', wanted), equal: compareColumn(item, '=', wanted), above: compareColumn(item, '>', wanted),
  }));
  for (let i = 0; i < out.length; i++) {
    let order = size - items.length;
    for (let k = 0; k < orders.length; k++) {
      const at = i * size + k;
      if (orders[k].equal[at] === 2) continue;
      order = orders[k].below[at] === 2 ? -1 : orders[k].above[at] === 2 ? 1 : NaN;
      break;
    }
    out[i] = outcome(holds, order);
  }
  return out;
}

/** Whether each value contains the bytes, 0 or 2; of a null row anything. */
export function containsBytes(data: Data, wanted: Uint8Array): Truth {
  if (!isVariableWidth(data.type)) throw new InvalidError('malformed', `substrings are looked for in text and binaries, not in ${String(data.type)}`);
  const out = new Uint8Array(data.length);
  const view = valueBytes(data);
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const offsets = data.valueOffsets as Int32Array;
  if (wanted.length === 0) return out.fill(2);
  // One pass over the whole column: each hit is looked up, and the search goes on behind the row that has it.
  let row = 0;
  for (let at = bytes.indexOf(wanted, offsets[0]); at >= 0 && row < data.length;) {
    while (row < data.length && offsets[row + 1] <= at) row++;
    if (row === data.length) break;
    const inside = at + wanted.length <= offsets[row + 1];
    if (inside) out[row] = 2;
    at = bytes.indexOf(wanted, inside ? offsets[row + 1] : at + 1);
  }
  return out;
}

export function asBytes(literal: Literal, type: DataType): Uint8Array {
  if (literal instanceof Uint8Array) return literal;
  throw new InvalidError('malformed', `${String(type)} is compared with bytes, not with ${typeof literal}`);
}

export function asNumeric(literal: Literal, type: DataType): number | bigint {
  if (typeof literal === 'number' || typeof literal === 'bigint') return literal;
  throw new InvalidError('malformed', `${String(type)} is compared with a number, not with ${typeof literal}`);
}

function asInteger(literal: Literal, type: DataType): bigint {
  const value = asNumeric(literal, type);
  if (typeof value === 'number' && !Number.isInteger(value)) throw new InvalidError('malformed', `${String(type)} is compared with an integer, not with ${value}`);
  return BigInt(value);
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
