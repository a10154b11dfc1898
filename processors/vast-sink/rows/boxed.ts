import { makeData, RecordBatch, Schema, Struct, type Data } from 'apache-arrow';
import { fieldOf, type Column, type ColumnKind } from '../tables/columns.ts';
import { BooleanValues, ListValues, LongValues, MapValues, NumberValues, TextValues, type BoxedColumn, type Rows } from './boxed-column.ts';

/** An empty column to fill value by value: for records that are few, and for fields that this build has no decoder for. */
function boxedColumn(kind: ColumnKind): BoxedColumn {
  switch (kind) {
    case 'text': case 'enum': return new TextValues();
    case 'int': return new NumberValues(kind, new Int32Array(0));
    case 'float': return new NumberValues(kind, new Float32Array(0));
    case 'double': return new NumberValues(kind, new Float64Array(0));
    case 'long': case 'timestamp': return new LongValues(kind);
    case 'boolean': return new BooleanValues();
    case 'texts': return new ListValues(kind, new TextValues());
    case 'ints': return new ListValues(kind, new NumberValues('int', new Int32Array(0)));
    case 'map': return new MapValues();
  }
}

/** A column of these values, as avsc decodes them; undefined counts as null. */
export function boxedData({ kind }: Pick<Column, 'kind'>, values: readonly unknown[]): Data {
  const column = boxedColumn(kind);
  for (const value of values) column.append(value);
  return column.data(null);
}

/** A batch from values one by one: `values[row][i]` is that of `columns[i]`. */
export function boxedBatch(columns: readonly Pick<Column, 'name' | 'kind'>[], values: readonly (readonly unknown[])[]): RecordBatch {
  return batchOf(columns, values.length, columns.map((column, i) => boxedData(column, values.map((row) => row[i]))));
}

/** Grows record by record. */
export class BoxedRows {
  length = 0;
  readonly #columns: readonly Column[];
  readonly #values: readonly BoxedColumn[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#values = columns.map(({ kind }) => boxedColumn(kind));
  }

  /** @param last of the last columns, whose values are not in the record. @returns the row */
  append(record: unknown, ...last: readonly unknown[]): number {
    const own = this.#columns.length - last.length;
    for (let i = 0; i < own; i += 1) this.#values[i].append(valueAt(record, this.#columns[i].path));
    last.forEach((value, i) => this.#values[own + i].append(value));
    return this.length++;
  }

  /** Bytes of all rows, about. */
  get byteLength(): number {
    return this.#values.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** Some of the rows. The batch lies in this memory: append nothing after that. */
  batch(rows: Rows): RecordBatch {
    return batchOf(this.#columns, rows === null ? this.length : rows.length, this.#values.map((column) => column.data(rows)));
  }
}

/** The value at the end of a path into nested objects; null when one of them is. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (value === null || value === undefined) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? null;
}

function batchOf(columns: readonly Pick<Column, 'name' | 'kind'>[], length: number, children: Data[]): RecordBatch {
  const schema = new Schema(columns.map(fieldOf));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}
