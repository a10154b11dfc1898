import type { Schema } from 'apache-arrow';
import { checkField } from '../arrow/types.ts';
import {
  childSchemas, childTables, columnNamed, findSchema, findTable, requireSchema, requireTable, type Catalog, type Change, type Column, type SchemaEntry,
  type TableEntry,
} from '../catalog/catalog.ts';
import { ConflictError, InvalidError } from '../errors.ts';
import type { Path, Properties } from '../types.ts';

/** What the statements on names and shapes need of their transaction. */
export interface DdlContext {
  readonly catalog: Catalog;
  /** Takes a lock to the end of the transaction or throws ConflictError. */
  lock(key: string, mode: 'shared' | 'exclusive', what: string): void;
  change(change: Change): void;
  /** A number never used before, for a schema, a table or a column. */
  nextId(): number;
  rowsOf(table: TableEntry): number;
}

/** File systems name folders with at most this many bytes; a table's folder is its name, percent-encoded. */
const LONGEST_NAME = 255;

/**
 * Locks: `name` of an object below its parent, `schema` (shared by what is created in it), `table` (its existence, shared by those who
 * write rows), `shape` (everything in its entry).
 */
const keys = {
  name: (parent: number, kind: string, name: string): string => `name/${parent}/${kind}/${name}`,
  schema: (id: number): string => `schema/${id}`,
  table: (id: number): string => `table/${id}`,
  shape: (id: number): string => `shape/${id}`,
};

export function createSchema(tx: DdlContext, path: Path, properties: Properties): void {
  const parent = claimName(tx, 'schema', path);
  tx.change({ op: 'put-schema', entry: { id: tx.nextId(), parent: parent.id, name: path.at(-1)!, properties } });
}

export function renameSchema(tx: DdlContext, path: Path, to: Path): void {
  const entry = schemaBelowBucket(tx, path);
  if (to.length > path.length && path.every((name, i) => name === to[i])) throw new InvalidError('name', `schema ${path.join('/')} cannot move into itself`);
  tx.lock(keys.schema(entry.id), 'exclusive', `schema ${path.join('/')}`);
  tx.lock(keys.name(entry.parent, 'schema', entry.name), 'exclusive', `schema ${path.join('/')}`);
  // Two moves, each below the other's schema, must not both succeed.
  for (let depth = 1; depth < to.length; depth++) {
    const above = to.slice(0, depth);
    tx.lock(keys.schema(requireSchema(tx.catalog, above).id), 'shared', `schema ${above.join('/')}`);
  }
  const parent = claimName(tx, 'schema', to);
  tx.change({ op: 'put-schema', entry: { ...entry, parent: parent.id, name: to.at(-1)! } });
}

export function dropSchema(tx: DdlContext, path: Path): void {
  const entry = schemaBelowBucket(tx, path);
  const what = `schema ${path.join('/')}`;
  if (childSchemas(tx.catalog, entry.id).length + childTables(tx.catalog, entry.id).length > 0) {
    throw new ConflictError(`${what} is not empty: drop its tables and schemas first`);
  }
  tx.lock(keys.schema(entry.id), 'exclusive', what);
  tx.lock(keys.name(entry.parent, 'schema', entry.name), 'exclusive', what);
  tx.change({ op: 'drop-schema', id: entry.id });
}

export function createTable(tx: DdlContext, path: Path, schema: Schema, properties: Properties): void {
  const columns = newColumns(tx, schema, []);
  if (columns.length === 0) throw new InvalidError('malformed', `table ${path.join('/')} needs a column`);
  const parent = claimName(tx, 'table', path);
  tx.change({ op: 'put-table', entry: { id: tx.nextId(), parent: parent.id, name: path.at(-1)!, columns, metadata: schema.metadata, properties } });
}

export function renameTable(tx: DdlContext, path: Path, to: Path): void {
  const table = lockShape(tx, path);
  tx.lock(keys.name(table.parent, 'table', table.name), 'exclusive', `table ${path.join('/')}`);
  const parent = claimName(tx, 'table', to);
  tx.change({ op: 'put-table', entry: { ...table, parent: parent.id, name: to.at(-1)! } });
}

export function setProperties(tx: DdlContext, path: Path, properties: Properties): void {
  tx.change({ op: 'put-table', entry: { ...lockShape(tx, path), properties } });
}

export function dropTable(tx: DdlContext, path: Path): void {
  const table = lockShape(tx, path);
  tx.lock(keys.table(table.id), 'exclusive', `table ${path.join('/')}`);
  tx.lock(keys.name(table.parent, 'table', table.name), 'exclusive', `table ${path.join('/')}`);
  tx.change({ op: 'drop-table', id: table.id });
}

export function addColumns(tx: DdlContext, path: Path, schema: Schema): void {
  const table = lockShape(tx, path);
  const added = newColumns(tx, schema, table.columns);
  const required = added.find(({ field }) => !field.nullable);
  // Whoever inserts at the same time brings no value for it.
  if (required !== undefined) tx.lock(keys.table(table.id), 'exclusive', `table ${path.join('/')}`);
  if (required !== undefined && tx.rowsOf(table) > 0) {
    throw new InvalidError('not-null', `column ${required.field.name} is not nullable, and the rows of ${path.join('/')} have no value for it: add it as nullable`);
  }
  tx.change({ op: 'put-table', entry: { ...table, columns: [...table.columns, ...added] } });
}

export function dropColumns(tx: DdlContext, path: Path, names: readonly string[]): void {
  const table = lockShape(tx, path);
  const dropped = new Set(names.map((name) => columnNamed(table, name).id));
  const columns = table.columns.filter(({ id }) => !dropped.has(id));
  if (columns.length === 0) throw new InvalidError('malformed', `table ${path.join('/')} would be left without a column: drop the table`);
  tx.change({ op: 'put-table', entry: { ...table, columns } });
}

export function renameColumn(tx: DdlContext, path: Path, from: string, to: string): void {
  const table = lockShape(tx, path);
  const column = columnNamed(table, from);
  checkName(to);
  if (table.columns.some(({ field }) => field.name === to)) throw new ConflictError(`table ${path.join('/')} already has a column ${to}`);
  const columns = table.columns.map((c) => (c.id === column.id ? { ...c, field: c.field.clone({ name: to }) } : c));
  tx.change({ op: 'put-table', entry: { ...table, columns } });
}

/** The first insert decided who assigns row ids. */
export function decideRowIds(tx: DdlContext, path: Path, external: boolean): void {
  tx.change({ op: 'put-table', entry: { ...lockShape(tx, path), externalRowIds: external } });
}

/** Keeps the table from being dropped by another transaction while this one writes rows. */
export function lockExistence(tx: DdlContext, path: Path): TableEntry {
  const table = requireTable(tx.catalog, path);
  tx.lock(keys.table(table.id), 'shared', `table ${path.join('/')}`);
  return table;
}

function lockShape(tx: DdlContext, path: Path): TableEntry {
  const table = requireTable(tx.catalog, path);
  tx.lock(keys.shape(table.id), 'exclusive', `table ${path.join('/')}`);
  return table;
}

/** Locks a free name and returns the schema it is in. */
function claimName(tx: DdlContext, kind: 'schema' | 'table', path: Path): SchemaEntry {
  const name = path.at(-1);
  if (path.length < 2 || (kind === 'table' && path.length < 3) || name === undefined) {
    throw new InvalidError('name', `${path.join('/')} names no ${kind}: a ${kind} lies in a ${kind === 'table' ? 'schema' : 'bucket'}`);
  }
  checkName(name);
  const parent = requireSchema(tx.catalog, path.slice(0, -1));
  const taken = kind === 'schema' ? findSchema(tx.catalog, path) : findTable(tx.catalog, path);
  if (taken !== undefined) throw new ConflictError(`${kind} ${path.join('/')} already exists`);
  tx.lock(keys.schema(parent.id), 'shared', `schema ${path.slice(0, -1).join('/')}`);
  tx.lock(keys.name(parent.id, kind, name), 'exclusive', `${kind} ${path.join('/')}`);
  return parent;
}

function checkName(name: string): void {
  if (name === '' || name.includes('/') || name.includes('\0') || encodeURIComponent(name).length > LONGEST_NAME) {
    throw new InvalidError('name', `"${name}" is no name: it needs 1 to ${LONGEST_NAME} bytes without a slash`);
  }
}

function schemaBelowBucket(tx: DdlContext, path: Path): SchemaEntry {
  if (path.length < 2) throw new InvalidError('name', `bucket ${path.join('/')} is no schema`);
  return requireSchema(tx.catalog, path);
}

function newColumns(tx: DdlContext, schema: Schema, beside: readonly Column[]): Column[] {
  const names = new Set(beside.map(({ field }) => field.name));
  return schema.fields.map((field) => {
    checkField(field);
    if (field.name === '' || field.name === '$row_id') throw new InvalidError('name', `"${field.name}" is no column name`);
    if (names.has(field.name)) throw new ConflictError(`there already is a column ${field.name}`);
    names.add(field.name);
    return { id: tx.nextId(), field };
  });
}
