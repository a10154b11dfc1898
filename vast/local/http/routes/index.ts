import type { Answer } from '../answer.ts';
import { ApiError, notImplemented } from '../errors.ts';
import type { Call } from '../request.ts';
import * as bucket from './bucket.ts';
import * as column from './column.ts';
import * as projection from './projection.ts';
import * as rows from './rows.ts';
import * as schema from './schema.ts';
import * as table from './table.ts';
import * as transaction from './transaction.ts';

type Route = (call: Call) => Answer | Promise<Answer>;

/** By method and first key of the query. A query (`GET ?data`) is streamed and not among them. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET transaction': transaction.probeOrKeepAlive,
  'POST transaction': transaction.begin,
  'PUT transaction': transaction.commit,
  'DELETE transaction': transaction.rollback,
  'HEAD ': bucket.headBucket,
  'GET delimiter': bucket.listSnapshots,
  'GET list-type': bucket.listSnapshots,
  'GET schema': schema.listSchemas,
  'POST schema': schema.createSchema,
  'PUT schema': schema.alterSchema,
  'DELETE schema': schema.dropSchema,
  'GET table': table.listTables,
  'POST table': table.createTable,
  'PUT table': table.alterTable,
  'DELETE table': table.dropTable,
  'GET stats': table.tableStats,
  'GET sorted-columns': table.listSortedColumns,
  'GET column': column.listColumns,
  'POST column': column.addColumns,
  'PUT column': column.renameColumn,
  'DELETE column': column.dropColumns,
  'POST rows': rows.insertRows,
  'PUT rows': rows.updateRows,
  'DELETE rows': rows.deleteRows,
  'POST projection': projection.createProjection,
  'GET projection': projection.listProjections,
  'PUT projection': projection.alterProjection,
  'DELETE projection': projection.dropProjection,
  'GET projection-columns': projection.listProjectionColumns,
  'GET projection-stats': projection.projectionStats,
};

/** VAST's Java client says `columns` where Python says `column`. */
const ALIASES: Readonly<Record<string, string>> = { columns: 'column' };

/** What VAST has and this endpoint has not, so that a client is told so instead of left to guess. */
const ABSENT = new Set(['data', 'view', 'view-details', 'schedule', 'partitions', 'blob-expansion']);

/** @throws ApiError 404, 405 or 501 when nothing answers such a call */
export function routeOf({ method, target: { command, path } }: Call): Route {
  const name = ALIASES[command] ?? command;
  const route = ROUTES[`${method} ${name}`];
  if (route !== undefined) return route;
  const request = `${method} /${path.join('/')}${command === '' ? '' : `?${command}`}`;
  if (ABSENT.has(name)) throw notImplemented(`${request}: this local endpoint does not have this part of VAST DB`);
  if (name === 'row-column-security') throw new ApiError(404, 'NoSuchKey', `${request}: there is no row or column security here`);
  const known = Object.keys(ROUTES).some((key) => key.endsWith(` ${name}`));
  throw known && name !== ''
    ? new ApiError(405, 'MethodNotAllowed', `${request}: ${name} is not used with ${method}`)
    : notImplemented(`${request}: this local endpoint speaks VAST DB's tabular API, not S3`);
}
