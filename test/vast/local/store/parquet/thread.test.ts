import { expect, test } from 'vitest';
import { ParquetThread } from '../../../../../vast/local/store/parquet/thread.ts';

test('a thread that is stopped ends its own requests, and none of its successor', async () => {
  const thread = new ParquetThread({ wal: '/nowhere', meta: '/nowhere' });
  const ask = (): Promise<Uint8Array> => thread.group('/nowhere/a.parquet', 'a', 0, ['c']);
  const ended = expect(ask()).rejects.toThrow('Parquet thread was stopped');
  const stopped = thread.stop();
  // Any answer does: here, that there is no such file.
  await expect(ask()).rejects.toThrow('ENOENT');
  await Promise.all([ended, stopped]);
  await thread.stop();
});
