/** Commits transactions of 500 rows, two inserts each, and prints a line for each that was answered, until it is killed. */
import { Field, Int64, RecordBatch, Schema, Struct, Utf8, makeData, vectorFromArray } from 'apache-arrow';
import { encodeBatch } from '../../../../vast/local/store/arrow/ipc.ts';
import { openStore } from '../../../../vast/local/store/open.ts';

const [folder, first] = process.argv.slice(2);
const store = await openStore(folder, { buckets: ['b'], sealAfterMs: 200, log: () => undefined });
const fields = [new Field('k', new Int64(), true), new Field('v', new Utf8(), true)];
const body = (from: number): Uint8Array => {
  const keys = Array.from({ length: 250 }, (_, i) => from + i);
  const children = [vectorFromArray(keys.map(BigInt), new Int64()).data[0], vectorFromArray(keys.map(String), new Utf8()).data[0]];
  return encodeBatch(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 250, nullCount: 0, children })));
};
for (let from = Number(first); ; from += 500) {
  const tx = store.begin();
  await tx.insert(['b', 's', 't'], body(from));
  await tx.insert(['b', 's', 't'], body(from + 250));
  await tx.commit();
  process.stdout.write(`${from}\n`);
}
