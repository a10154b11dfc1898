import { Delaunay } from 'd3-delaunay';

/** Upper bound of look-up cells: 2^18, 0.5–1 MB, fits a core's L2 cache. */
const MAX_LOOKUP_CELLS = 262_144;
const LOOKUP_CELLS_PER_POINT = 16;

/**
 * Delaunay triangulation of fixed points (km plane) with exact nearest-point look-up. `nearest` starts from the point
 * remembered for the grid cell of the query and walks greedily over Delaunay neighbours; on a Delaunay graph that walk ends at the
 * true nearest point (Bose and Morin, "Online routing in triangulations", SIAM J. Comput. 33:937, 2004). It allocates nothing.
 */
export class Triangulation {
  readonly size: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Neighbours of point i, ascending: `neighbours[neighbourStart[i] .. neighbourStart[i + 1])`. Symmetric. */
  readonly neighbourStart: Uint32Array;
  readonly neighbours: Uint32Array;
  /** Corner triples, as Delaunator gives them. Empty for fewer than three points. */
  readonly triangles: ArrayLike<number>;
  readonly #lookup: Uint32Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #minX: number;
  readonly #minY: number;
  readonly #perKm: number;

  /** Points must be distinct. Throws RangeError when there is none. */
  constructor(x: Float64Array, y: Float64Array) {
    const size = x.length;
    if (size === 0) throw new RangeError('a triangulation needs at least one point; got none');
    this.size = size;
    this.x = x;
    this.y = y;
    const flat = new Float64Array(2 * size);
    for (let i = 0; i < size; i++) {
      flat[2 * i] = x[i]!;
      flat[2 * i + 1] = y[i]!;
    }
    const delaunay = new Delaunay(flat);
    // For one or two points d3-delaunay answers a triangle and neighbours numbered -1.
    this.triangles = size < 3 ? [] : delaunay.triangles;
    const lists: number[][] = [];
    const start = new Uint32Array(size + 1);
    for (let i = 0; i < size; i++) {
      const list = [...delaunay.neighbors(i)].filter((j) => j >= 0 && j < size && j !== i).sort((a, b) => a - b);
      lists.push(list);
      start[i + 1] = start[i] + list.length;
    }
    this.neighbourStart = start;
    this.neighbours = Uint32Array.from(lists.flat());

    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let i = 0; i < size; i++) {
      minX = Math.min(minX, x[i]);
      maxX = Math.max(maxX, x[i]);
      minY = Math.min(minY, y[i]);
      maxY = Math.max(maxY, y[i]);
    }
    const width = Math.max(maxX - minX, 1e-3);
    const height = Math.max(maxY - minY, 1e-3);
    const cells = Math.min(MAX_LOOKUP_CELLS, LOOKUP_CELLS_PER_POINT * size);
    const edge = Math.max(Math.sqrt((width * height) / cells), Math.max(width, height) / 4096);
    this.#minX = minX;
    this.#minY = minY;
    this.#perKm = 1 / edge;
    this.#columns = Math.floor(width / edge) + 1;
    this.#rows = Math.floor(height / edge) + 1;
    this.#lookup = new Uint32Array(this.#columns * this.#rows);
    let from = 0;
    for (let row = 0; row < this.#rows; row++) {
      for (let i = 0; i < this.#columns; i++) {
        const column = (row & 1) === 0 ? i : this.#columns - 1 - i;
        from = this.nearestFrom(from, minX + (column + 0.5) * edge, minY + (row + 0.5) * edge);
        this.#lookup[row * this.#columns + column] = from;
      }
    }
  }

  /** Index of the point nearest to (x, y). Points outside the bounding box are fine. */
  nearest(x: number, y: number): number {
    let column = Math.floor((x - this.#minX) * this.#perKm);
    let row = Math.floor((y - this.#minY) * this.#perKm);
    if (column < 0) column = 0;
    else if (column >= this.#columns) column = this.#columns - 1;
    if (row < 0) row = 0;
    else if (row >= this.#rows) row = this.#rows - 1;
    return this.nearestFrom(this.#lookup[row * this.#columns + column], x, y);
  }

  /** As `nearest`, when a point close to (x, y) is known. */
  nearestFrom(start: number, x: number, y: number): number {
    const xs = this.x;
    const ys = this.y;
    let best = start;
    let dx = xs[start] - x;
    let dy = ys[start] - y;
    let bestSquare = dx * dx + dy * dy;
    for (;;) {
      const end = this.neighbourStart[best + 1];
      let next = best;
      for (let k = this.neighbourStart[best]; k < end; k++) {
        const candidate = this.neighbours[k];
        dx = xs[candidate] - x;
        dy = ys[candidate] - y;
        const square = dx * dx + dy * dy;
        if (square < bestSquare) {
          bestSquare = square;
          next = candidate;
        }
      }
      if (next === best) return best;
      best = next;
    }
  }

  /** True when a and b share a Delaunay edge. */
  adjacent(a: number, b: number): boolean {
    const end = this.neighbourStart[a + 1];
    for (let k = this.neighbourStart[a]; k < end; k++) if (this.neighbours[k] === b) return true;
    return false;
  }

  /** Mean distance from point i to its (up to) `count` nearest Delaunay neighbours, km; Infinity for a lone point. */
  spacing(i: number, count = 3): number {
    const distances: number[] = [];
    for (let k = this.neighbourStart[i]; k < this.neighbourStart[i + 1]; k++) {
      const j = this.neighbours[k];
      distances.push(Math.sqrt((this.x[j] - this.x[i]) * (this.x[j] - this.x[i]) + (this.y[j] - this.y[i]) * (this.y[j] - this.y[i])));
    }
    if (distances.length === 0) return Infinity;
    distances.sort((a, b) => a - b);
    const used = Math.min(count, distances.length);
    let sum = 0;
    for (let k = 0; k < used; k++) sum += distances[k];
    return sum / used;
  }
}
