import { apply, findSchema, type Change } from './catalog/catalog.ts';
import { changeToJson } from './catalog/codec.ts';
import type { Folder } from './folder.ts';
import { writeManifest } from './manifest.ts';
import { readMeta } from './parquet/meta.ts';
import { ParquetThread } from './parquet/thread.ts';
import { ByteCache } from './rows/cache.ts';
import { ROW_ID_LIMIT } from './rows/row-ids.ts';
import { CachedSources } from './rows/sources.ts';
import { EMPTY_VERSION, extend, type Segment, type TableVersion } from './rows/version.ts';
import { Backlog } from './seal/backlog.ts';
import { Placement } from './seal/placement.ts';
import { Retirement } from './seal/retirement.ts';
import { SealSchedule } from './seal/schedule.ts';
import { replace, Sealer, type Sealed } from './seal/sealer.ts';
import type { Engine, Root } from './tx/engine.ts';
import { Locks } from './tx/locks.ts';
import { RowLocks } from './tx/row-locks.ts';
import { StoreTransaction } from './tx/transaction.ts';
import type { Store, StoreOptions, Transaction } from './types.ts';
import { RecordType } from './wal/record.ts';
import type { CommitMeta, Replayed } from './wal/replay.ts';
import type { Wal } from './wal/wal.ts';

const HOUSEKEEPING_MS = 1_000;

const LAST_SEAL_MS = 15_000;

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
  readonly #retirement: Retirement;
  readonly #nextRowIds: Map<number, number>;
  readonly #backlog: Backlog;
  readonly #schedule: SealSchedule;
  #root: Root;
  #lastCommit: number;
  #nextId: number;
  #nextFile: number;
  #nextTransaction: bigint;
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
    this.#backlog = new Backlog(replayed.unsealed);
    this.#schedule = new SealSchedule(() => this.#seal(), this.#backlog, options, options.log);
    const now = BigInt(Date.now()) << 22n;
    this.#nextTransaction = replayed.nextTransaction > now ? replayed.nextTransaction : now;
    const folders = { wal: folder.wal, meta: folder.meta };
    this.#reader = new ParquetThread(folders);
    this.#writer = new ParquetThread(folders);
    this.#placement = new Placement(folder);
    this.#sealer = new Sealer(folder, this.#writer, this.#placement);
    this.#retirement = new Retirement({
      wal, walFolder: folder.wal, oldestWal: replayed.start.file, placement: this.#placement, forget: (files) => this.#reader.forget(files), log: options.log,
    });
    this.sources = new CachedSources({
      log: (at) => wal.read(at),
      meta: (file) => readMeta(folder.meta, file),
      group: (file, group, names) => this.#readGroup(file, group, names),
    }, new ByteCache(options.cacheBytes ?? 128 << 20));
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
    const retirement = this.#retirement;
    return {
      async *[Symbol.asyncIterator]() {
        const user = {};
        retirement.enter(user);
        try {
          yield* iterate();
        } finally {
          retirement.leave(user);
        }
      },
    };
  }

  async commit(transaction: StoreTransaction): Promise<void> {
    await this.#schedule.room();
    const commit = ++this.#lastCommit;
    const first = transaction.firstRecord!;
    const { at } = this.wal.append(RecordType.commit, transaction.id, { commit, durable: this.wal.durable } satisfies CommitMeta);
    const bytes = (at.file - first.file) * (64 << 20) + at.offset - first.offset;
    // Syncs are answered in the order they were asked for, so states are published in the order of their commits.
    await this.wal.sync();
    this.#publish(transaction, commit);
    this.#backlog.add(commit, first, bytes);
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
    this.#retirement.leave(transaction);
  }

  seal(): Promise<void> {
    return this.#schedule.seal();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      for (const transaction of this.#open.values()) await transaction.abandon();
      await this.#lastSeal();
      await this.#retirement.settled();
    } finally {
      await this.wal.close();
      await Promise.all([this.#reader.stop(), this.#writer.stop()]);
      this.#unlock();
    }
  }

  /** A process that is told to end has seconds: what is not sealed by then is in the log, where the next open finds it. */
  async #lastSeal(): Promise<void> {
    const patienceMs = this.#options.lastSealMs ?? LAST_SEAL_MS;
    const patience = setTimeout(() => {
      this.#schedule.end();
      this.#options.log(`sealing has not ended in ${patienceMs / 1000} s; the next start goes on with it`);
      void this.#writer.stop();
    }, patienceMs);
    try {
      await this.seal();
    } catch (error) {
      if (!this.#schedule.ended) throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  #begin(): StoreTransaction {
    const transaction = new StoreTransaction(this, ++this.#nextTransaction, this.#root);
    this.#open.set(transaction.id, transaction);
    this.#retirement.enter(transaction);
    return transaction;
  }

  #publish(transaction: StoreTransaction, commit: number): void {
    let { catalog } = this.#root;
    const tables = new Map(this.#root.tables);
    for (const change of transaction.changes) {
      catalog = apply(catalog, change);
      if (change.op === 'drop-table') {
        this.#retirement.retire({ files: fileNames(tables.get(change.id)?.segments ?? []) });
        tables.delete(change.id);
        this.#nextRowIds.delete(change.id);
      }
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
      transaction.rollback().catch((error: unknown) => { this.#options.log((error as Error).message); });
    }
    this.#schedule.tick(now);
  }

  async #seal(): Promise<void> {
    const user = {};
    this.#retirement.enter(user);
    try {
      await this.#sealAll();
    } finally {
      this.#retirement.leave(user);
    }
  }

  async #sealAll(): Promise<void> {
    const root = this.#root;
    if (this.#backlog.isEmpty) return;
    const sealed = await this.#sealer.seal(root, this.#nextFile);
    const replay = this.#backlog.replayFrom(root.commit, this.wal.tail, [...this.#open.values()].flatMap(({ firstRecord }) => firstRecord ?? []));
    // The manifest says that the log is there up to `replay` at least.
    await this.wal.sync();
    await writeManifest(this.#folder, {
      commit: root.commit, catalog: root.catalog, nextId: this.#nextId, nextRowIds: this.#nextRowIds, nextFile: sealed?.nextFile ?? this.#nextFile, replay,
      tables: new Map([...(sealed?.tables ?? root.tables)].map(([table, { rows, segments }]) => [table, { rows, files: segments.filter((s) => s.kind === 'file') }])),
    });
    this.#backlog.sealed(root.commit);
    const old = sealed === undefined ? [] : this.#swap(sealed);
    this.#retirement.retire({ files: old, walBefore: replay.file });
    await this.#arrange();
  }

  /** Publishes the files in place of what they were made of; returns the files that no state uses any more. */
  #swap({ replaced, nextFile }: Sealed): string[] {
    this.#nextFile = nextFile;
    const tables = new Map<number, TableVersion>(this.#root.tables);
    const old: string[] = [];
    for (const [table, { choice, files }] of replaced) {
      old.push(...fileNames(choice.segments));
      for (const segment of choice.segments) if (segment.kind === 'insert') this.sources.forget(segment.at);
      for (const { at } of choice.deltas) this.sources.forget(at);
      const version = tables.get(table);
      if (version === undefined) old.push(...fileNames(files));
      else tables.set(table, replace(version, choice, files));
    }
    this.#root = { ...this.#root, tables };
    return old;
  }

  /** What is committed stays committed where a file cannot be moved: it is read from where it lies, and the next seal tries again. */
  async #arrange(): Promise<void> {
    try {
      await this.#placement.arrange(() => this.#root);
    } catch (error) {
      this.#options.log(`Parquet files could not be moved to their tables' folders: ${(error as Error).message}`);
    }
  }

  async #readGroup(file: string, group: number, names: readonly string[]): Promise<Uint8Array> {
    for (;;) {
      const place = this.#placement.placeOf(file);
      try {
        return await this.#reader.group(this.#placement.pathOf(file), file, group, names);
      } catch (error) {
        // A table was renamed before the file was opened.
        await this.#placement.settled();
        if (this.#placement.placeOf(file) === place) throw error;
      }
    }
  }
}

function fileNames(segments: readonly Segment[]): string[] {
  return segments.flatMap((segment) => (segment.kind === 'file' ? [segment.name] : []));
}
