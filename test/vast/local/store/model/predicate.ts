import fc from 'fast-check';
import type { Comparison, Literal, Predicate } from '../../../../../vast/local/store/predicate/predicate.ts';
import type { Value } from './model.ts';

/** A predicate before it is known which columns there are: columns by number, taken modulo how many there are. */
export type Shape =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Shape[] }
  | { readonly kind: 'not'; readonly term: Shape }
  | { readonly kind: 'compare'; readonly column: number; readonly op: Comparison; readonly value: number }
  | { readonly kind: 'contains'; readonly column: number; readonly value: number }
  | { readonly kind: 'is-null' | 'is-valid'; readonly column: number; readonly value: number };

const column = fc.nat(9);
const value = fc.nat(30);

export const shapes: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape; leaf: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('shape'), { maxLength: 5 }) }),
    fc.record({ kind: fc.constant('not' as const), term: tie('shape') }),
  ),
  leaf: fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), column, op: fc.constantFrom<Comparison>('=', '!=', '<', '<=', '>', '>='), value }),
    fc.record({ kind: fc.constant('contains' as const), column, value }),
    fc.record({ kind: fc.constantFrom('is-null' as const, 'is-valid' as const), column, value }),
  ),
})).shape;

export interface NamedColumn {
  readonly name: string;
  readonly type: 'integer' | 'text';
}

/** Small domains, so that comparisons with random values are often true. */
export function integer(n: number): bigint {
  return BigInt(n - 15) * (n % 7 === 0 ? 2n ** 40n : 1n);
}

export function text(n: number): string {
  return n % 5 === 0 ? `${'long '.repeat(8)}${n}` : `t${n}`;
}

/** The predicate over these columns; the row id stands behind the last. */
export function bind(shape: Shape, columns: readonly NamedColumn[]): Predicate {
  if ('terms' in shape) return { kind: shape.kind, terms: shape.terms.map((term) => bind(term, columns)) };
  if ('term' in shape) return { kind: 'not', term: bind(shape.term, columns) };
  const at = shape.column % (columns.length + 1);
  const chosen = at < columns.length ? columns[at] : { name: '$row_id', type: 'integer' };
  const ref = { name: chosen.name };
  if (shape.kind === 'is-null' || shape.kind === 'is-valid') return { kind: shape.kind, column: ref };
  if (shape.kind === 'contains' && chosen.type === 'text') return { kind: 'contains', column: ref, bytes: Buffer.from(String(shape.value)) };
  const op = shape.kind === 'compare' ? shape.op : '>=';
  if (chosen.name === '$row_id') return { kind: 'compare', op, column: ref, value: BigInt(shape.value * 3) };
  return { kind: 'compare', op, column: ref, value: chosen.type === 'integer' ? integer(shape.value) : Buffer.from(text(shape.value)) };
}

/** SQL's three-valued truth: 0 false, 1 unknown, 2 true. */
export function truth(predicate: Predicate, valueOf: (name: string) => Value): number {
  switch (predicate.kind) {
    case 'and':
      return Math.min(2, ...predicate.terms.map((term) => truth(term, valueOf)));
    case 'or':
      return Math.max(0, ...predicate.terms.map((term) => truth(term, valueOf)));
    case 'not':
      return 2 - truth(predicate.term, valueOf);
    case 'is-null':
      return valueOf(predicate.column.name) === null ? 2 : 0;
    case 'is-valid':
      return valueOf(predicate.column.name) === null ? 0 : 2;
    case 'contains': {
      const found = valueOf(predicate.column.name);
      if (found === null) return 1;
      return String(found).includes(Buffer.from(predicate.bytes).toString()) ? 2 : 0;
    }
    case 'compare': {
      const found = valueOf(predicate.column.name);
      if (found === null) return 1;
      return holds(predicate.op, order(found, predicate.value)) ? 2 : 0;
    }
  }
}

function order(found: bigint | string, literal: Literal): number {
  const other = literal instanceof Uint8Array ? Buffer.from(literal).toString() : (literal as bigint);
  return found < other ? -1 : found > other ? 1 : 0;
}

function holds(op: Comparison, sign: number): boolean {
  switch (op) {
    case '=': return sign === 0;
    case '!=': return sign !== 0;
    case '<': return sign < 0;
    case '<=': return sign <= 0;
    case '>': return sign > 0;
    case '>=': return sign >= 0;
  }
}
