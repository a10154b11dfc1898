import type { Field} from 'apache-arrow';
import { Schema } from 'apache-arrow';
import { NotFoundError } from '../errors.ts';
import type { Path, Properties } from '../types.ts';

/** A column keeps its id over renames, so data files never change when names do. Ids are unique in their table. */
export interface Column {
  readonly id: number;
  readonly field: Field;
}

/** A bucket (parent 0) or a schema. Ids grow with age and are unique over schemas and tables. */
export interface SchemaEntry {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly properties: Properties;
}

export interface TableEntry {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly properties: Properties;
  /** Undefined until the first insert decides who assigns row ids. */
  readonly externalRowIds?: boolean;
}

/** Immutable: every statement that changes it makes another. */
export interface Catalog {
  readonly schemas: ReadonlyMap<number, SchemaEntry>;
  readonly tables: ReadonlyMap<number, TableEntry>;
}

export const EMPTY_CATALOG: Catalog = { schemas: new Map(), tables: new Map() };

/** What changed, by ids: replays the same on every state that has the objects. */
export type Change =
  | { readonly op: 'put-schema'; readonly entry: SchemaEntry }
  | { readonly op: 'drop-schema'; readonly id: number }
  | { readonly op: 'put-table'; readonly entry: TableEntry }
  | { readonly op: 'drop-table'; readonly id: number };

export function apply(catalog: Catalog, change: Change): Catalog {
  switch (change.op) {
    case 'put-schema':
      return { ...catalog, schemas: new Map(catalog.schemas).set(change.entry.id, change.entry) };
    case 'drop-schema': {
      const schemas = new Map(catalog.schemas);
      schemas.delete(change.id);
      return { ...catalog, schemas };
    }
    case 'put-table':
      return { ...catalog, tables: new Map(catalog.tables).set(change.entry.id, change.entry) };
    case 'drop-table': {
      const tables = new Map(catalog.tables);
      tables.delete(change.id);
      return { ...catalog, tables };
    }
  }
}

export function childSchemas(catalog: Catalog, parent: number): SchemaEntry[] {
  return [...catalog.schemas.values()].filter((entry) => entry.parent === parent).sort((a, b) => a.id - b.id);
}

export function childTables(catalog: Catalog, parent: number): TableEntry[] {
  return [...catalog.tables.values()].filter((entry) => entry.parent === parent).sort((a, b) => a.id - b.id);
}

/** The bucket or schema at a path. */
export function findSchema(catalog: Catalog, path: Path): SchemaEntry | undefined {
  let found: SchemaEntry | undefined;
  let parent = 0;
  for (const name of path) {
    found = undefined;
    for (const entry of catalog.schemas.values()) {
      if (entry.parent === parent && entry.name === name) found = entry;
    }
    if (found === undefined) return undefined;
    parent = found.id;
  }
  return found;
}

export function requireSchema(catalog: Catalog, path: Path): SchemaEntry {
  const found = findSchema(catalog, path);
  if (found === undefined) throw new NotFoundError(`${path.length === 1 ? 'bucket' : 'schema'} ${path.join('/')} does not exist`);
  return found;
}

export function findTable(catalog: Catalog, path: Path): TableEntry | undefined {
  const parent = findSchema(catalog, path.slice(0, -1));
  if (parent === undefined) return undefined;
  for (const entry of catalog.tables.values()) {
    if (entry.parent === parent.id && entry.name === path.at(-1)) return entry;
  }
  return undefined;
}

export function requireTable(catalog: Catalog, path: Path): TableEntry {
  const found = findTable(catalog, path);
  if (found === undefined) throw new NotFoundError(`table ${path.join('/')} does not exist`);
  return found;
}

/** Bucket, schemas and name of an object. */
export function pathOf(catalog: Catalog, entry: { readonly parent: number; readonly name: string }): string[] {
  const parent = catalog.schemas.get(entry.parent);
  return parent === undefined ? [entry.name] : [...pathOf(catalog, parent), entry.name];
}

export function schemaOf(table: TableEntry): Schema {
  return new Schema(table.columns.map((column) => column.field), new Map(table.metadata));
}

export function columnNamed(table: TableEntry, name: string): Column {
  const column = table.columns.find((c) => c.field.name === name);
  if (column === undefined) throw new NotFoundError(`table ${table.name} has no column ${name}`);
  return column;
}
