import { DataType, Type } from 'apache-arrow';
import { Type as WireType } from 'apache-arrow/fb/type';
import { childrenOf, typeText, type ColumnField } from '../column-types.ts';
import { bool, int16, int32, reference, table, text, union, vector, type Reference, type Value } from '../flatbuffers/writer.ts';

/**
 * Fields of Arrow's Schema.fbs as VAST's SDK puts them into a query. Its deviations from the Arrow format are kept: the item of a list is
 * called `item`, the entries of a map have type Map, and timestamps carry no time zone.
 */
export function encodeField(name: string | undefined, type: DataType, nullable: boolean): Reference {
  const isList = DataType.isList(type) || DataType.isFixedSizeList(type);
  return encode(name, nullable, typeUnion(type), childrenOf(type).map((child) => {
    if (DataType.isMap(type)) return encode('entries', false, union(WireType.Map, table([undefined])), entriesOf(child));
    return encodeField(isList ? 'item' : child.name, child.type, child.nullable);
  }));
}

/** Nodes of a field in depth-first order, itself included: the numbering that queries refer to columns by. */
export function nodeCount(type: DataType): number {
  return childrenOf(type).reduce((sum, child) => sum + nodeCount(child.type), 1);
}

/** Offsets, within a field's nodes, of those without children: only these can be asked for. */
export function leavesOf(type: DataType): number[] {
  const children = childrenOf(type);
  if (children.length === 0) return [0];
  let at = 1;
  return children.flatMap((child) => {
    const leaves = leavesOf(child.type).map((leaf) => at + leaf);
    at += nodeCount(child.type);
    return leaves;
  });
}

function entriesOf(entries: ColumnField): Reference[] {
  return childrenOf(entries.type).map((child, index) => encodeField(index === 0 ? 'key' : 'value', child.type, child.nullable));
}

function encode(name: string | undefined, nullable: boolean, type: [Value, Value], children: readonly Reference[]): Reference {
  return table([
    name === undefined ? undefined : reference(text(name)),
    bool(nullable),
    ...type,
    undefined,
    reference(vector(children)),
  ]);
}

/** Each type's parameters by slot, beside the defaults that Schema.fbs gives them. */
function typeUnion(type: DataType): [Value, Value] {
  if (DataType.isInt(type)) return union(WireType.Int, table([int32(type.bitWidth), bool(type.isSigned)]));
  if (DataType.isFloat(type)) return union(WireType.FloatingPoint, table([int16(type.precision)]));
  if (DataType.isDecimal(type)) {
    return union(WireType.Decimal, table([int32(type.precision), int32(type.scale), int32(type.bitWidth, 128)]));
  }
  if (DataType.isDate(type)) return union(WireType.Date, table([int16(type.unit, 1)]));
  if (DataType.isTime(type)) return union(WireType.Time, table([int16(type.unit, 1), int32(type.bitWidth, 32)]));
  if (DataType.isTimestamp(type)) return union(WireType.Timestamp, table([int16(type.unit)]));
  if (DataType.isFixedSizeBinary(type)) return union(WireType.FixedSizeBinary, table([int32(type.byteWidth)]));
  if (DataType.isFixedSizeList(type)) return union(WireType.FixedSizeList, table([int32(type.listSize)]));
  const plain = PLAIN.get(type.typeId);
  if (plain === undefined) throw new RangeError(`queries cannot name columns of type ${typeText(type)}`);
  return union(plain, table([]));
}

const PLAIN: ReadonlyMap<Type, number> = new Map([
  [Type.Bool, WireType.Bool], [Type.Utf8, WireType.Utf8], [Type.Binary, WireType.Binary], [Type.List, WireType.List],
  [Type.Struct, WireType.Struct_], [Type.Map, WireType.Map],
]);
