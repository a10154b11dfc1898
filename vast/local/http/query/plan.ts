import type { Data, Field } from 'apache-arrow';
import { Type } from 'apache-arrow/fb/type';
import type { Query, QueryColumn } from '../../../wire/query/relation.ts';
import type { Predicate } from '../../store/predicate/predicate.ts';
import type { TableInfo } from '../../store/types.ts';
import { ApiError } from '../errors.ts';
import { ROW_ID, rowIdField } from '../row-ids.ts';
import { leafOf, type Leaf } from './leaf.ts';
import { predicateOf } from './predicate.ts';

/** What to read from the store, and what to make of it. */
export interface Plan {
  /** Top-level columns to scan, without `$row_id`. */
  readonly columns: readonly string[];
  readonly fields: readonly Field[];
  readonly predicate: Predicate | undefined;
  /** In the order of the answer. `column` is an index into `columns`, or −1 for the row id. */
  readonly leaves: readonly (Leaf & { readonly column: number })[];
  /** Row ids are asked for as decimals. */
  readonly wideRowIds: boolean;
}

/** The columns of a page: as scanned, and the row ids. */
export interface Columns {
  readonly rows: number;
  readonly data: readonly Data[];
  readonly rowIds: Data;
}

/**
 * @param sortedBy columns that must be scanned as well, for the order of the answer
 * @throws ApiError 404 for a column that the table has not, 400 where the query takes one for another type
 */
export function planOf(query: Query, table: TableInfo, sortedBy: readonly string[]): Plan {
  const byName = new Map(table.schema.fields.map((field) => [field.name, field]));
  const path = table.path.join('/');
  for (const column of query.columns) {
    if (column.name === ROW_ID) continue;
    const field = byName.get(column.name);
    if (field === undefined) throw new ApiError(404, 'NoSuchKey', `table ${path} has no column ${column.name}`);
    if (!sameShape(column, field)) {
      throw new ApiError(400, 'TabularMismatchColumnType', `column ${column.name} of table ${path} is ${String(field.type)}: the query takes it for another type`);
    }
  }
  const columns: string[] = [];
  const scanned = (name: string): number => {
    if (!columns.includes(name)) columns.push(name);
    return columns.indexOf(name);
  };
  const wideRowIds = query.columns.some(({ name, type }) => name === ROW_ID && type === Type.Decimal);
  const leaves = query.projection.map((position) => {
    const node = query.nodes[position];
    const name = node === undefined ? '' : (query.columns[node.column]?.name ?? '');
    const field = byName.get(name);
    if (field === undefined || node === undefined) return { column: -1, ...leafOf(rowIdField(wideRowIds), []) };
    return { column: scanned(name), ...leafOf(field, node.path) };
  });
  sortedBy.forEach(scanned);
  return {
    columns,
    fields: columns.flatMap((name) => byName.get(name) ?? []),
    predicate: predicateOf(query),
    leaves,
    wideRowIds,
  };
}

/** Python tags the entries of a map as another map; names of children and time zones are not sent. */
function sameShape(column: QueryColumn, field: Field, inMap = false): boolean {
  const children = ((field.type as { readonly children?: readonly Field[] | null }).children ?? []);
  const tagged: number = inMap && column.type === Type.Map ? Type.Struct_ : column.type;
  return tagged === Number(field.typeId)
    && column.children.length === children.length
    && column.children.every((child, index) => {
      const below = children[index];
      return below !== undefined && sameShape(child, below, column.type === Type.Map && !inMap);
    });
}
