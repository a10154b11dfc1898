import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { readParquet } from 'parquet-wasm';
import { expect, test } from 'vitest';
import { records } from './model/arrow.ts';
import { histories } from './model/commands.ts';
import { visible, type Value } from './model/model.ts';
import { World } from './model/world.ts';

/** HISTORIES=500 for a long look. */
const RUNS = Number(process.env.HISTORIES ?? 10);

/** Rows of all Parquet files of a folder, as a program that knows nothing of the store reads them. */
function direct(folder: string): Record<string, Value>[] {
  return readdirSync(folder).sort().flatMap((file) => {
    const table = tableFromIPC(readParquet(readFileSync(join(folder, file))).intoIPCStream());
    return table.batches.flatMap((batch) => records(batch));
  });
}

test('random transactions, schema changes, seals, restarts and crashes leave what a simple model says', { timeout: 1_800_000 }, async () => {
  await fc.assert(fc.asyncProperty(histories, async (history) => {
    const world = await World.create();
    try {
      for (const command of history) await world.step(command);
      const { folder, state } = await world.sealed();
      const expected = [...visible(state).values()];
      if (expected.length > 0) {
        const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).sort();
        expect(sorted(direct(folder))).toEqual(sorted(expected));
      }
    } finally {
      await world.close();
    }
  }), { numRuns: RUNS, endOnFailure: true });
});
