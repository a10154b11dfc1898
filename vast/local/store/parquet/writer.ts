import { open } from 'node:fs/promises';
import { DataType, type Data, type Field, type RecordBatch } from 'apache-arrow';
import { Compression, Table, transformParquetStream, WriterPropertiesBuilder, type RecordBatch as WasmBatch, type WriterProperties } from 'parquet-wasm';
import { encodeBatch } from '../arrow/ipc.ts';
import { isVariableWidth, valueBytes } from '../arrow/types.ts';

const SAMPLE = 1024;

/**
 * Writes a Parquet file from batches, each becoming a row group, and makes it durable. Row groups go to disk as they are complete,
 * so memory holds one.
 * @param groupRows rows of every batch but the last
 * @returns bytes written
 */
export async function writeParquetFile(path: string, groupRows: number, batches: AsyncIterator<RecordBatch>): Promise<number> {
  const first = await batches.next();
  if (first.done === true) throw new Error(`${path}: a file without rows is not written`);
  let next: RecordBatch | undefined = first.value;
  const properties = propertiesFor(first.value, groupRows);
  const groups = new ReadableStream<WasmBatch>({
    async pull(controller) {
      if (next === undefined) return controller.close();
      const table = Table.fromIPCStream(encodeBatch(next));
      for (const batch of table.recordBatches()) controller.enqueue(batch);
      table.free();
      const following = await batches.next();
      next = following.done === true ? undefined : following.value;
    },
  }, { highWaterMark: 0 });
  const handle = await open(path, 'w');
  try {
    let bytes = 0;
    for await (const part of (await transformParquetStream(groups, properties)) as ReadableStream<Uint8Array>) {
      await handle.writeFile(part);
      bytes += part.byteLength;
    }
    await handle.datasync();
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Dictionaries where a sample of the values repeats: they cost much time where values are mostly different. */
function propertiesFor(sample: RecordBatch, groupRows: number): WriterProperties {
  let builder = new WriterPropertiesBuilder().setCompression(Compression.SNAPPY).setMaxRowGroupSize(groupRows);
  sample.schema.fields.forEach((field, i) => {
    if (mostlyDistinct(field, sample.data.children[i])) builder = builder.setColumnDictionaryEnabled(field.name, false);
  });
  return builder.build();
}

function mostlyDistinct(field: Field, data: Data): boolean {
  const { type } = field;
  const isText = isVariableWidth(type);
  if (!isText && !DataType.isInt(type) && !DataType.isFloat(type) && !DataType.isTimestamp(type)) return false;
  const step = Math.max(1, Math.floor(data.length / SAMPLE));
  const seen = new Set<unknown>();
  let n = 0;
  const bytes = isText ? valueBytes(data) : undefined;
  for (let i = 0; i < data.length; i += step, n++) {
    if (bytes === undefined) {
      seen.add((data.values as ArrayLike<unknown>)[i]);
      continue;
    }
    const offsets = data.valueOffsets as Int32Array;
    seen.add(Buffer.from(bytes.buffer, bytes.byteOffset + offsets[i], offsets[i + 1] - offsets[i]).toString('latin1'));
  }
  return seen.size > n / 2;
}
