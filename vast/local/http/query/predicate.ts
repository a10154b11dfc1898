import { Type } from 'apache-arrow/fb/type';
import type { Expression, Query } from '../../../wire/query/relation.ts';
import type { ColumnRef, Comparison, Predicate } from '../../store/predicate/predicate.ts';
import { invalidArgument } from '../errors.ts';

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  equal: '=',
  not_equal: '!=',
  less: '<',
  less_equal: '<=',
  greater: '>',
  greater_equal: '>=',
};

/** The filter of a query as the store evaluates it. */
export function predicateOf(query: Query): Predicate | undefined {
  return query.filter === undefined ? undefined : translate(query, query.filter);
}

function translate(query: Query, expression: Expression): Predicate {
  if (expression.kind !== 'call') throw invalidArgument('a filter is made of functions: found a column or value where a condition is due');
  const { name, arguments: terms } = expression;
  switch (name) {
    case 'and':
    case 'or':
      return { kind: name, terms: terms.map((term) => translate(query, term)) };
    case 'not':
    case 'invert':
      return { kind: 'not', term: translate(query, argument(expression, 0)) };
    case 'is_null':
      return { kind: 'is-null', column: column(query, argument(expression, 0)) };
    case 'is_valid':
      return { kind: 'is-valid', column: column(query, argument(expression, 0)) };
    case 'match_substring': {
      const literal = argument(expression, 1);
      if (literal.kind !== 'literal' || !(literal.value instanceof Uint8Array)) throw invalidArgument('match_substring needs a column and a text');
      return { kind: 'contains', column: column(query, argument(expression, 0)), bytes: literal.value };
    }
    default: {
      const op = COMPARISONS[name];
      if (op === undefined) throw invalidArgument(`function ${name} is not understood in a filter`);
      const literal = argument(expression, 1);
      if (literal.kind !== 'literal') throw invalidArgument(`${name} compares a column with a value here, not with another column`);
      return { kind: 'compare', op, column: column(query, argument(expression, 0)), value: literal.value };
    }
  }
}

function argument(call: Expression & { readonly kind: 'call' }, index: number): Expression {
  const found = call.arguments[index];
  if (found === undefined) throw invalidArgument(`${call.name} has ${call.arguments.length} arguments: expected at least ${index + 1}`);
  return found;
}

/** Clients name a fixed-size list by its item, the leaf. */
function column(query: Query, expression: Expression): ColumnRef {
  const node = expression.kind === 'node' ? query.nodes[expression.position] : undefined;
  const name = node === undefined ? undefined : query.columns[node.column]?.name;
  if (node === undefined || name === undefined) throw invalidArgument("the first argument of a condition must be a column of the query's schema");
  const path = node.parentType === Type.FixedSizeList ? node.path.slice(0, -1) : node.path;
  return path.length === 0 ? { name } : { name, path };
}
