import { Schema } from 'apache-arrow';
import {
  decodeAlterProjectionRequest, decodeCreateProjectionRequest, encodeListProjectionsResponse, encodeProjectionStats,
} from '../../../wire/messages.ts';
import type { TableInfo } from '../../store/types.ts';
import { OK, schemaMessage, type Answer } from '../answer.ts';
import { ApiError, invalidArgument } from '../errors.ts';
import { pageOf } from '../listing.ts';
import type { Call } from '../request.ts';
import { changeProperties, propertiesOf, type Projection, type TableProperties } from '../table-properties.ts';

/*
 * A projection is a second order of a table's rows. This endpoint keeps no second copy: it sorts the rows of an answer by the
 * projection's sorted columns (query/order.ts), which is what clients can see of one.
 */

export function createProjection(call: Call): Promise<Answer> {
  const name = call.requiredParameter('name');
  const columns = call.message(decodeCreateProjectionRequest);
  return call.within((transaction) => {
    const known = new Set(transaction.table(call.path).schema.fields.map((field) => field.name));
    const missing = columns.filter((column) => !known.has(column.name));
    if (missing.length > 0) throw new ApiError(404, 'NoSuchKey', `projection ${name}: table ${call.path.join('/')} has no column ${missing.map((column) => column.name).join(', ')}`);
    if (!columns.some(({ sorted }) => sorted)) throw invalidArgument(`projection ${name} has no sorted column`);
    changeProperties(transaction, call.path, (properties) => {
      requireFree(call, properties, name);
      const id = 1 + Math.max(0, ...properties.projections.map((projection) => projection.id));
      return { ...properties, projections: [...properties.projections, { name, id, columns }] };
    });
    return OK;
  });
}

export function listProjections(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const table = transaction.table(call.path);
    const { items, headers } = pageOf(call, propertiesOf(table).projections, ({ name }) => name);
    const [bucket = '', ...schema] = call.path.slice(0, -1);
    const body = encodeListProjectionsResponse(bucket, schema.join('/'), table.path.at(-1) ?? '', items.map((projection) => ({
      name: projection.name,
      properties: '',
      handle: String((BigInt(table.id) << 32n) + BigInt(projection.id)),
      ...sizeOf(projection, table),
      sorted: false,
    })));
    return { headers, body };
  });
}

export function alterProjection(call: Call): Promise<Answer> {
  const name = call.requiredParameter('name');
  const to = call.message(decodeAlterProjectionRequest);
  if (to === undefined || to === '') throw invalidArgument(`projection ${name}: nothing but its name can be changed here`);
  return call.within((transaction) => {
    changeProperties(transaction, call.path, (properties) => {
      const { id } = projectionNamed(call, properties, name);
      requireFree(call, properties, to);
      return { ...properties, projections: properties.projections.map((projection) => (projection.id === id ? { ...projection, name: to } : projection)) };
    });
    return OK;
  });
}

export function dropProjection(call: Call): Promise<Answer> {
  const name = call.requiredParameter('name');
  return call.within((transaction) => {
    changeProperties(transaction, call.path, (properties) => {
      const { id } = projectionNamed(call, properties, name);
      return { ...properties, projections: properties.projections.filter((projection) => projection.id !== id) };
    });
    return OK;
  });
}

/** Columns in the projection's order: sorted ones first. */
export function listProjectionColumns(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const table = transaction.table(call.path);
    const { columns } = projectionNamed(call, propertiesOf(table), call.requiredParameter('name'));
    const fields = columns.flatMap(({ name }) => table.schema.fields.filter((field) => field.name === name));
    const { items, headers } = pageOf(call, fields, ({ name }) => name);
    return { headers, body: schemaMessage(new Schema([...items])) };
  });
}

export function projectionStats(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const table = transaction.table(call.path);
    return { body: encodeProjectionStats(sizeOf(projectionNamed(call, propertiesOf(table), call.requiredParameter('name')), table)) };
  });
}

/** @throws ApiError 404 when the table has no such projection */
export function projectionNamed(call: Call, { projections }: TableProperties, name: string): Projection {
  const projection = projections.find((candidate) => candidate.name === name);
  if (projection === undefined) throw new ApiError(404, 'NoSuchKey', `table ${call.path.join('/')} has no projection ${name}`);
  return projection;
}

function requireFree(call: Call, { projections }: TableProperties, name: string): void {
  if (projections.some((projection) => projection.name === name)) {
    throw new ApiError(409, 'OperationAborted', `table ${call.path.join('/')} has a projection ${name} already`);
  }
}

/** All rows are in every projection, with its share of the columns. */
function sizeOf({ columns }: Projection, { rows, bytes, schema }: TableInfo): { readonly rows: bigint; readonly bytes: bigint } {
  return { rows: BigInt(rows), bytes: BigInt(Math.ceil((bytes * columns.length) / schema.fields.length)) };
}
