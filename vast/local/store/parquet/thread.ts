import { Worker } from 'node:worker_threads';
import type { FileSegment } from '../rows/version.ts';
import type { RewriteJob } from './rewrite.ts';

export interface WorkerFolders {
  readonly wal: string;
  readonly meta: string;
}

export type Request = { readonly id: number } & (
  | { readonly kind: 'group'; readonly path: string; readonly name: string; readonly group: number; readonly columns: readonly string[] }
  | { readonly kind: 'rewrite'; readonly job: RewriteJob; readonly paths: ReadonlyMap<string, string> }
  | { readonly kind: 'forget'; readonly names: readonly string[] }
);

export interface Answer {
  readonly id: number;
  readonly bytes?: Uint8Array;
  readonly files?: FileSegment[];
  readonly error?: string;
}

/** What a thread works on lies outside of its heap. Without limits V8 collects that garbage only when there are hundreds of megabytes of it. */
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 12 };

type Body = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

/** A thread with Parquet's WebAssembly in it, started with the first request and ended with `stop`, which gives its memory back. */
export class ParquetThread {
  readonly #folders: WorkerFolders;
  readonly #waiting = new Map<number, { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }>();
  #worker: Worker | undefined;
  #nextId = 1;

  constructor(folders: WorkerFolders) {
    this.#folders = folders;
  }

  async group(path: string, name: string, group: number, columns: readonly string[]): Promise<Uint8Array> {
    return (await this.#ask({ kind: 'group', path, name, group, columns })).bytes!;
  }

  async rewrite(job: RewriteJob, paths: ReadonlyMap<string, string>): Promise<FileSegment[]> {
    return (await this.#ask({ kind: 'rewrite', job, paths })).files!;
  }

  /** Closes files that have been replaced, so that their space is free once they are removed. */
  forget(names: readonly string[]): void {
    if (names.length > 0 && this.#worker !== undefined) this.#ask({ kind: 'forget', names }).catch(() => undefined);
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #ask(body: Body): Promise<Answer> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { resolve, reject });
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    worker.postMessage({ id, ...body });
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: this.#folders, resourceLimits: HEAP });
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      // An idle thread does not keep the process alive.
      if (this.#waiting.size === 0) worker.unref();
      if (answer.error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(`Parquet thread: ${answer.error}`));
    });
    const end = (error: Error): void => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.on('error', end);
    worker.on('exit', () => end(new Error('Parquet thread was stopped')));
    return worker;
  }
}
