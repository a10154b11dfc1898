import { parentPort, workerData } from 'node:worker_threads';
import { ByteCache } from '../rows/cache.ts';
import { CachedSources } from '../rows/sources.ts';
import { WalFiles } from '../wal/files.ts';
import { readMeta } from './meta.ts';
import { ParquetReader } from './reader.ts';
import { rewrite } from './rewrite.ts';
import type { Answer, Request, WorkerFolders } from './thread.ts';

/** Decoded row groups kept while files are merged: each is read once per slice that it has rows in. */
const REWRITE_CACHE_BYTES = 64 << 20;

const port = parentPort!;
const folders = workerData as WorkerFolders;
const reader = new ParquetReader();

port.on('message', (request: Request) => {
  carryOut(request).then(
    (answer) => port.postMessage(answer, answer.bytes === undefined ? [] : [answer.bytes.buffer as ArrayBuffer]),
    (error: unknown) => port.postMessage({ id: request.id, error: error instanceof Error ? error.stack ?? error.message : String(error) } satisfies Answer),
  );
});

async function carryOut(request: Request): Promise<Answer> {
  if (request.kind === 'group') {
    return { id: request.id, bytes: await reader.group(request.path, request.name, request.group, request.columns) };
  }
  if (request.kind === 'forget') {
    for (const name of request.names) reader.close(name);
    return { id: request.id };
  }
  const log = new WalFiles(folders.wal);
  try {
    const sources = new CachedSources({
      log: (at) => log.read(at),
      meta: (file) => readMeta(folders.meta, file),
      group: (file, group, columns) => reader.group(request.paths.get(file)!, file, group, columns),
    }, new ByteCache(REWRITE_CACHE_BYTES));
    return { id: request.id, files: await rewrite(request.job, sources) };
  } finally {
    // Merged files are about to be removed.
    for (const name of request.paths.keys()) reader.close(name);
    await log.close();
  }
}
