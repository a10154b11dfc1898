import { Schema } from 'apache-arrow';
import { encodeListTablesResponse, encodeTableStats, type ObjectDetails } from '../../../wire/messages.ts';
import type { TableInfo } from '../../store/types.ts';
import { OK, schemaMessage, type Answer } from '../answer.ts';
import { readSchema } from '../arrow-body.ts';
import { ApiError, invalidArgument, notImplemented } from '../errors.ts';
import { pageOf } from '../listing.ts';
import type { Call } from '../request.ts';
import { changeProperties, propertiesOf, storedProperties } from '../table-properties.ts';

export function listTables(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    transaction.schema(call.path);
    const { items, headers } = pageOf(call, transaction.tables(call.path), ({ path }) => path.at(-1) ?? '');
    const [bucket = '', ...schema] = call.path;
    return { headers, body: encodeListTablesResponse(bucket, schema.join('/'), items.map(details)) };
  });
}

function details(table: TableInfo): ObjectDetails {
  return {
    name: table.path.at(-1) ?? '',
    properties: '',
    handle: String(table.id),
    rows: BigInt(table.rows),
    bytes: BigInt(table.bytes),
    sorted: propertiesOf(table).sortKey.length > 0,
  };
}

export function createTable(call: Call): Promise<Answer> {
  refuseSubTable(call);
  const schema = readSchema(call.body);
  return call.within((transaction) => {
    transaction.createTable(call.path, schema, storedProperties({ sortKey: sortKeyOf(call, schema), projections: [] }));
    return OK;
  });
}

/** Renames the table (to a path below the bucket), or gives it a sort key. */
export function alterTable(call: Call): Promise<Answer> {
  const to = call.parameter('tabular-new-table-name');
  return call.within((transaction) => {
    const { schema } = transaction.table(call.path);
    const sortKey = sortKeyOf(call, schema);
    if (sortKey.length > 0) {
      changeProperties(transaction, call.path, (properties) => {
        if (properties.sortKey.length > 0) throw invalidArgument(`table ${call.path.join('/')} is sorted already, by ${properties.sortKey.join(', ')}`);
        return { ...properties, sortKey };
      });
    }
    if (to !== undefined) transaction.renameTable(call.path, [...call.path.slice(0, 1), ...to.split('/')]);
    return OK;
  });
}

export function dropTable(call: Call): Promise<Answer> {
  refuseSubTable(call);
  return call.within((transaction) => {
    transaction.dropTable(call.path);
    return OK;
  });
}

export function tableStats(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const table = transaction.table(call.path);
    const sorted = propertiesOf(table).sortKey.length > 0;
    return {
      body: encodeTableStats({ rows: BigInt(table.rows), bytes: BigInt(table.bytes), externalRowIds: table.externalRowIds, sorted }),
    };
  });
}

/** Columns of the sort key in its order; clients take a 400 for an unsorted table. */
export function listSortedColumns(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const table = transaction.table(call.path);
    const { sortKey } = propertiesOf(table);
    if (sortKey.length === 0) throw invalidArgument(`Listing sorted columns without elysium enabled: table ${call.path.join('/')} has no sort key`);
    const fields = sortKey.flatMap((name) => table.schema.fields.filter((field) => field.name === name));
    const { items, headers } = pageOf(call, fields, ({ name }) => name);
    return { headers, body: schemaMessage(new Schema([...items])) };
  });
}

/** Headers `tabular-sorted-column-<i>` hold column positions. One outside the table is what VAST before 5.5 calls an internal error. */
function sortKeyOf(call: Call, schema: Schema): string[] {
  const key: string[] = [];
  for (let index = 0; ; index++) {
    const header = `tabular-sorted-column-${index}`;
    if (call.header(header) === undefined) return key;
    const position = call.integerHeader(header, 0);
    const field = schema.fields[position];
    if (field === undefined) {
      throw new ApiError(500, 'InternalError', `We encountered an internal error: sort key names column ${position} of a table of ${schema.fields.length} columns`);
    }
    key.push(field.name);
  }
}

function refuseSubTable(call: Call): void {
  const subTable = call.parameter('sub-table');
  if (subTable !== undefined) throw notImplemented(`sub-table ${subTable}: this endpoint does not import files`);
}
