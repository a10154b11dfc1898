import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ParquetFile } from 'parquet-wasm';
import { BATCH_ROWS } from '../rows/scan.ts';

const OPEN_FILES = 64;

/** What parquet-wasm needs of a `Blob`, over an open file: it stays readable when the file is moved or removed. */
class FileRange {
  readonly #fd: number;
  readonly #start: number;
  readonly size: number;

  constructor(fd: number, start: number, size: number) {
    this.#fd = fd;
    this.#start = start;
    this.size = size;
  }

  slice(start: number, end: number): FileRange {
    return new FileRange(this.#fd, this.#start + start, Math.min(end, this.size) - start);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    for (let done = 0; done < this.size;) {
      const n = readSync(this.#fd, bytes, done, this.size - done, this.#start + done);
      if (n === 0) throw new Error(`Parquet file ends at ${this.#start + done}, ${this.size - done} bytes early`);
      done += n;
    }
    return bytes.buffer;
  }
}

interface OpenFile {
  readonly fd: number;
  readonly file: ParquetFile;
}

/** Reads row groups, in a thread of its own: decoding blocks. */
export class ParquetReader {
  readonly #files = new Map<string, { readonly opening: Promise<OpenFile>; readonly reads: Set<Promise<unknown>> }>();

  /** One Arrow stream of one batch. It may hold more columns than those named. */
  async group(path: string, name: string, group: number, columns: readonly string[]): Promise<Uint8Array> {
    const kept = this.#files.get(name) ?? { opening: openParquet(path), reads: new Set() };
    this.#files.delete(name);
    this.#files.set(name, kept);
    const [oldest] = this.#files.keys();
    if (this.#files.size > OPEN_FILES) this.close(oldest);
    const reading = kept.opening.then(async ({ file }) => (await file.read({ rowGroups: [group], columns: [...columns], batchSize: BATCH_ROWS })).intoIPCStream());
    kept.reads.add(reading);
    try {
      return await reading;
    } catch (error) {
      if (this.#files.get(name) === kept) this.close(name);
      throw error;
    } finally {
      kept.reads.delete(reading);
    }
  }

  /** Closes a file when the reads under way have ended. */
  close(name: string): void {
    const kept = this.#files.get(name);
    if (kept === undefined) return;
    this.#files.delete(name);
    void Promise.allSettled(kept.reads).then(() => kept.opening).then(({ fd, file }) => {
      file.free();
      closeSync(fd);
    }, () => undefined);
  }
}

/** Rows that a complete file says it holds. */
export async function rowsOf(path: string): Promise<number> {
  const { fd, file } = await openParquet(path);
  try {
    return file.metadata().fileMetadata().numRows();
  } finally {
    file.free();
    closeSync(fd);
  }
}

async function openParquet(path: string): Promise<OpenFile> {
  const fd = openSync(path, 'r');
  try {
    const range = new FileRange(fd, 0, fstatSync(fd).size);
    return { fd, file: await ParquetFile.fromFile(range as unknown as Blob) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
