import { rm } from 'node:fs/promises';
import { apply, findSchema, type Change } from './catalog/catalog.ts';
import { changeToJson } from './catalog/codec.ts';
import type { Folder } from './folder.ts';
import { writeManifest } from './manifest.ts';
import { readMeta } from './parquet/meta.ts';
import { ParquetThread } from './parquet/thread.ts';
import { ByteCache } from './rows/cache.ts';
import { ROW_ID_LIMIT } from './rows/row-ids.ts';
import { CachedSources } from './rows/sources.ts';
import { EMPTY_VERSION, extend, type TableVersion } from './rows/version.ts';
import { Placement } from './seal/placement.ts';
import { replace, Sealer, type Sealed } from './seal/sealer.ts';
import type { Engine, Root } from './tx/engine.ts';
import { Locks } from './tx/locks.ts';
import { RowLocks } from './tx/row-locks.ts';
import { StoreTransaction } from './tx/transaction.ts';
import type { Store, StoreOptions, Transaction } from './types.ts';
import { walPath } from './wal/files.ts';
import { RecordType } from './wal/record.ts';
import type { Replayed } from './wal/replay.ts';
import type { Wal, WalTail } from './wal/wal.ts';

const HOUSEKEEPING_MS = 1_000;

export interface LocalStoreParts {
  readonly folder: Folder;
  readonly unlock: () => void;
  readonly wal: Wal;
  readonly replayed: Replayed;
  readonly nextFile: number;
  readonly options: StoreOptions & { readonly log: (message: string) => void };
}

/** The committed state, who reads it, and its way to Parquet. All states are immutable; publishing one is one assignment. */
export class LocalStore implements Store, Engine {
  readonly wal: Wal;
  readonly sources: CachedSources;
  readonly locks = new Locks();
  readonly rowLocks = new RowLocks();
  readonly #folder: Folder;
  readonly #unlock: () => void;
  readonly #options: LocalStoreParts['options'];
  readonly #reader: ParquetThread;
  readonly #writer: ParquetThread;
  readonly #placement: Placement;
  readonly #sealer: Sealer;
  readonly #open = new Map<bigint, StoreTransaction>();
  /** Transactions and scans that stand on some state: what was replaced goes when all that were there have ended. */
  readonly #users = new Set<object>();
  readonly #retired: { readonly users: Set<object>; readonly files: readonly string[]; readonly walBefore: number }[] = [];
  readonly #nextRowIds: Map<number, number>;
  readonly #unsealed: { commit: number; first: WalTail; at: number; bytes: number }[];
  #root: Root;
  #lastCommit: number;
  #nextId: number;
  #nextFile: number;
  #nextTransaction = BigInt(Date.now()) << 22n;
  #oldestWal: number;
  #sealing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ folder, unlock, wal, replayed, nextFile, options }: LocalStoreParts) {
    this.#folder = folder;
    this.#unlock = unlock;
    this.#options = options;
    this.wal = wal;
    this.#root = { commit: replayed.commit, catalog: replayed.catalog, tables: replayed.tables };
    this.#lastCommit = replayed.commit;
    this.#nextId = replayed.nextId;
    this.#nextRowIds = replayed.nextRowIds;
    this.#nextFile = nextFile;
    this.#unsealed = replayed.unsealed.map((entry) => ({ ...entry, at: Date.now(), bytes: 0 }));
    this.#oldestWal = this.#unsealed[0]?.first.file ?? wal.tail.file;
    const folders = { wal: folder.wal, meta: folder.meta };
    this.#reader = new ParquetThread(folders);
    this.#writer = new ParquetThread(folders);
    this.#placement = new Placement(folder);
    this.#sealer = new Sealer(folder, this.#writer, this.#placement);
    this.sources = new CachedSources({
      log: (at) => wal.read(at),
      meta: (file) => readMeta(folder.meta, file),
      group: (file, group, names) => this.#reader.group(this.#placement.pathOf(file), file, group, names),
    }, new ByteCache(options.cacheBytes ?? 256 << 20));
  }

  /** Puts files in their places and creates the buckets that are missing. */
  async start(buckets: readonly string[]): Promise<void> {
    await this.#placement.recover(this.#root);
    const missing = buckets.filter((name) => findSchema(this.#root.catalog, [name]) === undefined);
    if (missing.length > 0) {
      const transaction = this.#begin();
      transaction.firstRecord = this.wal.tail;
      for (const name of missing) {
        const change: Change = { op: 'put-schema', entry: { id: this.nextId(), parent: 0, name, properties: {} } };
        this.wal.append(RecordType.change, transaction.id, changeToJson(change));
        transaction.changes.push(change);
      }
      await this.commit(transaction);
    }
    this.#timer = setInterval(() => { this.#housekeeping(); }, HOUSEKEEPING_MS);
    this.#timer.unref();
  }

  begin(): Transaction {
    return this.#begin();
  }

  transaction(id: bigint): Transaction | undefined {
    const transaction = this.#open.get(id);
    return transaction?.isOpen === true ? transaction : undefined;
  }

  nextId(): number {
    return this.#nextId++;
  }

  nextRowId(table: number): number {
    return this.#nextRowIds.get(table) ?? 0;
  }

  claimRowIds(table: number, rows: number): [number, number] {
    const from = this.nextRowId(table);
    if (from + rows > ROW_ID_LIMIT) throw new Error(`table ${table} has used up its row ids`);
    this.#nextRowIds.set(table, from + rows);
    return [from, from + rows];
  }

  noteRowIds(table: number, ids: Float64Array): [number, number] {
    let from = Infinity;
    let to = 0;
    for (const id of ids) {
      from = Math.min(from, id);
      to = Math.max(to, id + 1);
    }
    this.#nextRowIds.set(table, Math.max(this.nextRowId(table), to));
    return [from, to];
  }

  pinned<T>(iterate: () => AsyncGenerator<T>): AsyncIterable<T> {
    const users = this.#users;
    const settle = (user: object): void => { this.#leave(user); };
    return {
      async *[Symbol.asyncIterator]() {
        const user = {};
        users.add(user);
        try {
          yield* iterate();
        } finally {
          settle(user);
        }
      },
    };
  }

  async commit(transaction: StoreTransaction): Promise<void> {
    const commit = ++this.#lastCommit;
    const first = transaction.firstRecord!;
    const { at } = this.wal.append(RecordType.commit, transaction.id, { commit });
    const bytes = (at.file - first.file) * (64 << 20) + at.offset - first.offset;
    // Syncs are answered in the order they were asked for, so states are published in the order of their commits.
    await this.wal.sync();
    this.#publish(transaction, commit);
    this.#unsealed.push({ commit, first, at: Date.now(), bytes });
    this.finish(transaction, commit);
    if (transaction.changes.length > 0) await this.#arrange();
  }

  finish(transaction: StoreTransaction, commit?: number): void {
    this.#open.delete(transaction.id);
    this.locks.release(transaction.id, commit);
    let oldest = this.#root.commit;
    for (const { snapshot } of this.#open.values()) oldest = Math.min(oldest, snapshot.commit);
    this.rowLocks.release(transaction.id, oldest, commit);
    this.locks.trim(oldest);
    this.#leave(transaction);
  }

  async seal(): Promise<void> {
    await this.#sealing;
    this.#sealing = this.#seal().finally(() => { this.#sealing = undefined; });
    await this.#sealing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const transaction of this.#open.values()) if (transaction.isOpen) await transaction.rollback();
    await this.seal();
    await this.wal.close();
    await Promise.all([this.#reader.stop(), this.#writer.stop()]);
    this.#unlock();
  }

  #begin(): StoreTransaction {
    const transaction = new StoreTransaction(this, ++this.#nextTransaction, this.#root);
    this.#open.set(transaction.id, transaction);
    this.#users.add(transaction);
    return transaction;
  }

  #publish(transaction: StoreTransaction, commit: number): void {
    let { catalog } = this.#root;
    const tables = new Map(this.#root.tables);
    for (const change of transaction.changes) {
      catalog = apply(catalog, change);
      if (change.op === 'drop-table') tables.delete(change.id);
    }
    for (const [table, added] of transaction.additions) {
      if (catalog.tables.has(table)) tables.set(table, extend(tables.get(table) ?? EMPTY_VERSION, added));
    }
    this.#root = { commit, catalog, tables };
  }

  #housekeeping(): void {
    const now = Date.now();
    const idle = this.#options.transactionIdleMs ?? 600_000;
    for (const transaction of this.#open.values()) {
      if (!transaction.isOpen || now - transaction.lastUsed < idle) continue;
      this.#options.log(`transaction ${transaction.id} was idle for ${Math.round(idle / 1000)} s: rolled back`);
      void transaction.rollback();
    }
    const oldest = this.#unsealed[0];
    if (this.#sealing !== undefined || oldest === undefined) return;
    const bytes = this.#unsealed.reduce((sum, entry) => sum + entry.bytes, 0);
    if (now - oldest.at < (this.#options.sealAfterMs ?? 30_000) && bytes < (this.#options.sealBytes ?? 64 << 20)) return;
    this.seal().catch((error: unknown) => { this.#options.log(`sealing failed, tried again later: ${(error as Error).message}`); });
  }

  async #seal(): Promise<void> {
    const root = this.#root;
    if (this.#unsealed.length === 0) return;
    const sealed = await this.#sealer.seal(root, this.#nextFile);
    const replay = this.#replayFrom(root.commit);
    await writeManifest(this.#folder, {
      commit: root.commit, catalog: root.catalog, nextId: this.#nextId, nextRowIds: this.#nextRowIds, nextFile: sealed?.nextFile ?? this.#nextFile, replay,
      tables: new Map([...(sealed?.tables ?? root.tables)].map(([table, { rows, segments }]) => [table, { rows, files: segments.filter((s) => s.kind === 'file') }])),
    });
    const kept = this.#unsealed.filter(({ commit }) => commit > root.commit);
    this.#unsealed.splice(0, this.#unsealed.length, ...kept);
    const old = sealed === undefined ? [] : this.#swap(sealed);
    this.#retired.push({ users: new Set(this.#users), files: old, walBefore: replay.file });
    await this.#arrange();
    await this.#removeRetired();
  }

  /** The log before here is in the manifest, or belongs to nothing. */
  #replayFrom(commit: number): WalTail {
    let from = this.wal.tail;
    const consider = (at: WalTail | undefined): void => {
      if (at !== undefined && (at.file < from.file || (at.file === from.file && at.offset < from.offset))) from = at;
    };
    for (const entry of this.#unsealed) if (entry.commit > commit) consider(entry.first);
    for (const transaction of this.#open.values()) consider(transaction.firstRecord);
    return from;
  }

  /** Publishes the files in place of what they were made of; returns the files that no state uses any more. */
  #swap({ replaced, nextFile }: Sealed): string[] {
    this.#nextFile = nextFile;
    const tables = new Map<number, TableVersion>(this.#root.tables);
    const old: string[] = [];
    for (const [table, { choice, files }] of replaced) {
      old.push(...choice.segments.flatMap((segment) => (segment.kind === 'file' ? [segment.name] : [])));
      const version = tables.get(table);
      if (version === undefined) old.push(...files.map(({ name }) => name));
      else tables.set(table, replace(version, choice, files));
    }
    this.#root = { ...this.#root, tables };
    return old;
  }

  async #arrange(): Promise<void> {
    this.#arranging = this.#arranging.then(() => this.#placement.arrange(this.#root));
    await this.#arranging;
  }

  #arranging: Promise<void> = Promise.resolve();

  #leave(user: object): void {
    this.#users.delete(user);
    for (const { users } of this.#retired) users.delete(user);
    if (this.#retired[0]?.users.size === 0) void this.#removeRetired().catch((error: unknown) => { this.#options.log((error as Error).message); });
  }

  async #removeRetired(): Promise<void> {
    while (this.#retired[0]?.users.size === 0) {
      const { files, walBefore } = this.#retired.shift()!;
      for (const name of files) await this.#placement.remove(name);
      for (; this.#oldestWal < walBefore; this.#oldestWal++) {
        await this.wal.files.release(this.#oldestWal);
        await rm(walPath(this.#folder.wal, this.#oldestWal), { force: true });
      }
    }
  }
}
