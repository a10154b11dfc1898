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

/** One life of the thread, with the requests that it has not answered: they end with it, and no other's do. */
class Life {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #nextId = 1;

  /** @param onEnd it has ended, whatever the reason, and takes no more requests */
  constructor(folders: WorkerFolders, onEnd: () => void) {
    this.#worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: folders, resourceLimits: HEAP });
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    const end = (error: Error): void => {
      onEnd();
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#worker.on('error', end);
    this.#worker.on('exit', () => end(new Error('Parquet thread was stopped')));
  }

  ask(body: Body): Promise<Answer> {
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ id, ...body });
    return waiting.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    // An idle thread does not keep the process alive.
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(`Parquet thread: ${answer.error}`));
  }
}

/** A thread with Parquet's WebAssembly in it, started with the first request and ended with `stop`, which gives its memory back. */
export class ParquetThread {
  readonly #folders: WorkerFolders;
  #life: Life | undefined;

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
    if (names.length > 0) this.#life?.ask({ kind: 'forget', names }).catch(() => undefined);
  }

  /** What is asked for meanwhile is a new thread's to answer. */
  async stop(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    await life?.end();
  }

  #ask(body: Body): Promise<Answer> {
    const life = this.#life ??= new Life(this.#folders, () => {
      if (this.#life === life) this.#life = undefined;
    });
    return life.ask(body);
  }
}
