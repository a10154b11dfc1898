import { readdir, readFile, rm } from 'node:fs/promises';
import { apply, EMPTY_CATALOG, type Catalog, type Change } from '../catalog/catalog.ts';
import { changeFromJson, type ChangeJson } from '../catalog/codec.ts';
import { StoreOpenError } from '../errors.ts';
import type { Folder } from '../folder.ts';
import type { Manifest } from '../manifest.ts';
import { EMPTY_VERSION, extend, type Additions, type TableVersion, type WalPosition } from '../rows/version.ts';
import { walPath } from './files.ts';
import { checksumMatches, decodeHead, FILE_MAGIC, HEADER_BYTES, RecordType } from './record.ts';
import type { WalTail } from './wal.ts';

/** What the log made of the manifest. */
export interface Replayed {
  readonly commit: number;
  readonly catalog: Catalog;
  readonly tables: Map<number, TableVersion>;
  readonly nextId: number;
  readonly nextRowIds: Map<number, number>;
  /** First record of each commit that is in no manifest yet. */
  readonly unsealed: { readonly commit: number; readonly first: WalTail }[];
  /** Where the log begins, and where it goes on. */
  readonly start: WalTail;
  readonly tail: WalTail;
  /** Greater than every transaction id in the log. */
  readonly nextTransaction: bigint;
}

/** What a commit record says. */
export interface CommitMeta {
  readonly commit: number;
  /** Where the log ended on disk when the record was written. */
  readonly durable: WalTail;
}

interface Pending {
  readonly first: WalTail;
  readonly changes: Change[];
  readonly additions: Map<number, Additions>;
  seq: number;
}

interface RowsMeta {
  readonly table: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly columnIds: readonly number[];
  readonly idColumn?: number;
  /** Of an update or delete: rows named. */
  readonly count: number;
}

/**
 * Reads the log from where the manifest ends. A transaction counts when its commit record is whole. What was not durable yet at the end
 * of the last file is what a crash leaves, and is dropped. @throws StoreOpenError for damage anywhere else
 */
export async function replay(folder: Folder, manifest: Manifest | undefined, log: (message: string) => void): Promise<Replayed> {
  const start = manifest?.replay ?? { file: 1, offset: 0 };
  const first = walPath(folder.wal, start.file);
  const names = (await readdir(folder.wal)).filter((name) => name.endsWith('.wal')).sort();
  for (const name of names) if (Number.parseInt(name, 10) < start.file) await rm(`${folder.wal}/${name}`);
  const files = names.map((name) => Number.parseInt(name, 10)).filter((file) => file >= start.file);
  if (start.offset > 0 && files[0] !== start.file) throw new StoreOpenError(`${first} is missing. ${REMEDY}`);
  const state = new Replay(manifest);
  let tail: WalTail = { file: start.file, offset: 0 };
  for (const [i, file] of files.entries()) {
    const path = walPath(folder.wal, file);
    const bytes = await readFile(path);
    const isLast = i === files.length - 1;
    if (file !== start.file + i) throw new StoreOpenError(`${walPath(folder.wal, start.file + i)} is missing. ${REMEDY}`);
    if (i === 0 && bytes.length < start.offset) throw new StoreOpenError(`${path} ends at byte ${bytes.length}, before ${start.offset}. ${REMEDY}`);
    const from = file === start.file ? Math.max(start.offset, FILE_MAGIC.length) : FILE_MAGIC.length;
    const end = bytes.subarray(0, FILE_MAGIC.length).equals(FILE_MAGIC) ? state.read(file, bytes, from) : 0;
    if (end < bytes.length) {
      if (!isLast || wasDurable(file, bytes, end)) throw new StoreOpenError(`${path} is damaged at byte ${end}. ${REMEDY}`);
      log(`${path}: ${bytes.length - end} bytes of an unfinished record cut off`);
    }
    if (end === 0) await rm(path);
    tail = { file, offset: end };
  }
  return { ...state.result(), start, tail };
}

const REMEDY = 'Restore it from a backup, or start with another data folder';

/** Whether a commit behind a record that cannot be read tells that the record had been on disk: then it was damaged, not cut off. */
function wasDurable(file: number, bytes: Buffer, damaged: number): boolean {
  for (let at = damaged + 1; at + HEADER_BYTES <= bytes.length; at++) {
    if (bytes.readUInt32LE(at + 12) !== RecordType.commit || bytes.readUInt32LE(at + 8) !== 0) continue;
    const end = at + HEADER_BYTES + bytes.readUInt32LE(at + 4);
    if (end > bytes.length || !checksumMatches(bytes.subarray(at, end))) continue;
    const { durable } = JSON.parse(bytes.toString('utf8', at + HEADER_BYTES, end)) as CommitMeta;
    if (durable.file === file && durable.offset > damaged) return true;
  }
  return false;
}

class Replay {
  #commit: number;
  #catalog: Catalog;
  readonly #sealed: number;
  readonly #tables = new Map<number, TableVersion>();
  #nextId: number;
  readonly #nextRowIds: Map<number, number>;
  readonly #unsealed: { commit: number; first: WalTail }[] = [];
  readonly #pending = new Map<bigint, Pending>();
  #nextTransaction = 0n;

  constructor(manifest: Manifest | undefined) {
    this.#commit = this.#sealed = manifest?.commit ?? 0;
    this.#catalog = manifest?.catalog ?? EMPTY_CATALOG;
    this.#nextId = manifest?.nextId ?? 1;
    this.#nextRowIds = new Map(manifest?.nextRowIds);
    for (const [table, { rows, files }] of manifest?.tables ?? []) this.#tables.set(table, { ...EMPTY_VERSION, segments: files, rows });
  }

  /** Applies whole records from `at` on; returns where they end. */
  read(file: number, bytes: Buffer, at: number): number {
    while (at + HEADER_BYTES <= bytes.length) {
      const head = decodeHead(bytes.subarray(at, at + HEADER_BYTES));
      const body = at + HEADER_BYTES + head.metaBytes;
      const end = body + head.bodyBytes;
      if (end > bytes.length || !checksumMatches(bytes.subarray(at, end))) break;
      const meta: unknown = JSON.parse(bytes.toString('utf8', at + HEADER_BYTES, body));
      this.#record(head.type, head.transaction, { file, offset: at }, meta, { file, offset: body, length: head.bodyBytes }, bytes.subarray(body, end));
      at = end;
    }
    return at;
  }

  result(): Omit<Replayed, 'start' | 'tail'> {
    return {
      nextTransaction: this.#nextTransaction,
      commit: this.#commit, catalog: this.#catalog, tables: this.#tables, nextId: this.#nextId, nextRowIds: this.#nextRowIds, unsealed: this.#unsealed,
    };
  }

  #record(type: RecordType, transaction: bigint, first: WalTail, meta: unknown, at: WalPosition, body: Buffer): void {
    if (transaction >= this.#nextTransaction) this.#nextTransaction = transaction + 1n;
    let pending = this.#pending.get(transaction);
    if (pending === undefined) this.#pending.set(transaction, (pending = { first, changes: [], additions: new Map(), seq: 1 }));
    switch (type) {
      case RecordType.change:
        pending.changes.push(changeFromJson(meta as ChangeJson));
        break;
      case RecordType.insert:
      case RecordType.update:
      case RecordType.delete:
        this.#rows(type, pending, meta as RowsMeta, at, body);
        break;
      case RecordType.commit:
        this.#pending.delete(transaction);
        this.#apply(pending, (meta as CommitMeta).commit);
        break;
      case RecordType.rollback:
        this.#pending.delete(transaction);
        break;
    }
  }

  #rows(type: RecordType, pending: Pending, meta: RowsMeta, at: WalPosition, body: Buffer): void {
    const { table, columnIds } = meta;
    let added = pending.additions.get(table);
    if (added === undefined) pending.additions.set(table, (added = { segments: [], deltas: [], rows: 0 }));
    const seq = pending.seq++;
    if (type === RecordType.insert) {
      const { rows, from, to, idColumn } = meta;
      added.segments.push({ kind: 'insert', at, rows, from, to, columnIds, ...(idColumn === undefined ? {} : { idColumn }), seq });
      added.rows += rows;
      this.#nextRowIds.set(table, Math.max(this.#nextRowIds.get(table) ?? 0, to));
      return;
    }
    const idBytes = meta.count * 8;
    const ids = new Float64Array(new Uint8Array(body.subarray(0, idBytes)).buffer);
    if (type === RecordType.delete) {
      added.deltas.push({ kind: 'delete', ids, batchRows: new Int32Array(0), at: { ...at, offset: at.offset + at.length, length: 0 }, columnIds: [], seq });
      added.rows -= meta.count;
      return;
    }
    const rowBytes = meta.count * 4;
    const batchRows = new Int32Array(new Uint8Array(body.subarray(idBytes, idBytes + rowBytes)).buffer);
    const skipped = idBytes + rowBytes;
    added.deltas.push({ kind: 'update', ids, batchRows, at: { file: at.file, offset: at.offset + skipped, length: at.length - skipped }, columnIds, seq });
  }

  #apply(pending: Pending, commit: number): void {
    for (const change of pending.changes) {
      this.#nextId = Math.max(this.#nextId, highestId(change) + 1);
    }
    // A seal may have been written between a transaction's first record and now: what it holds is not applied again.
    if (commit <= this.#sealed) return;
    for (const change of pending.changes) {
      this.#catalog = apply(this.#catalog, change);
      if (change.op === 'drop-table') this.#tables.delete(change.id);
    }
    for (const [table, added] of pending.additions) {
      if (this.#catalog.tables.has(table)) this.#tables.set(table, extend(this.#tables.get(table) ?? EMPTY_VERSION, added));
    }
    this.#commit = Math.max(this.#commit, commit);
    this.#unsealed.push({ commit, first: pending.first });
  }
}

function highestId(change: Change): number {
  if (change.op === 'put-table') return Math.max(change.entry.id, ...change.entry.columns.map(({ id }) => id));
  return change.op === 'put-schema' ? change.entry.id : change.id;
}
