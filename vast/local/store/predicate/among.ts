import { DataType, type Data } from 'apache-arrow';
import { isVariableWidth, valueBytes } from '../arrow/types.ts';
import { asBytes, asNumeric, compareColumn, numbers, words, wordsOf } from './compare.ts';
import type { Literal } from './predicate.ts';
import type { Truth } from './evaluate.ts';

/** Whether each value equals one of the literals, 0 or 2; of a null row anything. */
export function isAmong(data: Data, literals: readonly Literal[]): Truth {
  const { type, length } = data;
  const out = new Uint8Array(length);
  if (isVariableWidth(type)) {
    const set = new Set(literals.map((literal) => Buffer.from(asBytes(literal, type)).toString('latin1')));
    const lengths = new Set(literals.map((literal) => asBytes(literal, type).length));
    const view = valueBytes(data);
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    const offsets = data.valueOffsets as Int32Array;
    for (let i = 0; i < length; i++) {
      const n = offsets[i + 1] - offsets[i];
      if (lengths.has(n) && set.has(bytes.toString('latin1', offsets[i], offsets[i + 1]))) out[i] = 2;
    }
    return out;
  }
  if ((DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) || DataType.isTime(type)) && wordsOf(type) === 1) {
    const set = new Set(literals.map((literal) => Number(asNumeric(literal, type))));
    set.delete(NaN);
    const values = numbers(data);
    for (let i = 0; i < length; i++) if (set.has(values[i])) out[i] = 2;
    return out;
  }
  if (wordsOf(type) === 2) {
    // By the low word first: a set of numbers is quicker than one of bigints, and few values pass it.
    const isUnsigned = DataType.isInt(type) && !type.isSigned;
    const wrap = (bits: number, value: bigint): bigint => (isUnsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
    const wanted = literals.map((literal) => asNumeric(literal, type)).filter((v) => typeof v === 'bigint' || Number.isInteger(v)).map(BigInt)
      .filter((value) => wrap(64, value) === value).map((value) => BigInt.asUintN(64, value));
    const lows = new Map<number, Set<number>>();
    for (const value of wanted) {
      const low = Number(value & 0xffffffffn);
      const highs = lows.get(low) ?? new Set();
      lows.set(low, highs.add(Number(value >> 32n)));
    }
    const values = words(data);
    for (let i = 0; i < length; i++) if (lows.get(values[2 * i])?.has(values[2 * i + 1])) out[i] = 2;
    return out;
  }
  for (const literal of literals) {
    const truth = compareColumn(data, '=', literal);
    for (let i = 0; i < length; i++) out[i] |= truth[i];
  }
  return out;
}
