import { DataType, type Data } from 'apache-arrow';
import { childrenOf, typeText, type ColumnField } from '../../wire/column-types.ts';

/** A returned column: a whole one, or the chain from a column's root down to one of its leaves. */
export interface Piece {
  readonly leaves: number;
  readonly data: Data;
}

export function leafCount(type: DataType): number {
  const children = childrenOf(type);
  return children.length === 0 ? 1 : children.reduce((sum, { type: child }) => sum + leafCount(child), 0);
}

/**
 * Makes one column for each field out of the pieces in order. A nested column arrives as one chain for each leaf, such as
 * list<struct<key>> and list<struct<value>> for a map, with the parents' buffers repeated.
 * @throws RangeError when the pieces are not those of the fields
 */
export function mergeLeaves(fields: readonly ColumnField[], pieces: readonly Piece[]): Data[] {
  let next = 0;
  return fields.map(({ name, type }) => {
    const wanted = leafCount(type);
    const chains: Data[] = [];
    for (let leaves = 0; leaves < wanted; next++) {
      const piece = pieces[next];
      if (piece === undefined) throw new RangeError(`column ${name} is missing in the answer`);
      leaves += piece.leaves;
      if (leaves > wanted) throw new RangeError(`the answer's columns do not match column ${name}`);
      chains.push(piece.data);
    }
    return merge(name, type, chains);
  });
}

/** Same buffers, the type that was asked for, and children merged from all chains. */
function merge(name: string, type: DataType, chains: readonly Data[]): Data {
  const [first] = chains;
  if (first === undefined) throw new RangeError(`no data for ${name}`);
  const fields = childrenOf(type);
  if (fields.length === 0) {
    if (typeText(first.type, false) !== typeText(type, false)) {
      throw new RangeError(`column ${name} came as ${typeText(first.type)}, expected ${typeText(type)}`);
    }
    return first.clone(type);
  }
  if (DataType.isStruct(type) !== DataType.isStruct(first.type) || DataType.isFixedSizeList(type) !== DataType.isFixedSizeList(first.type)) {
    throw new RangeError(`column ${name} came as ${typeText(first.type)}, expected ${typeText(type)}`);
  }
  return retyped(type, first, DataType.isStruct(type) ? mergeStruct(name, fields, chains) : mergeItems(name, fields, chains));
}

function mergeItems(name: string, [item]: readonly ColumnField[], chains: readonly Data[]): Data[] {
  if (item === undefined) throw new RangeError(`column ${name} has no item type`);
  return [merge(`${name}.${item.name}`, item.type, chains.map((chain) => onlyChild(name, chain)))];
}

function mergeStruct(name: string, fields: readonly ColumnField[], chains: readonly Data[]): Data[] {
  const [whole] = chains;
  if (chains.length === 1 && whole?.children.length === fields.length) {
    return fields.map((field, index) => merge(`${name}.${field.name}`, field.type, whole.children.slice(index, index + 1)));
  }
  let next = 0;
  return fields.map((field) => {
    const own = chains.slice(next, (next += leafCount(field.type)));
    return merge(`${name}.${field.name}`, field.type, own.map((chain) => onlyChild(name, chain)));
  });
}

function onlyChild(name: string, chain: Data): Data {
  const [child] = chain.children;
  if (child === undefined || chain.children.length !== 1) throw new RangeError(`column ${name} came with ${chain.children.length} children`);
  return child;
}

function retyped(type: DataType, data: Data, children: Data[]): Data {
  return data.clone(type, data.offset, data.length, data.nullCount, data.buffers, children);
}
