import { DataType, Vector, type Data, type Field } from 'apache-arrow';
import type { Query } from '../../../wire/query/relation.ts';
import { gather, picks } from '../../store/arrow/gather.ts';
import type { Projection, TableProperties } from '../table-properties.ts';
import { ROW_ID } from '../row-ids.ts';
import type { Columns, Plan } from './plan.ts';

/**
 * The projection that answers a query which names none: one that has all its columns, and is sorted by a column that the filter
 * looks at. Without it rows come by row id.
 */
export function fittingProjection({ columns, nodes, filter }: Query, { projections }: TableProperties): Projection | undefined {
  const filtered = new Set<string>();
  const visit = (expression: typeof filter): void => {
    if (expression?.kind === 'call') expression.arguments.forEach(visit);
    if (expression?.kind === 'node') filtered.add(columns[nodes[expression.position]?.column ?? -1]?.name ?? '');
  };
  visit(filter);
  return projections.find((projection) => {
    const names = new Set(projection.columns.map(({ name }) => name));
    const [first] = projection.columns;
    return first?.sorted === true && filtered.has(first.name) && columns.every(({ name }) => name === ROW_ID || names.has(name));
  });
}

export function sortColumns(projection: Projection | undefined): readonly string[] {
  return projection?.columns.filter(({ sorted }) => sorted).map(({ name }) => name) ?? [];
}

/** The rows of several batches in the order of their sort columns; nulls first, equal rows as they come. */
export function sorted(batches: readonly Columns[], plan: Plan, by: readonly string[]): Columns {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const sources = new Uint32Array(rows);
  const positions = new Int32Array(rows);
  let next = 0;
  batches.forEach((batch, source) => {
    for (let row = 0; row < batch.rows; row++, next++) {
      sources[next] = source;
      positions[next] = row;
    }
  });
  const keys = by.map((name) => {
    const column = plan.columns.indexOf(name);
    return keysOf(batches.map(({ data }) => data[column]));
  });
  const order = Int32Array.from({ length: rows }, (_, index) => index).sort((a, b) => {
    for (const key of keys) {
      const difference = compare(key[a] ?? null, key[b] ?? null);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const which = picks(order.map((index) => positions[index] ?? 0), sources.map((_, index) => sources[order[index] ?? 0] ?? 0));
  const take = (type: DataType, from: readonly (Data | undefined)[], nullable: boolean): Data => gather(type, from, which, nullable);
  return {
    rows,
    data: plan.fields.map((field: Field, column) => take(field.type as DataType, batches.map(({ data }) => data[column]), field.nullable)),
    rowIds: take(batches[0]?.rowIds.type, batches.map(({ rowIds }) => rowIds), false),
  };
}

type Key = number | bigint | string | boolean | Uint8Array | null;

/** Values of a column that compare as the column does. */
function keysOf(columns: readonly (Data | undefined)[]): Key[] {
  return columns.flatMap((data) => (data === undefined ? [] : Array.from(new Vector([data]), (value) => keyOf(data.type, value))));
}

function keyOf(type: DataType, value: unknown): Key {
  if (value === null || value === undefined) return null;
  if (DataType.isDecimal(type)) return decimalOf(value as Uint32Array);
  return value as Key;
}

/** Two's complement in four words, low one first. */
function decimalOf(words: Uint32Array): bigint {
  return BigInt.asIntN(128, words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n));
}

function compare(a: Key, b: Key): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'string' || typeof b === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}
