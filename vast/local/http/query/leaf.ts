import type { Field} from 'apache-arrow';
import { Data, DataType, FixedSizeList, List, RecordBatch, Schema, Struct } from 'apache-arrow';

/**
 * A leaf of a column as VAST sends it: the column cut down to the one branch that leads to the leaf. A struct keeps one child, a map
 * becomes a list of structs of its key or its value. What several leaves have in common, offsets and nulls, is repeated for each.
 */
export interface Leaf {
  readonly schema: Schema;
  /** Cuts a column's data down to the leaf, without copying values. */
  readonly batchOf: (column: Data) => RecordBatch;
}

/** @param path child indices from the column down to the leaf */
export function leafOf(column: Field, path: readonly number[]): Leaf {
  const field = branchField(column, path);
  const schema = new Schema([field]);
  return { schema, batchOf: (data) => batchOf(schema, branchData(field, data, path)) };
}

/** A batch of one column. */
export function batchOf(schema: Schema, column: Data): RecordBatch {
  return new RecordBatch(schema, new Data(new Struct(schema.fields), 0, column.length, 0, undefined, [column]));
}

function branchField(field: Field, path: readonly number[]): Field {
  const [index, ...rest] = path;
  if (index === undefined) return field;
  const type = field.type as DataType;
  const child = (type.children as readonly Field[] | null | undefined)?.[index];
  if (child === undefined) throw new RangeError(`${field.name} of type ${(type as { toString(): string }).toString()} has no child ${index}`);
  return field.clone({ type: branchType(type, branchField(child, rest)) });
}

function branchType(type: DataType, child: Field): DataType {
  if (DataType.isStruct(type)) return new Struct([child]);
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, child);
  return new List(child);
}

function branchData(field: Field, data: Data, path: readonly number[]): Data {
  const [index, ...rest] = path;
  if (index === undefined) return data;
  const type = field.type as DataType;
  const [childField] = type.children as readonly Field[];
  const child = data.children[index];
  if (child === undefined || childField === undefined) throw new RangeError(`${field.name} has no data of child ${index}`);
  return new Data(type, data.offset, data.length, data.nullCount, data, [branchData(childField, child, rest)]);
}
