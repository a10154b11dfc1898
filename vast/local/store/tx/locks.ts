import { ConflictError } from '../errors.ts';

interface Lock {
  exclusive?: bigint;
  readonly shared: Set<bigint>;
  /** Commit numbers of the last change by an exclusive holder, and by anyone. */
  changedAt: number;
  touchedAt: number;
}

/**
 * Write locks on named objects, held from a statement to the end of its transaction; nobody waits. First committer wins: an object
 * that was changed after a transaction's snapshot is lost to that transaction.
 */
export class Locks {
  readonly #locks = new Map<string, Lock>();
  readonly #held = new Map<bigint, Set<string>>();

  /** Throws ConflictError, having taken nothing, when another transaction holds or has since changed the object. */
  acquire(owner: bigint, snapshot: number, key: string, mode: 'shared' | 'exclusive', what: string): void {
    const lock = this.#locks.get(key) ?? { shared: new Set<bigint>(), changedAt: 0, touchedAt: 0 };
    if (lock.exclusive !== undefined && lock.exclusive !== owner) throw new ConflictError(`${what} is being changed by another transaction`);
    if (mode === 'exclusive' && [...lock.shared].some((holder) => holder !== owner)) {
      throw new ConflictError(`${what} is in use by another transaction`);
    }
    if ((mode === 'exclusive' ? lock.touchedAt : lock.changedAt) > snapshot) {
      throw new ConflictError(`${what} was changed after this transaction began`);
    }
    if (mode === 'exclusive') lock.exclusive = owner;
    else lock.shared.add(owner);
    this.#locks.set(key, lock);
    let held = this.#held.get(owner);
    if (held === undefined) this.#held.set(owner, (held = new Set()));
    held.add(key);
  }

  /** Frees what `owner` holds. `commit` is the number of its commit, absent for a rollback. */
  release(owner: bigint, commit?: number): void {
    for (const key of this.#held.get(owner) ?? []) {
      const lock = this.#locks.get(key)!;
      if (commit !== undefined) {
        lock.touchedAt = commit;
        if (lock.exclusive === owner) lock.changedAt = commit;
      }
      if (lock.exclusive === owner) delete lock.exclusive;
      lock.shared.delete(owner);
    }
    this.#held.delete(owner);
  }

  /** Forgets what no transaction with a snapshot of `oldest` or later can conflict with. */
  trim(oldest: number): void {
    for (const [key, lock] of this.#locks) {
      if (lock.exclusive === undefined && lock.shared.size === 0 && lock.touchedAt <= oldest) this.#locks.delete(key);
    }
  }
}
