import { rm } from 'node:fs/promises';
import { walPath } from '../wal/files.ts';
import type { Wal } from '../wal/wal.ts';
import type { Placement } from './placement.ts';

/** What a newer state replaced, and the log before the newer manifest. */
export interface Retired {
  readonly files: readonly string[];
  /** The log's files before this one are not needed for recovery. */
  readonly walBefore: number;
}

export interface RetirementParts {
  readonly wal: Wal;
  readonly walFolder: string;
  /** First file of the log that is there. */
  readonly oldestWal: number;
  readonly placement: Placement;
  /** Told of files before they are removed. */
  readonly forget: (files: readonly string[]) => void;
  readonly log: (message: string) => void;
}

/** Who stands on some state (transactions, scans, the sealer), and what has been replaced under them: it is removed when they have all left. */
export class Retirement {
  readonly #parts: RetirementParts;
  readonly #users = new Set<object>();
  readonly #waiting: { readonly users: Set<object>; readonly retired: Retired }[] = [];
  #oldestWal: number;
  #removing: Promise<void> = Promise.resolve();

  constructor(parts: RetirementParts) {
    this.#parts = parts;
    this.#oldestWal = parts.oldestWal;
  }

  enter(user: object): void {
    this.#users.add(user);
  }

  leave(user: object): void {
    this.#users.delete(user);
    for (const { users } of this.#waiting) users.delete(user);
    this.#removing = this.#removing.then(() => this.#remove()).catch((error: unknown) => {
      this.#parts.log(`files that are not needed any more could not be removed: ${(error as Error).message}`);
    });
  }

  /** Whoever enters later stands on a state without it. */
  retire({ files, walBefore = 0 }: Partial<Retired> & Pick<Retired, 'files'>): void {
    this.#waiting.push({ users: new Set(this.#users), retired: { files, walBefore } });
  }

  /** Resolves when everything is removed that could be. */
  async settled(): Promise<void> {
    await this.#removing;
  }

  /** Oldest first: who holds something old may also hold what came after. */
  async #remove(): Promise<void> {
    const { wal, walFolder, placement, forget } = this.#parts;
    while (this.#waiting[0]?.users.size === 0) {
      const { files, walBefore } = this.#waiting.shift()!.retired;
      forget(files);
      await placement.remove(files);
      while (this.#oldestWal < walBefore) {
        const file = this.#oldestWal++;
        await wal.files.release(file);
        await rm(walPath(walFolder, file), { force: true });
      }
    }
  }
}
