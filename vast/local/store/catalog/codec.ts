import { Schema } from 'apache-arrow';
import { decodeSchema, encodeSchema } from '../arrow/ipc.ts';
import type { Catalog, Change, SchemaEntry, TableEntry } from './catalog.ts';

/** A table entry as JSON: its fields travel as a base64 Arrow schema, so that types and metadata come back exactly. */
export interface TableJson {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly schema: string;
  readonly columnIds: readonly number[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly externalRowIds?: boolean;
}

export type ChangeJson = Exclude<Change, { op: 'put-table' }> | { readonly op: 'put-table'; readonly entry: TableJson };

export interface CatalogJson {
  readonly schemas: readonly SchemaEntry[];
  readonly tables: readonly TableJson[];
}

export function tableToJson(table: TableEntry): TableJson {
  const schema = new Schema(table.columns.map((column) => column.field), new Map(table.metadata));
  return {
    id: table.id,
    parent: table.parent,
    name: table.name,
    schema: Buffer.from(encodeSchema(schema)).toString('base64'),
    columnIds: table.columns.map((column) => column.id),
    properties: table.properties,
    ...(table.externalRowIds === undefined ? {} : { externalRowIds: table.externalRowIds }),
  };
}

export function tableFromJson(json: TableJson): TableEntry {
  const { schema: encoded, columnIds, ...rest } = json;
  const schema = decodeSchema(Buffer.from(encoded, 'base64'));
  return { ...rest, columns: schema.fields.map((field, i) => ({ id: columnIds[i], field })), metadata: schema.metadata };
}

export function changeToJson(change: Change): ChangeJson {
  return change.op === 'put-table' ? { op: 'put-table', entry: tableToJson(change.entry) } : change;
}

export function changeFromJson(json: ChangeJson): Change {
  return json.op === 'put-table' ? { op: 'put-table', entry: tableFromJson(json.entry) } : json;
}

export function catalogToJson(catalog: Catalog): CatalogJson {
  return { schemas: [...catalog.schemas.values()], tables: [...catalog.tables.values()].map(tableToJson) };
}

export function catalogFromJson(json: CatalogJson): Catalog {
  return {
    schemas: new Map(json.schemas.map((entry) => [entry.id, entry])),
    tables: new Map(json.tables.map((entry) => [entry.id, tableFromJson(entry)])),
  };
}
