import { makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { fieldOf, type Column } from '../tables/columns.ts';
import { boxedColumn } from './boxed.ts';

/** A batch from values one by one: `values[row][i]` is that of `columns[i]`. */
export function boxedBatch(columns: readonly Pick<Column, 'name' | 'kind'>[], values: readonly (readonly unknown[])[]): RecordBatch {
  const schema = new Schema(columns.map(fieldOf));
  const children = columns.map((column, i) => boxedColumn(column, values.map((row) => row[i])));
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: values.length, nullCount: 0, children }));
}
