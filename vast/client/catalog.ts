import { Schema } from 'apache-arrow';
import { unsupportedReason, type ColumnField } from '../wire/column-types.ts';
import * as header from '../wire/headers.ts';
import { encodeSchema } from '../wire/ipc.ts';
import {
  decodeListSchemasResponse,
  decodeListTablesResponse,
  decodeTableStats,
  encodeCreateSchemaRequest,
  type ObjectDetails,
  type TableStats,
} from '../wire/messages.ts';
import { decodeSchema, decoded } from './answers.ts';
import { FatalError, ProtocolError } from './errors.ts';
import type { CallScope, TablePath } from './scope.ts';
import type { HttpAnswer } from './transport/exchange.ts';

/** Pages of names; VAST's SDK asks for as many. */
const NAMES_PER_PAGE = 1_000;
const COLUMNS_PER_PAGE = 10_000;

export async function schemaExists(scope: CallScope, path: string): Promise<boolean> {
  const split = path.lastIndexOf('/');
  const name = path.slice(split + 1);
  const answer = await scope.call({
    operation: 'look up schema',
    effect: 'read',
    method: 'GET',
    target: scope.target(split < 0 ? {} : { schema: path.slice(0, split) }, 'schema'),
    headers: exactly(name, 1),
    place: { schema: path },
  });
  return decoded(answer, 'look up schema', decodeListSchemasResponse).schemas.some((schema) => schema.name === name);
}

export async function createSchema(scope: CallScope, path: string): Promise<void> {
  const body = encodeCreateSchemaRequest();
  await scope.call({
    operation: 'create schema',
    effect: 'statement',
    method: 'POST',
    target: scope.target({ schema: path }, 'schema'),
    body: { pieces: [body], byteLength: body.byteLength },
    place: { schema: path },
  });
}

export async function dropSchema(scope: CallScope, path: string): Promise<void> {
  await scope.call({
    operation: 'drop schema', effect: 'statement', method: 'DELETE', target: scope.target({ schema: path }, 'schema'), place: { schema: path },
  });
}

/** All tables of a schema, in the server's order. */
export async function listTables(scope: CallScope, schema: string): Promise<ObjectDetails[]> {
  const tables: ObjectDetails[] = [];
  for await (const answer of pages(scope, { schema }, 'table', 'list tables', {
    ...withPrefix(NAMES_PER_PAGE), [header.INCLUDE_LIST_STATS]: header.formatBoolean(false),
  })) {
    tables.push(...decoded(answer, 'list tables', decodeListTablesResponse).tables);
  }
  return tables;
}

export async function tableExists(scope: CallScope, { schema, table }: TablePath): Promise<boolean> {
  const answer = await scope.call({
    operation: 'look up table',
    effect: 'read',
    method: 'GET',
    target: scope.target({ schema }, 'table'),
    headers: { ...exactly(table, NAMES_PER_PAGE), [header.INCLUDE_LIST_STATS]: header.formatBoolean(true) },
    place: { schema, table },
  });
  return decoded(answer, 'look up table', decodeListTablesResponse).tables.some(({ name }) => name === table);
}

/** @throws FatalError naming the column when VAST does not store its type */
export async function createTable(scope: CallScope, path: TablePath, columns: Schema): Promise<void> {
  checkTypes(scope, path, columns.fields);
  await scope.call({
    operation: 'create table',
    effect: 'statement',
    method: 'POST',
    target: scope.target(path, 'table'),
    body: encodeSchema(columns),
    place: path,
  });
}

export async function dropTable(scope: CallScope, path: TablePath): Promise<void> {
  await scope.call({ operation: 'drop table', effect: 'statement', method: 'DELETE', target: scope.target(path, 'table'), place: path });
}

/** All columns of a table, in order of creation. @throws NotFoundError when there is no such table */
export async function listColumns(scope: CallScope, path: TablePath): Promise<Schema> {
  let schema = new Schema();
  for await (const answer of pages(scope, path, 'column', 'list columns', withPrefix(COLUMNS_PER_PAGE))) {
    // Whether fields make a schema is a question to the answer, too.
    schema = decoded(answer, 'list columns', (body) => new Schema([...schema.fields, ...decodeSchema(body).fields]));
  }
  return schema;
}

export async function addColumns(scope: CallScope, path: TablePath, columns: readonly ColumnField[]): Promise<void> {
  checkTypes(scope, path, columns);
  await scope.call({
    operation: 'add columns',
    effect: 'statement',
    method: 'POST',
    target: scope.target(path, 'column'),
    body: encodeSchema(new Schema([...columns])),
    place: path,
  });
}

/** Rows and bytes that this transaction sees. */
export async function tableStats(scope: CallScope, path: TablePath): Promise<TableStats> {
  const answer = await scope.call({
    operation: 'read statistics', effect: 'read', method: 'GET', target: scope.target(path, 'stats'), place: path,
  });
  return decoded(answer, 'read statistics', decodeTableStats);
}

/** Asks for page after page until the server says that it was the last one. */
async function* pages(
  scope: CallScope, path: Partial<TablePath>, command: string, operation: string, headers: Readonly<Record<string, string>>,
): AsyncGenerator<HttpAnswer> {
  const asked = new Set<string>();
  for (let key = '0'; ; ) {
    asked.add(key);
    const answer = await scope.call({
      operation,
      effect: 'read',
      method: 'GET',
      target: scope.target(path, command),
      headers: { ...headers, [header.NEXT_KEY]: key },
      place: path,
    });
    yield answer;
    if (!header.parseBoolean(valueOf(answer, header.IS_TRUNCATED))) return;
    key = valueOf(answer, header.NEXT_KEY) ?? '';
    if (!/^\d+$/.test(key) || asked.has(key)) {
      throw new ProtocolError(`the server says that there is more, but not from where (next key "${key}")`, {
        operation, bucket: scope.bucket, ...path,
      });
    }
  }
}

function exactly(name: string, keys: number): Record<string, string> {
  return {
    [header.MAX_KEYS]: String(keys),
    [header.NEXT_KEY]: '0',
    [header.NAME_EXACT_MATCH]: name,
    [header.LIST_COUNT_ONLY]: header.formatBoolean(false),
  };
}

function withPrefix(keys: number): Record<string, string> {
  return { [header.MAX_KEYS]: String(keys), [header.NAME_PREFIX]: '', [header.LIST_COUNT_ONLY]: header.formatBoolean(false) };
}

function checkTypes(scope: CallScope, path: TablePath, fields: readonly ColumnField[]): void {
  const reasons = fields.map(unsupportedReason).filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new FatalError(reasons.join('; '), { operation: 'define columns', bucket: scope.bucket, ...path });
}

function valueOf(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
