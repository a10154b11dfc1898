import { open, type FileHandle } from 'node:fs/promises';
import { syncFolder } from '../folder.ts';
import type { WalPosition } from '../rows/version.ts';
import { WalFiles, walPath } from './files.ts';
import { encodeHead, FILE_MAGIC, type RecordType } from './record.ts';

/** Size at which the next record starts a new file. Files go when all in them is sealed, so smaller files free space earlier. */
const FILE_BYTES = 64 << 20;

export interface WalTail {
  readonly file: number;
  readonly offset: number;
}

type Task =
  | { readonly kind: 'write'; readonly parts: readonly Uint8Array[]; readonly done: () => void; readonly failed: (error: Error) => void }
  | { readonly kind: 'sync'; readonly done: () => void; readonly failed: (error: Error) => void }
  | { readonly kind: 'rotate'; readonly file: number };

/**
 * The write-ahead log. Records are written in the order of `append`; all that waits is written in one call, and one `fdatasync`
 * serves every commit that waits for it. A failed write or sync ends the log: what was handed over may or may not be on disk, so
 * nothing after it may succeed.
 */
export class Wal {
  readonly files: WalFiles;
  readonly #folder: string;
  #handle: FileHandle;
  #tail: WalTail;
  /** Where the file being written ends, in that file. */
  #written: WalTail;
  /** Everything before here is on disk for good. */
  #durable: WalTail;
  #step: Promise<void> | undefined;
  #queue: Task[] = [];
  #running: Promise<void> | undefined;
  #error: Error | undefined;

  private constructor(folder: string, handle: FileHandle, tail: WalTail) {
    this.#folder = folder;
    this.#handle = handle;
    this.#tail = tail;
    this.#written = tail;
    this.#durable = tail;
    this.files = new WalFiles(folder);
  }

  /** Goes on at `tail`, which recovery found to be the end; creates the file when it is missing. */
  static async open(folder: string, tail: WalTail): Promise<Wal> {
    if (tail.offset > 0) {
      const handle = await open(walPath(folder, tail.file), 'r+');
      await handle.truncate(tail.offset);
      // What recovery read may have been no further than the system's memory; whoever sees it from now on may rely on it.
      await handle.sync();
      return new Wal(folder, handle, tail);
    }
    const handle = await createFile(folder, tail.file);
    return new Wal(folder, handle, { file: tail.file, offset: FILE_MAGIC.length });
  }

  /** Where the next record will begin. */
  get tail(): WalTail {
    return this.#tail;
  }

  /** Everything before here survives a crash of the machine. */
  get durable(): WalTail {
    return this.#durable;
  }

  /** `written` resolves when the operating system has the record. */
  append(type: RecordType, transaction: bigint, meta: unknown, body: readonly Uint8Array[] = []): { at: WalPosition; written: Promise<void> } {
    if (this.#error !== undefined) throw this.#error;
    if (this.#tail.offset >= FILE_BYTES) {
      this.#tail = { file: this.#tail.file + 1, offset: FILE_MAGIC.length };
      this.#queue.push({ kind: 'rotate', file: this.#tail.file });
    }
    const head = encodeHead(type, transaction, meta, body);
    const length = body.reduce((sum, part) => sum + part.byteLength, 0);
    const at = { file: this.#tail.file, offset: this.#tail.offset + head.length, length };
    this.#tail = { file: at.file, offset: at.offset + length };
    return { at, written: this.#enqueue((done, failed) => ({ kind: 'write', parts: [head, ...body], done, failed })) };
  }

  /** Resolves when everything appended before is durable. */
  sync(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return this.#enqueue((done, failed) => ({ kind: 'sync', done, failed }));
  }

  /** A body, also one that is still on its way to the file. */
  async read(at: WalPosition): Promise<Buffer> {
    while (this.#step !== undefined && this.#isBehind(at)) await this.#step;
    return this.files.read(at);
  }

  async close(): Promise<void> {
    await this.#running;
    await this.files.close();
    await this.#handle.close();
  }

  #isBehind(at: WalPosition): boolean {
    return this.#written.file < at.file || (this.#written.file === at.file && this.#written.offset < at.offset + at.length);
  }

  #enqueue(task: (done: () => void, failed: (error: Error) => void) => Task): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // A statement that nobody waits for any more must not end the process.
    promise.catch(() => undefined);
    this.#queue.push(task(resolve, reject));
    this.#running ??= this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const tasks = this.#queue;
      this.#queue = [];
      this.#step = this.#perform(tasks).catch((error: unknown) => this.#fail(tasks, error as Error));
      await this.#step;
    }
    this.#step = undefined;
    this.#running = undefined;
  }

  #fail(tasks: readonly Task[], cause: Error): void {
    this.#error = new Error(
      `write-ahead log in ${this.#folder} failed: ${cause.message}. Free space or repair the disk, then start again`, { cause });
    for (const task of [...tasks, ...this.#queue]) if (task.kind !== 'rotate') task.failed(this.#error);
    this.#queue = [];
  }

  async #perform(tasks: readonly Task[]): Promise<void> {
    let parts: Uint8Array[] = [];
    for (const task of tasks) {
      if (task.kind === 'write') parts.push(...task.parts);
      if (task.kind !== 'rotate') continue;
      await this.#write(parts);
      parts = [];
      await this.#handle.datasync();
      await this.#handle.close();
      this.#handle = await createFile(this.#folder, task.file);
      this.#written = this.#durable = { file: task.file, offset: FILE_MAGIC.length };
    }
    await this.#write(parts);
    for (const task of tasks) if (task.kind === 'write') task.done();
    const syncs = tasks.filter((task) => task.kind === 'sync');
    if (syncs.length > 0) {
      await this.#handle.datasync();
      this.#durable = this.#written;
    }
    for (const task of syncs) task.done();
  }

  async #write(parts: Uint8Array[]): Promise<void> {
    const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (total === 0) return;
    const { file, offset } = this.#written;
    let { bytesWritten: done } = await this.#handle.writev(parts, offset);
    if (done < total) {
      const whole = Buffer.concat(parts);
      while (done < total) done += (await this.#handle.write(whole, done, total - done, offset + done)).bytesWritten;
    }
    this.#written = { file, offset: offset + total };
  }
}

async function createFile(folder: string, file: number): Promise<FileHandle> {
  const handle = await open(walPath(folder, file), 'wx+');
  await handle.write(FILE_MAGIC);
  await handle.datasync();
  await syncFolder(folder);
  return handle;
}
