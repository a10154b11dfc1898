import type { RowIds } from '../types.ts';

/** One past the largest row id that the protocol can name: its cursors use 2^48 − 1 for "finished". */
export const ROW_ID_LIMIT = 2 ** 48 - 1;

export function rowCount(ids: RowIds): number {
  return ids instanceof Float64Array ? ids.length : ids.count;
}

/** Row ids as the 64-bit integers of the wire. */
export function toUint64(ids: RowIds): BigUint64Array {
  const n = rowCount(ids);
  const words = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const id = ids instanceof Float64Array ? ids[i] : ids.first + i;
    words[2 * i] = id % 2 ** 32;
    words[2 * i + 1] = id / 2 ** 32;
  }
  return new BigUint64Array(words.buffer);
}

export function expand(first: number, count: number): Float64Array {
  const ids = new Float64Array(count);
  for (let i = 0; i < count; i++) ids[i] = first + i;
  return ids;
}

/** Ascending ids as pairs (first, count), flat. */
export function toRuns(ids: Float64Array): number[] {
  const runs: number[] = [];
  for (let i = 0; i < ids.length;) {
    let n = 1;
    while (i + n < ids.length && ids[i + n] === ids[i] + n) n++;
    runs.push(ids[i], n);
    i += n;
  }
  return runs;
}

export function fromRuns(runs: readonly number[]): Float64Array {
  let n = 0;
  for (let i = 1; i < runs.length; i += 2) n += runs[i];
  const ids = new Float64Array(n);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) for (let k = 0; k < runs[i + 1]; k++) ids[at++] = runs[i] + k;
  return ids;
}

/** Position of the first element ≥ `id` in ascending ids. */
export function lowerBound(ids: Float64Array, id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether two ascending lists share an id; returns it. */
export function sharedId(a: Float64Array, b: Float64Array): number | undefined {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  if (few.length === 0 || many.length === 0 || few[0] > many.at(-1)! || many[0] > few.at(-1)!) return undefined;
  let from = 0;
  for (const id of few) {
    // Galloping: neighbours in the short list are often neighbours in the long one.
    let step = 1;
    while (from + step < many.length && many[from + step] < id) step *= 2;
    from = lowerBound(many.subarray(0, Math.min(many.length, from + step + 1)), id);
    if (many[from] === id) return id;
  }
  return undefined;
}

export function isAscending(ids: Float64Array): boolean {
  for (let i = 1; i < ids.length; i++) if (!(ids[i] > ids[i - 1])) return false;
  return true;
}
