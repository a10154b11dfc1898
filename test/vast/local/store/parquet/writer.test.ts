import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays, type RecordBatch } from 'apache-arrow';
import { afterAll, expect, test } from 'vitest';
import { rowsOf } from '../../../../../vast/local/store/parquet/reader.ts';
import { writeParquetFile } from '../../../../../vast/local/store/parquet/writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'telco-twin-parquet-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const batch = (): RecordBatch => tableFromArrays({ x: Int32Array.of(1, 2, 3) }).batches[0];

async function* batches(count: number, failure?: Error): AsyncGenerator<RecordBatch> {
  for (let i = 0; i < count; i++) yield batch();
  if (failure !== undefined) throw failure;
}

test('a file holds the rows of all batches', async () => {
  const path = join(folder, 'whole.parquet');
  await writeParquetFile(path, 3, batches(4));
  expect(await rowsOf(path)).toBe(12);
});

test.each([0, 1, 3])('what ends the batches after %i of them ends the writing', async (count) => {
  await expect(writeParquetFile(join(folder, 'cut.parquet'), 3, batches(count, new Error('the file was moved')))).rejects.toThrow('the file was moved');
});
