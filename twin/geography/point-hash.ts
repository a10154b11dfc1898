/** Growing set of plane points in square buckets, for "is anything within r of here?" while sites are being placed. */
export class PointHash {
  readonly #buckets = new Map<number, number[]>();
  readonly #edge: number;
  readonly x: number[] = [];
  readonly y: number[] = [];

  /** @param edge bucket size, km; queries cost O((radius / edge + 1)²). */
  constructor(edge: number) {
    this.#edge = edge;
  }

  get size(): number {
    return this.x.length;
  }

  add(x: number, y: number): void {
    const key = this.#key(Math.floor(x / this.#edge), Math.floor(y / this.#edge));
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [this.x.length]);
    else bucket.push(this.x.length);
    this.x.push(x);
    this.y.push(y);
  }

  /** True when a point lies strictly nearer than `radius` km. */
  hasWithin(x: number, y: number, radius: number): boolean {
    return this.#scan(x, y, radius, () => true);
  }

  /** Calls `visit(index, distance)` for every point strictly nearer than `radius` km. */
  forEachWithin(x: number, y: number, radius: number, visit: (index: number, distance: number) => void): void {
    this.#scan(x, y, radius, (index, distance) => {
      visit(index, distance);
      return false;
    });
  }

  #scan(x: number, y: number, radius: number, stop: (index: number, distance: number) => boolean): boolean {
    const lastColumn = Math.floor((x + radius) / this.#edge);
    const lastRow = Math.floor((y + radius) / this.#edge);
    for (let row = Math.floor((y - radius) / this.#edge); row <= lastRow; row++) {
      for (let column = Math.floor((x - radius) / this.#edge); column <= lastColumn; column++) {
        for (const index of this.#buckets.get(this.#key(column, row)) ?? []) {
          const dx = this.x[index] - x;
          const dy = this.y[index] - y;
          const square = dx * dx + dy * dy;
          if (square < radius * radius && stop(index, Math.sqrt(square))) return true;
        }
      }
    }
    return false;
  }

  #key(column: number, row: number): number {
    return (row + 1_048_576) * 4_194_304 + (column + 1_048_576);
  }
}
