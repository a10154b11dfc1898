import type { Data } from 'apache-arrow';
import { validity } from '../arrow/types.ts';
import { compareColumn, containsBytes } from './compare.ts';
import { isAmong } from './among.ts';
import type { ColumnRef, Literal, Predicate } from './predicate.ts';

/**
 * Truth of each row: 0 false, 1 unknown, 2 true. So `and` is the minimum, `or` the maximum, `not` the difference to 2.
 */
export type Truth = Uint8Array;

/** Equalities of one column joined by `or` from which on a hash set is quicker than comparing one by one. */
const SET_FROM = 4;

/** Positions of the rows for which the predicate is true, ascending; undefined for all. */
export function select(predicate: Predicate, rows: number, column: (name: string) => Data): Int32Array | undefined {
  const truth = evaluate(predicate, rows, column);
  let count = 0;
  for (let i = 0; i < rows; i++) if (truth[i] === 2) count++;
  if (count === rows) return undefined;
  const selected = new Int32Array(count);
  for (let i = 0, at = 0; at < count; i++) if (truth[i] === 2) selected[at++] = i;
  return selected;
}

/** Names of the top-level columns that a predicate reads. */
export function columnsOf(predicate: Predicate, into: Set<string> = new Set()): Set<string> {
  if ('terms' in predicate) for (const term of predicate.terms) columnsOf(term, into);
  else if ('term' in predicate) columnsOf(predicate.term, into);
  else into.add(predicate.column.name);
  return into;
}

export function evaluate(predicate: Predicate, rows: number, column: (name: string) => Data): Truth {
  switch (predicate.kind) {
    case 'and':
    case 'or': {
      const isAnd = predicate.kind === 'and';
      const truth = new Uint8Array(rows).fill(isAnd ? 2 : 0);
      const { sets, rest } = isAnd ? { sets: [], rest: predicate.terms } : groupEqualities(predicate.terms);
      const results = function* (): Generator<Truth> {
        for (const { ref, values } of sets) {
          const { data, valid } = resolve(ref, column);
          yield masked(isAmong(data, values), valid);
        }
        for (const term of rest) yield evaluate(term, rows, column);
      };
      for (const other of results()) {
        if (isAnd) {
          for (let i = 0; i < rows; i++) if (other[i] < truth[i]) truth[i] = other[i]!;
        } else {
          for (let i = 0; i < rows; i++) if (other[i] > truth[i]) truth[i] = other[i]!;
        }
      }
      return truth;
    }
    case 'not': {
      const truth = evaluate(predicate.term, rows, column);
      for (let i = 0; i < rows; i++) truth[i] = 2 - truth[i];
      return truth;
    }
    case 'compare': {
      const { data, valid } = resolve(predicate.column, column);
      return masked(compareColumn(data, predicate.op, predicate.value), valid);
    }
    case 'contains': {
      const { data, valid } = resolve(predicate.column, column);
      return masked(containsBytes(data, predicate.bytes), valid);
    }
    case 'is-null':
    case 'is-valid': {
      const { valid } = resolve(predicate.column, column);
      const truth = new Uint8Array(rows);
      const [whenValid, whenNull] = predicate.kind === 'is-valid' ? [2, 0] : [0, 2];
      for (let i = 0; i < rows; i++) truth[i] = valid.every((bits) => ((bits[i >> 3] >> (i & 7)) & 1) === 1) ? whenValid : whenNull;
      return truth;
    }
  }
}

/** The leaf, and the validity of it and of everything above it. The items of a fixed-size list are compared as the list. */
function resolve(ref: ColumnRef, column: (name: string) => Data): { data: Data; valid: Uint8Array[] } {
  let data = column(ref.name);
  const valid = [validity(data)];
  for (const child of ref.path ?? []) {
    if (data.type.typeId === FIXED_SIZE_LIST) break;
    data = data.children[child]!;
    valid.push(validity(data));
  }
  return { data, valid: valid.filter((bits) => bits !== undefined) };
}

const FIXED_SIZE_LIST = 16;

function masked(truth: Truth, valid: readonly Uint8Array[]): Truth {
  for (const bits of valid) {
    for (let i = 0; i < truth.length; i++) if (((bits[i >> 3] >> (i & 7)) & 1) === 0) truth[i] = 1;
  }
  return truth;
}

/** Splits `a = 1 or a = 2 or …` off the terms of an `or`. */
function groupEqualities(terms: readonly Predicate[]): { sets: { ref: ColumnRef; values: Literal[] }[]; rest: Predicate[] } {
  const groups = new Map<string, { ref: ColumnRef; values: Literal[]; terms: Predicate[] }>();
  const rest: Predicate[] = [];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.op !== '=') {
      rest.push(term);
      continue;
    }
    const key = `${term.column.path?.join('.') ?? ''}/${term.column.name}`;
    const group = groups.get(key) ?? { ref: term.column, values: [], terms: [] };
    group.values.push(term.value);
    group.terms.push(term);
    groups.set(key, group);
  }
  const sets = [];
  for (const group of groups.values()) {
    if (group.values.length >= SET_FROM) sets.push({ ref: group.ref, values: group.values });
    else rest.push(...group.terms);
  }
  return { sets, rest };
}
