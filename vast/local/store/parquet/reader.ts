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

/** Reads row groups, in a thread of its own: decoding blocks. */
export class ParquetReader {
  readonly #files = new Map<string, Promise<{ readonly fd: number; readonly file: ParquetFile }>>();

  /** One Arrow stream of one batch. It may hold more columns than those named. */
  async group(path: string, name: string, group: number, columns: readonly string[]): Promise<Uint8Array> {
    const { file } = await this.#open(path, name);
    const table = await file.read({ rowGroups: [group], columns: [...columns], batchSize: BATCH_ROWS });
    return table.intoIPCStream();
  }

  #open(path: string, name: string): Promise<{ readonly fd: number; readonly file: ParquetFile }> {
    const kept = this.#files.get(name);
    const opening = kept ?? this.#read(path);
    this.#files.delete(name);
    this.#files.set(name, opening);
    opening.catch(() => this.#files.delete(name));
    if (this.#files.size > OPEN_FILES) {
      const [oldest, closing] = this.#files.entries().next().value!;
      this.#files.delete(oldest);
      void closing.then(({ fd, file }) => {
        file.free();
        closeSync(fd);
      });
    }
    return opening;
  }

  async #read(path: string): Promise<{ fd: number; file: ParquetFile }> {
    const fd = openSync(path, 'r');
    const range = new FileRange(fd, 0, fstatSync(fd).size);
    return { fd, file: await ParquetFile.fromFile(range as unknown as Blob) };
  }
}
