import { close, open, read } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WalPosition } from '../rows/version.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const readFile = promisify(read);

export function walPath(folder: string, file: number): string {
  return join(folder, `${String(file).padStart(10, '0')}.wal`);
}

/** Reads `length` bytes at `offset`; fewer at the end of the file. */
export async function readAt(fd: number, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await readFile(fd, buffer, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done === length ? buffer : buffer.subarray(0, done);
}

/** Bodies of the log by position, from any thread. */
export class WalFiles {
  readonly #folder: string;
  readonly #open = new Map<number, Promise<number>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(at: WalPosition): Promise<Buffer> {
    let fd = this.#open.get(at.file);
    if (fd === undefined) this.#open.set(at.file, (fd = openFile(walPath(this.#folder, at.file), 'r')));
    const bytes = await readAt(await fd, at.offset, at.length);
    if (bytes.length !== at.length) {
      throw new Error(`${walPath(this.#folder, at.file)} ends at ${at.offset + bytes.length}, ${at.length} bytes were written at ${at.offset}`);
    }
    return bytes;
  }

  async release(file: number): Promise<void> {
    const fd = this.#open.get(file);
    this.#open.delete(file);
    if (fd !== undefined) await closeFile(await fd);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((file) => this.release(file)));
  }
}
