import { Field, Int64, makeData, RecordBatch, Schema, Struct, Uint64, Utf8, vectorFromArray, type Data } from 'apache-arrow';
import { encodeBatch } from '../../../../../vast/local/store/arrow/ipc.ts';
import type { ModelColumn, Value } from './model.ts';

export function fieldOf({ name, type }: Pick<ModelColumn, 'name' | 'type'>): Field {
  return new Field(name, type === 'integer' ? new Int64() : new Utf8(), true);
}

/** An Arrow stream of these rows; `ids` become `$row_id`. */
export function body(columns: readonly ModelColumn[], rows: readonly ReadonlyMap<number, Value>[], ids?: readonly number[]): Uint8Array {
  const fields = columns.map(fieldOf);
  const children: Data[] = columns.map((column, i) => vectorFromArray(rows.map((row) => row.get(column.id) ?? null), fields[i].type).data[0]);
  if (ids !== undefined) {
    fields.unshift(new Field('$row_id', new Uint64(), false));
    children.unshift(vectorFromArray(ids.map(BigInt), new Uint64()).data[0]);
  }
  const length = ids?.length ?? rows.length;
  return encodeBatch(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children })));
}

/** The batch's rows as plain records. */
export function records(batch: RecordBatch): Record<string, Value>[] {
  return Array.from({ length: batch.numRows }, (_, i) =>
    Object.fromEntries(batch.schema.names.map((name, c) => [name, batch.getChildAt(c)!.get(i) as Value])));
}
