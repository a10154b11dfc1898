import { DataType, type Data, type RecordBatch } from 'apache-arrow';
import { sameType, valueBytes } from '../arrow/types.ts';
import { columnNamed, type Column, type TableEntry } from '../catalog/catalog.ts';
import { InvalidError } from '../errors.ts';
import { ROW_ID_LIMIT, isAscending } from '../rows/row-ids.ts';

/** Column by which a client assigns row ids itself. */
export const EXTERNAL_ROW_ID = 'vastdb_rowid';

/** Column of updates and deletes that names the rows. */
export const ROW_ID = '$row_id';

/** The table's column for each of the batch, `$row_id` passed over. */
export function matchColumns(table: TableEntry, batch: RecordBatch): Column[] {
  const fields = batch.schema.fields.filter(({ name }) => name !== ROW_ID);
  const columns = fields.map((field) => {
    const column = columnNamed(table, field.name);
    if (!sameType(column.field.type, field.type)) {
      throw new InvalidError('type-mismatch', `column ${field.name} of table ${table.name} has type ${String(column.field.type)}, not ${String(field.type)}`);
    }
    if (column.field.nullable !== field.nullable) {
      throw new InvalidError('type-mismatch', `column ${field.name} of table ${table.name} is ${column.field.nullable ? '' : 'not '}nullable, the rows' is the other way round`);
    }
    return column;
  });
  if (new Set(columns).size < columns.length) throw new InvalidError('malformed', 'a column comes twice');
  return columns;
}

/** An insert must bring every column that cannot be null. */
export function checkComplete(table: TableEntry, columns: readonly Column[]): void {
  const missing = table.columns.find((column) => !column.field.nullable && !columns.includes(column));
  if (missing !== undefined) throw new InvalidError('not-null', `column ${missing.field.name} of table ${table.name} is not nullable and has no values`);
}

/** Ids that the rows of an insert bring along. */
export function externalIds(data: Data): Float64Array {
  if (!DataType.isInt(data.type) || data.type.bitWidth !== 64 || !data.type.isSigned || data.nullCount > 0) {
    throw new InvalidError('row-id', `${EXTERNAL_ROW_ID} is an int64 without nulls`);
  }
  return checked(Float64Array.from({ length: data.length }, (_, i) => Number((data.values as BigInt64Array)[i])));
}

/** Ids that an update or delete names: uint64, or decimal128 as sorted tables have them. */
export function namedIds(batch: RecordBatch): Float64Array {
  const at = batch.schema.names.indexOf(ROW_ID);
  if (at < 0) throw new InvalidError('row-id', `a column ${ROW_ID} names the rows`);
  const data = batch.data.children[at];
  const { type } = data;
  const words = DataType.isDecimal(type) && type.scale === 0 ? type.bitWidth / 32 : DataType.isInt(type) && type.bitWidth === 64 ? 2 : 0;
  if (words === 0 || data.nullCount > 0) throw new InvalidError('row-id', `${ROW_ID} is a uint64 or decimal128(38, 0) without nulls, not ${String(type)}`);
  const bytes = valueBytes(data).slice(0, data.length * words * 4);
  const values = new Uint32Array(bytes.buffer, 0, data.length * words);
  return checked(Float64Array.from({ length: data.length }, (_, i) => {
    let id = 0;
    for (let k = words - 1; k >= 0; k--) id = id * 2 ** 32 + values[i * words + k];
    return id;
  }));
}

function checked(ids: Float64Array): Float64Array {
  for (const id of ids) if (!(id >= 0 && id < ROW_ID_LIMIT)) throw new InvalidError('row-id', `${id} is no row id: they lie in [0, 2^48 - 1)`);
  return ids;
}

/** Ids ascending with the row of each; ids that come twice are refused. */
export function sortIds(ids: Float64Array): { ids: Float64Array; rows: Int32Array } {
  const rows = Int32Array.from({ length: ids.length }, (_, i) => i);
  if (isAscending(ids)) return { ids, rows };
  rows.sort((a, b) => ids[a] - ids[b]);
  const sorted = Float64Array.from(rows, (row) => ids[row]);
  if (!isAscending(sorted)) throw new InvalidError('row-id', 'a row id comes twice');
  return { ids: sorted, rows };
}
