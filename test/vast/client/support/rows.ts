import { RecordBatch, tableFromIPC, type Schema } from 'apache-arrow';

/** Rows as plain JSON: what two Arrow writers must agree on, whatever their padding. */
export function rowsOf(batches: RecordBatch | readonly RecordBatch[]): unknown[] {
  const list = batches instanceof RecordBatch ? [batches] : batches;
  return list.flatMap((batch) => Array.from({ length: batch.numRows }, (_, row) => plain(batch.get(row)?.toJSON())));
}

export function batchesOf(body: Uint8Array): RecordBatch[] {
  return tableFromIPC(body).batches;
}

/** Names, types, nullability and metadata of all columns. */
export function columnsOf(schema: Schema): string[] {
  return schema.fields.map(({ name, type, nullable, metadata }) =>
    [name, String(type), nullable ? 'null' : 'not null', JSON.stringify([...metadata])].join(' '));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return String(item);
    if (item instanceof Map) return [...(item as Map<unknown, unknown>)];
    return item;
  })) as unknown;
}
