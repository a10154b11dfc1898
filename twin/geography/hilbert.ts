/** Side of the curve's grid. */
export const HILBERT_SIDE = 65_536;

/**
 * Position of grid cell (column, row) along Hilbert's curve of order 16, 0 ≤ result < 2^32 (Warren, "Hacker's Delight", ch. 16).
 * Cells close on the curve are close on the plane, which is what makes neighbouring subscriber indices neighbours.
 */
export function hilbertIndex(column: number, row: number): number {
  let x = column;
  let y = row;
  let index = 0;
  for (let half = HILBERT_SIDE / 2; half > 0; half = Math.floor(half / 2)) {
    const right = (x & half) !== 0 ? 1 : 0;
    const upper = (y & half) !== 0 ? 1 : 0;
    index += half * half * ((3 * right) ^ upper);
    if (upper === 0) {
      if (right === 1) {
        x = HILBERT_SIDE - 1 - x;
        y = HILBERT_SIDE - 1 - y;
      }
      const swap = x;
      x = y;
      y = swap;
    }
  }
  return index;
}
