import { Type } from 'apache-arrow/fb/type';
import { uint16ToFloat64 } from 'apache-arrow/util/math';
import { TableReader } from '../flatbuffers/reader.ts';

/**
 * The body of a query: a Relation of Arrow 7's experimental compute IR (Relation.fbs, Expression.fbs, Literal.fbs), of which VAST's
 * clients use a Source with filter and projection (Python), or a Project around one (Java).
 */
export interface Query {
  /** Columns that the query names: those of the answer in its order, then those that only the filter needs. */
  readonly columns: readonly QueryColumn[];
  /** Every node of `columns` in depth-first order; the position in this list is what filter and projection refer to. */
  readonly nodes: readonly QueryNode[];
  /** Positions of the leaves to answer with, in order. */
  readonly projection: readonly number[];
  /** Nothing selects all rows. */
  readonly filter: Expression | undefined;
}

/** A field of the query's schema. Clients leave out time zones and rename children, so only the shape is kept. */
export interface QueryColumn {
  readonly name: string;
  /** The field's member of Schema.fbs's union `Type`. */
  readonly type: Type;
  readonly children: readonly QueryColumn[];
}

export interface QueryNode {
  /** Index into the query's columns. */
  readonly column: number;
  /** Child indices from the column down to this node; empty for the column itself. */
  readonly path: readonly number[];
  readonly type: Type;
  /** Of the node above; `Type.NONE` for a column. */
  readonly parentType: Type;
  readonly leaf: boolean;
}

/** Number for integers of at most 32 bits and floats; bigint in the column's unit for everything wider; decimals are unscaled. */
export type LiteralValue = number | bigint | boolean | Uint8Array | readonly LiteralValue[];

export type Expression =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'node'; readonly position: number }
  | { readonly kind: 'literal'; readonly value: LiteralValue };

/** A query body is damaged or holds what no VAST client sends. */
export class RelationError extends Error {
  override readonly name = 'RelationError';
}

const RelationImpl = { Project: 7, Source: 9 } as const;
const ExpressionImpl = { Literal: 1, FieldRef: 2, Call: 3 } as const;
const FIELD_INDEX = 5;

/** Filters are flat (and of or of comparisons): anything deeper is not from a client. */
const MAX_DEPTH = 32;

/** @throws RelationError */
export function decodeQuery(body: Uint8Array): Query {
  try {
    return decodeRelation(TableReader.root(body));
  } catch (error) {
    if (error instanceof RangeError) throw new RelationError(`the query of ${body.byteLength} bytes is no flatbuffer: ${error.message}`, { cause: error });
    throw error;
  }
}

function decodeRelation(relation: TableReader): Query {
  const impl = required(relation.table(1), 'the relation has no content');
  switch (relation.uint8(0)) {
    case RelationImpl.Source:
      return decodeSource(impl, impl.tables(4).map((index) => index.uint32(0)));
    case RelationImpl.Project: {
      const source = required(impl.table(1), 'the projection has no relation');
      if (source.uint8(0) !== RelationImpl.Source) throw new RelationError('a projection is understood around a source only');
      const projection = impl.tables(2).map((expression) => {
        const reference = decodeExpression(expression, 0);
        if (reference.kind !== 'node') throw new RelationError('a projection is understood of columns only');
        return reference.position;
      });
      return decodeSource(required(source.table(1), 'the source has no content'), projection);
    }
    default:
      throw new RelationError(`relation type ${relation.uint8(0)} is not understood: expected a source (9) or a projection (7)`);
  }
}

function decodeSource(source: TableReader, projection: readonly number[]): Query {
  const columns = required(source.table(3), 'the source has no schema').tables(1).map((field) => decodeField(field, 0));
  const nodes: QueryNode[] = [];
  columns.forEach((column, index) => number(nodes, index, column, [], Type.NONE));
  for (const position of projection) {
    if (nodes[position]?.leaf !== true) throw new RelationError(`projection names position ${position}, which is no leaf of the query's schema`);
  }
  const filter = source.table(2);
  return { columns, nodes, projection, filter: filter === undefined ? undefined : decodeExpression(filter, 0) };
}

function decodeField(field: TableReader, depth: number): QueryColumn {
  checkDepth(depth);
  return {
    name: field.string(0) ?? '',
    type: field.uint8(2),
    children: field.tables(5).map((child) => decodeField(child, depth + 1)),
  };
}

function number(nodes: QueryNode[], column: number, { type, children }: QueryColumn, path: readonly number[], parentType: Type): void {
  nodes.push({ column, path, type, parentType, leaf: children.length === 0 });
  children.forEach((child, index) => number(nodes, column, child, [...path, index], type));
}

function decodeExpression(expression: TableReader, depth: number): Expression {
  checkDepth(depth);
  const impl = required(expression.table(1), 'an expression has no content');
  switch (expression.uint8(0)) {
    case ExpressionImpl.Literal:
      return { kind: 'literal', value: decodeLiteral(impl, depth) };
    case ExpressionImpl.FieldRef:
      if (impl.uint8(0) !== FIELD_INDEX) throw new RelationError(`reference type ${impl.uint8(0)} is not understood: expected an index (5)`);
      return { kind: 'node', position: required(impl.table(1), 'a reference has no index').uint32(0) };
    case ExpressionImpl.Call:
      return {
        kind: 'call',
        name: impl.string(0) ?? '',
        arguments: impl.tables(1).map((argument) => decodeExpression(argument, depth + 1)),
      };
    default:
      throw new RelationError(`expression type ${expression.uint8(0)} is not understood: expected a literal, reference or call`);
  }
}

/** By member of the union LiteralImpl. Every literal has its value in slot 0; zero and false are left out as defaults. */
const LITERALS: Readonly<Record<number, (literal: TableReader, depth: number) => LiteralValue>> = {
  1: (literal) => literal.bool(0),
  2: (literal) => literal.int8(0),
  3: (literal) => literal.int16(0),
  4: (literal) => literal.int32(0),
  5: (literal) => literal.int64(0),
  6: (literal) => literal.uint8(0),
  7: (literal) => literal.uint16(0),
  8: (literal) => literal.uint32(0),
  9: (literal) => literal.uint64(0),
  10: (literal) => literal.int64(0),
  11: (literal) => literal.int64(0),
  12: (literal) => literal.int64(0),
  15: (literal) => decimal(bytesOf(literal)),
  16: (literal) => uint16ToFloat64(literal.uint16(0)),
  17: (literal) => literal.float32(0),
  18: (literal) => literal.float64(0),
  19: (literal, depth) => literal.tables(0).map((item) => decodeLiteral(item, depth + 1)),
  22: bytesOf,
  23: bytesOf,
  24: bytesOf,
};

function decodeLiteral(literal: TableReader, depth: number): LiteralValue {
  checkDepth(depth);
  const decode = LITERALS[literal.uint8(0)];
  if (decode === undefined) throw new RelationError(`literal type ${literal.uint8(0)} is not understood`);
  return decode(required(literal.table(1), 'a literal has no content'), depth);
}

/** Text too is left as bytes: the upper bound of a prefix search need not be valid UTF-8. */
function bytesOf(literal: TableReader): Uint8Array {
  return literal.bytes(0) ?? new Uint8Array(0);
}

/** Two's complement, little endian. */
function decimal(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return BigInt.asIntN(8 * bytes.length, value);
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new RelationError(`the query is nested more than ${MAX_DEPTH} deep`);
}

function required<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new RelationError(message);
  return value;
}
