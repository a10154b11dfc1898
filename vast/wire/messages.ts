import { TableReader } from './flatbuffers/reader.ts';
import { bool, finish, int64, reference, table, text, vector, type Value } from './flatbuffers/writer.ts';

/**
 * Bodies of the tabular API that are flatbuffers of the namespace `tabular`: no file identifier, no size prefix. Field ids are those of
 * VAST's Python SDK 2.1.0. Encoders serve the endpoint that answers with them, decoders the one that receives them.
 */

/** What VAST tells of a schema, table or projection in a list. */
export interface ObjectDetails {
  readonly name: string;
  readonly properties: string;
  /** Decimal number as text. Schemas have none. */
  readonly handle: string;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly sorted: boolean;
}

/** Answer to `?stats` of a table. The addresses of further endpoints are left out: clients then stay with the one they have. */
export interface TableStats {
  readonly rows: bigint;
  readonly bytes: bigint;
  /** Row ids are given by the writer, in the column `vastdb_rowid`. */
  readonly externalRowIds: boolean;
  readonly sorted: boolean;
}

export interface ProjectionStats {
  readonly rows: bigint;
  readonly bytes: bigint;
}

export interface ProjectionColumn {
  readonly name: string;
  readonly sorted: boolean;
}

/** Top bit of a sorting score: sorting is done. */
const SORTING_DONE = -(2n ** 63n);
/** Per cent of a projection that is filled. */
const SYNCED = 100n;

export function encodeCreateSchemaRequest(properties = ''): Uint8Array {
  return finish(table([string(properties)]));
}

/** Also an AlterSchemaRequest and an AlterColumnRequest: all are sent empty when only a name changes. */
export function encodeAlterTableRequest(): Uint8Array {
  return finish(table([]));
}

export function encodeListSchemasResponse(bucket: string, schemas: readonly ObjectDetails[]): Uint8Array {
  return finish(table([string(bucket), objects(schemas)]));
}

export function encodeListTablesResponse(bucket: string, schema: string, tables: readonly ObjectDetails[]): Uint8Array {
  return finish(table([string(bucket), string(schema), objects(tables)]));
}

export function encodeListProjectionsResponse(
  bucket: string, schema: string, tableName: string, projections: readonly ObjectDetails[],
): Uint8Array {
  return finish(table([string(bucket), string(schema), string(tableName), objects(projections)]));
}

export function encodeTableStats({ rows, bytes, externalRowIds, sorted }: TableStats): Uint8Array {
  return finish(table([
    int64(rows), int64(bytes), bool(externalRowIds), string(''), undefined, bool(sorted), int64(sorted ? SORTING_DONE : 0n),
    undefined, int64(rows),
  ]));
}

export function encodeProjectionStats({ rows, bytes }: ProjectionStats): Uint8Array {
  return finish(table([int64(rows), int64(bytes), undefined, int64(SYNCED)]));
}

/** Free text that a schema is created with. */
export function decodeCreateSchemaRequest(body: Uint8Array): string {
  return TableReader.root(body).string(0) ?? '';
}

/** Names in the order of the answer; `bucket` is what the server calls the bucket. */
export function decodeListSchemasResponse(body: Uint8Array): { readonly bucket: string; readonly schemas: ObjectDetails[] } {
  const root = TableReader.root(body);
  return { bucket: root.string(0) ?? '', schemas: root.tables(1).map(decodeObject) };
}

export function decodeListTablesResponse(body: Uint8Array): { readonly bucket: string; readonly schema: string; readonly tables: ObjectDetails[] } {
  const root = TableReader.root(body);
  return { bucket: root.string(0) ?? '', schema: root.string(1) ?? '', tables: root.tables(2).map(decodeObject) };
}

export function decodeListProjectionsResponse(body: Uint8Array): { readonly table: string; readonly projections: ObjectDetails[] } {
  const root = TableReader.root(body);
  return { table: root.string(2) ?? '', projections: root.tables(3).map(decodeObject) };
}

export function decodeTableStats(body: Uint8Array): TableStats {
  const root = TableReader.root(body);
  return { rows: root.int64(0), bytes: root.int64(1), externalRowIds: root.bool(2), sorted: root.bool(5) };
}

export function decodeProjectionStats(body: Uint8Array): ProjectionStats {
  const root = TableReader.root(body);
  return { rows: root.int64(0), bytes: root.int64(1) };
}

/** Columns of a CreateProjectionRequest, sorted ones first. */
export function decodeCreateProjectionRequest(body: Uint8Array): ProjectionColumn[] {
  return TableReader.root(body).tables(0).map((column) => ({ name: column.string(0) ?? '', sorted: column.int8(1) === 1 }));
}

/** The new name of an AlterProjectionTableRequest, if it has one. */
export function decodeAlterProjectionRequest(body: Uint8Array): string | undefined {
  return TableReader.root(body).string(0);
}

function decodeObject(object: TableReader): ObjectDetails {
  return {
    name: object.string(0) ?? '',
    properties: object.string(1) ?? '',
    handle: object.string(2) ?? '',
    rows: object.uint64(3),
    bytes: object.uint64(4),
    sorted: object.bool(6),
  };
}

function objects(list: readonly ObjectDetails[]): Value {
  return reference(vector(list.map(({ name, properties, handle, rows, bytes, sorted }) => table([
    string(name), string(properties), string(handle), int64(rows), int64(bytes), undefined, bool(sorted), int64(sorted ? SORTING_DONE : 0n),
  ]))));
}

function string(content: string): Value {
  return reference(text(content));
}
