import type { RecordBatch, Schema } from 'apache-arrow';
import { decodeUntrusted } from '../arrow/ipc.ts';
import {
  apply, childSchemas, childTables, columnNamed, findSchema, pathOf, requireSchema, requireTable, schemaOf, type Catalog, type Change, type TableEntry,
} from '../catalog/catalog.ts';
import { changeToJson } from '../catalog/codec.ts';
import { ConflictError, FinishedError, InvalidError } from '../errors.ts';
import { columnsOf } from '../predicate/evaluate.ts';
import { existing, scan } from '../rows/scan.ts';
import { extend, EMPTY_VERSION, versionBytes, type Additions, type TableVersion, type WalPosition } from '../rows/version.ts';
import type { Path, Properties, RowIds, ScanBatch, ScanOptions, SchemaInfo, TableInfo, Transaction } from '../types.ts';
import { RecordType } from '../wal/record.ts';
import type { WalTail } from '../wal/wal.ts';
import * as ddl from './ddl.ts';
import type { Engine, Root } from './engine.ts';
import { checkComplete, EXTERNAL_ROW_ID, externalIds, matchColumns, namedIds, ROW_ID, sortIds } from './rows.ts';

export class StoreTransaction implements Transaction {
  readonly id: bigint;
  readonly snapshot: Root;
  /** What this transaction changed, for the store to publish. */
  readonly changes: Change[] = [];
  readonly additions = new Map<number, Additions>();
  /** Where its first record lies in the log. */
  firstRecord: WalTail | undefined;
  lastUsed = Date.now();
  readonly #engine: Engine;
  #catalog: Catalog;
  #state: 'open' | 'committing' | 'finished' = 'open';
  #claims: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, id: bigint, snapshot: Root) {
    this.#engine = engine;
    this.id = id;
    this.snapshot = snapshot;
    this.#catalog = snapshot.catalog;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  touch(): void {
    if (this.#state !== 'open') throw new FinishedError(`transaction ${this.id} was committed, rolled back, or idle for too long`);
    this.lastUsed = Date.now();
  }

  hasBucket(name: string): boolean {
    this.touch();
    return findSchema(this.#catalog, [name]) !== undefined;
  }

  schemas(parent: Path): SchemaInfo[] {
    this.touch();
    return childSchemas(this.#catalog, requireSchema(this.#catalog, parent).id)
      .map((entry) => ({ path: [...parent, entry.name], properties: entry.properties }));
  }

  schema(path: Path): SchemaInfo {
    this.touch();
    return { path, properties: requireSchema(this.#catalog, path).properties };
  }

  createSchema(path: Path, properties: Properties = {}): void {
    ddl.createSchema(this.#ddl(), path, properties);
  }

  renameSchema(path: Path, to: Path): void {
    ddl.renameSchema(this.#ddl(), path, to);
  }

  dropSchema(path: Path): void {
    ddl.dropSchema(this.#ddl(), path);
  }

  tables(schema: Path): TableInfo[] {
    this.touch();
    return childTables(this.#catalog, requireSchema(this.#catalog, schema).id).map((entry) => this.#info(entry));
  }

  table(path: Path): TableInfo {
    this.touch();
    return this.#info(requireTable(this.#catalog, path));
  }

  createTable(path: Path, schema: Schema, properties: Properties = {}): void {
    ddl.createTable(this.#ddl(), path, schema, properties);
  }

  renameTable(path: Path, to: Path): void {
    ddl.renameTable(this.#ddl(), path, to);
  }

  setProperties(path: Path, properties: Properties): void {
    ddl.setProperties(this.#ddl(), path, properties);
  }

  dropTable(path: Path): void {
    ddl.dropTable(this.#ddl(), path);
  }

  addColumns(path: Path, columns: Schema): void {
    ddl.addColumns(this.#ddl(), path, columns);
  }

  dropColumns(path: Path, names: readonly string[]): void {
    ddl.dropColumns(this.#ddl(), path, names);
  }

  renameColumn(path: Path, from: string, to: string): void {
    ddl.renameColumn(this.#ddl(), path, from, to);
  }

  async insert(path: Path, body: Uint8Array): Promise<RowIds> {
    ddl.lockExistence(this.#ddl(), path);
    const batch = decodeUntrusted(body);
    const bringsIds = batch.schema.names.includes(EXTERNAL_ROW_ID);
    return bringsIds ? this.#inTurn(() => this.#insert(path, body, batch)) : this.#insert(path, body, batch);
  }

  async update(path: Path, body: Uint8Array): Promise<number> {
    return this.#inTurn(() => this.#update(path, body));
  }

  async delete(path: Path, body: Uint8Array): Promise<number> {
    return this.#inTurn(() => this.#delete(path, body));
  }

  /** Statements that name rows look for them first: the next one looks when this one has written. */
  #inTurn<T>(statement: () => Promise<T>): Promise<T> {
    const result = this.#claims.then(statement);
    this.#claims = result.catch(() => undefined);
    return result;
  }

  async #insert(path: Path, body: Uint8Array, batch: RecordBatch): Promise<RowIds> {
    const tx = this.#ddl();
    const table = ddl.lockExistence(tx, path);
    const columns = matchColumns(table, batch);
    if (columns.length !== batch.numCols) throw new InvalidError('row-id', `an insert brings no ${ROW_ID}`);
    checkComplete(table, columns);
    const rows = batch.numRows;
    const idColumn = batch.schema.names.indexOf(EXTERNAL_ROW_ID);
    const isExternal = idColumn >= 0;
    const decided = table.externalRowIds;
    if (decided !== undefined && decided !== isExternal && rows > 0) {
      throw new InvalidError('row-id', `inserts into ${path.join('/')} ${decided ? 'must' : 'must not'} bring ${EXTERNAL_ROW_ID}, as the first one did${decided ? '' : ' not'}`);
    }
    const ids = isExternal ? await this.#claimExternal(table, path, externalIds(batch.data.children[idColumn])) : undefined;
    // From here to the record nothing waits: a statement is in the log as a whole or not at all.
    if (rows === 0) return ids ?? { first: this.#engine.nextRowId(table.id), count: 0 };
    if (decided === undefined && table.columns.some(({ field }) => field.name === EXTERNAL_ROW_ID)) ddl.decideRowIds(tx, path, isExternal);
    const [from, to] = ids === undefined ? this.#engine.claimRowIds(table.id, rows) : this.#engine.noteRowIds(table.id, ids);
    const columnIds = columns.map((column) => column.id);
    const facts = { rows, from, to, columnIds, ...(isExternal ? { idColumn } : {}) };
    const { at, written } = this.#log(RecordType.insert, { table: table.id, ...facts }, [body]);
    const added = this.#added(table.id);
    added.segments.push({ kind: 'insert', at, ...facts, seq: this.#nextSeq(table.id) });
    added.rows += rows;
    await written;
    return ids ?? { first: from, count: rows };
  }

  async #update(path: Path, body: Uint8Array): Promise<number> {
    const table = ddl.lockExistence(this.#ddl(), path);
    const batch = decodeUntrusted(body);
    const columns = matchColumns(table, batch);
    if (columns.some(({ field }) => field.name === EXTERNAL_ROW_ID)) throw new InvalidError('row-id', `${EXTERNAL_ROW_ID} cannot be updated`);
    const { ids, rows: batchRows } = await this.#claimNamed(table, path, batch);
    if (ids.length === 0 || columns.length === 0) return ids.length;
    const columnIds = batch.schema.fields.map(({ name }) => (name === ROW_ID ? 0 : columnNamed(table, name).id));
    const { at: record, written } = this.#log(RecordType.update, { table: table.id, count: ids.length, columnIds }, [bytesOf(ids), bytesOf(batchRows), body]);
    const at = { file: record.file, offset: record.offset + record.length - body.byteLength, length: body.byteLength };
    this.#engine.sources.keep(at, batch.data.children);
    this.#added(table.id).deltas.push({ kind: 'update', ids, batchRows, at, columnIds, seq: this.#nextSeq(table.id) });
    await written;
    return ids.length;
  }

  async #delete(path: Path, body: Uint8Array): Promise<number> {
    const table = ddl.lockExistence(this.#ddl(), path);
    const { ids } = await this.#claimNamed(table, path, decodeUntrusted(body));
    if (ids.length === 0) return 0;
    const { at: record, written } = this.#log(RecordType.delete, { table: table.id, count: ids.length }, [bytesOf(ids)]);
    const at = { file: record.file, offset: record.offset + record.length, length: 0 };
    const added = this.#added(table.id);
    added.deltas.push({ kind: 'delete', ids, batchRows: new Int32Array(0), at, columnIds: [], seq: this.#nextSeq(table.id) });
    added.rows -= ids.length;
    await written;
    return ids.length;
  }

  scan(path: Path, options: ScanOptions): AsyncIterable<ScanBatch> {
    this.touch();
    const table = requireTable(this.#catalog, path);
    const { predicate, ranges = [{ from: 0, to: Infinity }], limit = Infinity } = options;
    const names = predicate === undefined ? [] : [...columnsOf(predicate)].filter((name) => name !== ROW_ID);
    const { segments, deltas } = this.version(table.id);
    const request = {
      segments, deltas, ranges, limit,
      columns: options.columns.map((name) => columnNamed(table, name)),
      predicateColumns: names.map((name) => columnNamed(table, name)),
      ...(predicate === undefined ? {} : { predicate }),
    };
    return this.#engine.pinned(() => this.#keptAlive(scan(request, this.#engine.sources)));
  }

  /** Whoever still takes batches uses the transaction, however long ago the scan began. */
  async *#keptAlive(batches: AsyncIterable<ScanBatch>): AsyncGenerator<ScanBatch> {
    for await (const batch of batches) {
      this.lastUsed = Date.now();
      yield batch;
    }
  }

  async commit(): Promise<void> {
    this.touch();
    if (this.firstRecord === undefined) {
      this.#end();
      return;
    }
    this.#state = 'committing';
    await this.#engine.commit(this);
    this.#state = 'finished';
  }

  async rollback(): Promise<void> {
    this.touch();
    if (this.firstRecord !== undefined) this.#log(RecordType.rollback, {});
    this.#end();
  }

  async abandon(): Promise<void> {
    if (this.isOpen) await this.rollback();
  }

  /** The snapshot of a table with what this transaction has written. */
  version(table: number): TableVersion {
    const base = this.snapshot.tables.get(table) ?? EMPTY_VERSION;
    const added = this.additions.get(table);
    return added === undefined ? base : extend(base, added);
  }

  #end(): void {
    this.#state = 'finished';
    this.#engine.finish(this);
  }

  #info(entry: TableEntry): TableInfo {
    const version = this.version(entry.id);
    return {
      path: pathOf(this.#catalog, entry), id: entry.id, schema: schemaOf(entry), rows: version.rows, bytes: versionBytes(version),
      externalRowIds: entry.externalRowIds === true, properties: entry.properties,
    };
  }

  #added(table: number): Additions {
    let added = this.additions.get(table);
    if (added === undefined) this.additions.set(table, (added = { segments: [], deltas: [], rows: 0 }));
    return added;
  }

  #nextSeq(table: number): number {
    const base = this.snapshot.tables.get(table) ?? EMPTY_VERSION;
    const { segments, deltas } = this.#added(table);
    return base.nextSeq + segments.length + deltas.length;
  }

  #log(type: RecordType, meta: unknown, body: readonly Uint8Array[] = []): { at: WalPosition; written: Promise<void> } {
    this.firstRecord ??= this.#engine.wal.tail;
    return this.#engine.wal.append(type, this.id, meta, body);
  }

  #ddl(): ddl.DdlContext {
    this.touch();
    return {
      catalog: this.#catalog,
      lock: (key, mode, what) => this.#engine.locks.acquire(this.id, this.snapshot.commit, key, mode, what),
      change: (change) => {
        this.#log(RecordType.change, changeToJson(change));
        this.#catalog = apply(this.#catalog, change);
        this.changes.push(change);
        if (change.op === 'drop-table') this.additions.delete(change.id);
      },
      nextId: () => this.#engine.nextId(),
      rowsOf: (table) => this.version(table.id).rows,
    };
  }

  /** Locks the rows that a batch names and that exist: their ids ascending, and the row of the batch for each. */
  async #claimNamed(table: TableEntry, path: Path, batch: RecordBatch): Promise<{ ids: Float64Array; rows: Int32Array }> {
    const named = sortIds(namedIds(batch));
    const { segments, deltas } = this.version(table.id);
    const found = await existing(named.ids, segments, deltas, this.#engine.sources);
    this.touch();
    this.#engine.rowLocks.acquire(this.id, this.snapshot.commit, table.id, found, `table ${path.join('/')}`);
    if (found.length === named.ids.length) return named;
    const rows = new Int32Array(found.length);
    for (let i = 0, k = 0; k < found.length; i++) if (named.ids[i] === found[k]) rows[k++] = named.rows[i]!;
    return { ids: found, rows };
  }

  /** Locks the ids that an insert assigns itself; those of live rows are refused. */
  async #claimExternal(table: TableEntry, path: Path, ids: Float64Array): Promise<Float64Array> {
    const sorted = sortIds(ids).ids;
    const { segments, deltas } = this.version(table.id);
    const taken = await existing(sorted, segments, deltas, this.#engine.sources);
    this.touch();
    if (taken.length > 0) throw new ConflictError(`row ${taken[0]} of table ${path.join('/')} exists: update it, or give the new row another id`);
    this.#engine.rowLocks.acquire(this.id, this.snapshot.commit, table.id, sorted, `table ${path.join('/')}`);
    return ids;
  }
}

function bytesOf(values: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

