import type { Triangulation } from './triangulation.ts';

/** People settle on land, so the alpha shape of the places stands in for a coastline. Bounds of alpha, km. */
const MIN_ALPHA_KM = 22;
const MAX_ALPHA_KM = 150;
const ALPHA_PER_SPACING = 4;

/**
 * Where a region has land, judged from its populated places alone: the alpha shape of the places (Edelsbrunner, Kirkpatrick,
 * Seidel, IEEE Trans. Inf. Theory 29:551, 1983), that is the Delaunay triangles whose circumradius is at most alpha, plus a
 * margin around each place. Bays narrower than alpha count as land; deserts without places don't.
 */
export class Land {
  /** Area of the alpha shape, km². */
  readonly area: number;
  readonly #places: Triangulation;
  readonly #corners: Float64Array;
  readonly #cumulativeArea: Float64Array;
  readonly #trianglesAt: Uint32Array[];

  constructor(places: Triangulation) {
    this.#places = places;
    const alpha = alphaOf(places);
    const corners: number[] = [];
    const cumulative: number[] = [];
    const at: number[][] = Array.from({ length: places.size }, () => []);
    let total = 0;
    for (let t = 0; t + 2 < places.triangles.length; t += 3) {
      const [a, b, c] = [places.triangles[t], places.triangles[t + 1], places.triangles[t + 2]];
      const [ax, ay, bx, by, cx, cy] = [places.x[a], places.y[a], places.x[b], places.y[b], places.x[c], places.y[c]];
      const area = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
      const ab = Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
      const bc = Math.sqrt((cx - bx) * (cx - bx) + (cy - by) * (cy - by));
      const ca = Math.sqrt((ax - cx) * (ax - cx) + (ay - cy) * (ay - cy));
      if (area === 0 || (ab * bc * ca) / (4 * area) > alpha) continue;
      const triangle = cumulative.length;
      for (const corner of [a, b, c]) at[corner].push(triangle);
      corners.push(ax, ay, bx, by, cx, cy);
      total += area;
      cumulative.push(total);
    }
    this.area = total;
    this.#corners = Float64Array.from(corners);
    this.#cumulativeArea = Float64Array.from(cumulative);
    this.#trianglesAt = at.map((list) => Uint32Array.from(list));
  }

  /** True inside the alpha shape (in a triangle of the nearest place or of one adjacent to it) or within `margin` km of a place. */
  contains(x: number, y: number, margin: number): boolean {
    const places = this.#places;
    const nearest = places.nearest(x, y);
    const dx = places.x[nearest] - x;
    const dy = places.y[nearest] - y;
    if (dx * dx + dy * dy <= margin * margin || this.#inTriangleAt(nearest, x, y)) return true;
    for (let k = places.neighbourStart[nearest]; k < places.neighbourStart[nearest + 1]; k++) {
      if (this.#inTriangleAt(places.neighbours[k], x, y)) return true;
    }
    return false;
  }

  /** A point uniform over the alpha shape from three uniforms; only when `area` > 0. */
  pointAt(u: number, v: number, w: number): { x: number; y: number } {
    const target = u * this.area;
    let low = 0;
    let high = this.#cumulativeArea.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulativeArea[middle] > target) high = middle;
      else low = middle + 1;
    }
    const o = 6 * low;
    const c = this.#corners;
    const root = Math.sqrt(v);
    const [p, q, r] = [1 - root, root * (1 - w), root * w];
    return { x: p * c[o] + q * c[o + 2] + r * c[o + 4], y: p * c[o + 1] + q * c[o + 3] + r * c[o + 5] };
  }

  #inTriangleAt(place: number, x: number, y: number): boolean {
    const c = this.#corners;
    for (const triangle of this.#trianglesAt[place]) {
      const o = 6 * triangle;
      const ab = (c[o + 2] - c[o]) * (y - c[o + 1]) - (c[o + 3] - c[o + 1]) * (x - c[o]);
      const bc = (c[o + 4] - c[o + 2]) * (y - c[o + 3]) - (c[o + 5] - c[o + 3]) * (x - c[o + 2]);
      const ca = (c[o] - c[o + 4]) * (y - c[o + 5]) - (c[o + 1] - c[o + 5]) * (x - c[o + 4]);
      if ((ab >= 0 && bc >= 0 && ca >= 0) || (ab <= 0 && bc <= 0 && ca <= 0)) return true;
    }
    return false;
  }
}

function alphaOf(places: Triangulation): number {
  const spacings: number[] = [];
  for (let i = 0; i < places.size; i++) spacings.push(places.spacing(i));
  spacings.sort((a, b) => a - b);
  const median = spacings[spacings.length >> 1];
  return Math.min(MAX_ALPHA_KM, Math.max(MIN_ALPHA_KM, ALPHA_PER_SPACING * median));
}
