import type { WalTail } from '../wal/wal.ts';

interface Unsealed {
  readonly commit: number;
  /** Its first record in the log. */
  readonly first: WalTail;
  readonly at: number;
  readonly bytes: number;
}

/** Commits that are in the log and in no manifest. */
export class Backlog {
  #commits: readonly Unsealed[];

  /** @param recovered what the log held when the store was opened: as old as now */
  constructor(recovered: readonly { readonly commit: number; readonly first: WalTail }[]) {
    this.#commits = recovered.map((entry) => ({ ...entry, at: Date.now(), bytes: 0 }));
  }

  get isEmpty(): boolean {
    return this.#commits.length === 0;
  }

  add(commit: number, first: WalTail, bytes: number): void {
    this.#commits = [...this.#commits, { commit, first, at: Date.now(), bytes }];
  }

  /** Of the log. */
  get bytes(): number {
    return this.#commits.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  /** Whether the oldest has waited for `ageMs`, or all have `bytes`. */
  isDue(ageMs: number, bytes: number): boolean {
    if (this.#commits.length === 0) return false;
    return Date.now() - this.#commits[0].at >= ageMs || this.bytes >= bytes;
  }

  /** Commits up to this one are in the manifest. */
  sealed(commit: number): void {
    this.#commits = this.#commits.filter((entry) => entry.commit > commit);
  }

  /**
   * Where recovery begins that has a manifest of `commit`: the log before is in there, or belongs to nothing.
   * @param tail end of the log
   * @param open first records of transactions that have not ended
   */
  replayFrom(commit: number, tail: WalTail, open: readonly WalTail[]): WalTail {
    const needed = this.#commits.filter((entry) => entry.commit > commit).map(({ first }) => first);
    return [...needed, ...open].reduce((from, at) => (at.file < from.file || (at.file === from.file && at.offset < from.offset) ? at : from), tail);
  }
}
