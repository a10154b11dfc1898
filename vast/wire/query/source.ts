import type { ColumnField } from '../column-types.ts';
import { finish, int32, reference, table, text, union, vector, type Reference } from '../flatbuffers/writer.ts';
import { encodeField, leavesOf, nodeCount } from './arrow-schema.ts';
import { encodeLiteral, type Scalar } from './literal.ts';

/** Comparisons of a column with a literal. All are false for null. `match_substring` looks for the text anywhere in the column. */
export type Comparison = 'equal' | 'not_equal' | 'less' | 'less_equal' | 'greater' | 'greater_equal' | 'match_substring';

export type Test =
  | { readonly test: Comparison; readonly value: Scalar }
  | { readonly test: 'is_null' | 'is_valid' };

/** Holds for a row when one of the tests does; all look at the same column. */
export interface Disjunction {
  readonly column: ColumnField;
  readonly anyOf: readonly Test[];
}

/** The body of a query: `Relation(Source)` of Arrow's compute IR. Rows pass when all disjunctions hold. */
export function encodeSource(selected: readonly ColumnField[], where: readonly Disjunction[]): Uint8Array {
  const fields = [...selected];
  for (const { column } of where) {
    if (!fields.some(({ name }) => name === column.name)) fields.push(column);
  }
  const starts = new Map<string, number>();
  let next = 0;
  for (const { name, type } of fields) {
    starts.set(name, next);
    next += nodeCount(type);
  }
  const nodeOf = (field: ColumnField): number => starts.get(field.name) ?? 0;
  const projection = selected.flatMap((field) => leavesOf(field.type).map((leaf) => nodeOf(field) + leaf));
  const filter = call('and', where.map(({ column, anyOf }) => call('or', anyOf.map((test) => testOf(column, nodeOf(column), test)))));
  const schema = table([undefined, reference(vector(fields.map(({ name, type, nullable }) => encodeField(name, type, nullable))))]);
  const source = table([
    undefined,
    reference(text('')),
    reference(filter),
    reference(schema),
    reference(vector(projection.map(fieldIndex))),
  ]);
  return finish(table(union(RELATION_SOURCE, source)));
}

const RELATION_SOURCE = 9;
const EXPRESSION = { literal: 1, fieldRef: 2, call: 3 } as const;
const DEREF_FIELD_INDEX = 5;

function testOf(column: ColumnField, node: number, test: Test): Reference {
  const subject = expression(EXPRESSION.fieldRef, table(union(DEREF_FIELD_INDEX, fieldIndex(node))));
  if (!('value' in test)) return call(test.test, [subject]);
  return call(test.test, [subject, expression(EXPRESSION.literal, encodeLiteral(column, test.value))]);
}

function fieldIndex(position: number): Reference {
  return table([int32(position)]);
}

function call(name: string, parameters: readonly Reference[]): Reference {
  return expression(EXPRESSION.call, table([reference(text(name)), reference(vector(parameters))]));
}

function expression(type: number, impl: Reference): Reference {
  return table(union(type, impl));
}
