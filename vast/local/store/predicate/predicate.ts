/**
 * A literal in the units of its column: number for int8–int32, uint8–uint32, floats and float16; bigint for 64-bit integers, dates,
 * times, timestamps (the column's unit) and decimals (unscaled, the column's scale); bytes for strings and binaries; a list for
 * fixed-size lists. Numbers and bigints are interchangeable where both are exact.
 */
export type Literal = number | bigint | boolean | Uint8Array | readonly Literal[];

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A column, or a leaf below it: `{ name: 'st', path: [1, 0] }` is the first child of the second child of struct `st`.
 * `$row_id` names the row id.
 */
export interface ColumnRef {
  readonly name: string;
  readonly path?: readonly number[];
}

/**
 * SQL's three-valued logic: a comparison with null is unknown, and only what is true is selected. Strings and binaries compare as
 * bytes; fixed-size lists lexicographically; NaN is only unequal. `and` without terms is true, `or` false.
 */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Predicate[] }
  | { readonly kind: 'not'; readonly term: Predicate }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly column: ColumnRef; readonly value: Literal }
  | { readonly kind: 'contains'; readonly column: ColumnRef; readonly bytes: Uint8Array }
  | { readonly kind: 'is-null' | 'is-valid'; readonly column: ColumnRef };
