import { makeVector, type Data } from 'apache-arrow';

/** The values of a column, one by one. */
export function valuesOf(data: Data): unknown[] {
  const vector = makeVector(data);
  return Array.from({ length: data.length }, (_, row) => vector.get(row) as unknown);
}
