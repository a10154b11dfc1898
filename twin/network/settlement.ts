import { Land } from '../geography/land.ts';
import type { Place } from '../geography/place.ts';
import { Plane, distance } from '../geography/plane.ts';
import { Triangulation } from '../geography/triangulation.ts';
import type { Draw } from '../random/draw.ts';

/** People per km² of built-up area; with it a place's radius follows from its population. */
const BUILT_UP_DENSITY = 3_000;
/** Scale of the exponential decline of density from a place's centre, as a share of its built-up radius (Clark, J. R. Stat. Soc. A 114:490, 1951). */
const SCALE_PER_RADIUS = 0.45;
const MIN_SCALE_KM = 0.35;
/** Roads longer than this cross deserts or straits and carry no sites of their own, km. */
const MAX_ROAD_KM = 90;
const MAX_TRIES = 24;
/** How far beyond the last place of a coast the countryside reaches, km. */
const RURAL_MARGIN_KM = 1.5;

/**
 * Where people are: places as exponential kernels of density on the plane, roads between neighbouring places, and land.
 * Sites and homes are drawn from the same settlement, so that masts stand where subscribers live.
 */
export class Settlement {
  readonly plane: Plane;
  /** Places that the operator covers. */
  readonly places: readonly Place[];
  readonly index: Triangulation;
  readonly land: Land;
  /** Scale of each place's kernel, km. */
  readonly scale: Float64Array;
  /** Places covered, then those that are not: abroad, or beyond a small operator's reach. */
  readonly #border: Triangulation;
  /** Roads: pairs of places, and cumulative length, km. */
  readonly #roads: { readonly a: number; readonly b: number }[] = [];
  readonly #roadLength: number[] = [];

  /**
   * @param places at distinct positions; the first own one is the operator's seat.
   * @param maxPeople how many people the operator can cover: it takes places by distance from its seat up to that number (but at least one).
   * @throws RangeError when there is no own place
   */
  constructor(places: readonly Place[], maxPeople = Infinity) {
    this.places = footprint(places, maxPeople);
    this.plane = Plane.around(this.places);
    this.index = this.#locate(this.places);
    const covered = new Set(this.places);
    this.#border = this.#locate([...this.places, ...places.filter((place) => !covered.has(place))]);
    this.land = new Land(this.index);
    this.scale = Float64Array.from(this.places, ({ population }) =>
      Math.max(MIN_SCALE_KM, SCALE_PER_RADIUS * Math.sqrt(population / (BUILT_UP_DENSITY * 3.141592653589793))));
    this.#layRoads();
  }

  /** True where the operator has sites: on land (`margin` km around places included), nearer to a covered place than to any other. */
  contains(x: number, y: number, margin: number): boolean {
    return this.#border.nearest(x, y) < this.places.length && this.land.contains(x, y, margin);
  }

  get hasRoads(): boolean {
    return this.#roads.length > 0;
  }

  /** Density of people at distance `r` km from place p's centre, per km², from that place alone. */
  density(p: number, r: number): number {
    const scale = this.scale[p];
    return (this.places[p].population / (6.283185307179586 * scale * scale)) * Math.exp(-r / scale);
  }

  /** A point of place p: its kernel stretched by `stretch`, on land. Falls back to ever smaller radii, so it always ends. */
  pointInPlace(draw: Draw, p: number, stretch: number): { x: number; y: number } {
    const scale = this.scale[p] * stretch;
    const x0 = this.index.x[p];
    const y0 = this.index.y[p];
    for (let shrink = 1, tries = 0; ; tries++) {
      const radius = shrink * scale * Math.min(5, draw.exponential() + draw.exponential());
      const angle = 6.283185307179586 * draw.unit();
      const x = x0 + radius * Math.cos(angle);
      const y = y0 + radius * Math.sin(angle);
      if (tries >= MAX_TRIES || this.contains(x, y, 0.4 + 0.7 * this.scale[p])) return { x, y };
      if (tries >= MAX_TRIES / 2) shrink *= 0.8;
    }
  }

  /** A point of the countryside: beside a road (chosen by length) or anywhere on land, half and half. */
  ruralPoint(draw: Draw): { x: number; y: number } {
    for (let tries = 1; ; tries++) {
      const point = this.#ruralCandidate(draw);
      if (tries >= MAX_TRIES || this.contains(point.x, point.y, RURAL_MARGIN_KM)) return point;
    }
  }

  #ruralCandidate(draw: Draw): { x: number; y: number } {
    const onLand = this.land.area > 0 && (draw.chance(0.5) || !this.hasRoads);
    if (onLand) return this.land.pointAt(draw.unit(), draw.unit(), draw.unit());
    const target = draw.unit() * this.#roadLength[this.#roadLength.length - 1];
    let low = 0;
    let high = this.#roadLength.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#roadLength[middle] > target) high = middle;
      else low = middle + 1;
    }
    const { a, b } = this.#roads[low];
    const length = this.#roadLength[low] - (low > 0 ? this.#roadLength[low - 1] : 0);
    const along = draw.unit();
    const spread = Math.min(2.5, 0.12 * length);
    const dx = this.index.x[b] - this.index.x[a];
    const dy = this.index.y[b] - this.index.y[a];
    return { x: this.index.x[a] + along * dx + spread * draw.normal(), y: this.index.y[a] + along * dy + spread * draw.normal() };
  }

  #locate(places: readonly Place[]): Triangulation {
    return new Triangulation(
      Float64Array.from(places, (place) => this.plane.x(place.longitude)),
      Float64Array.from(places, (place) => this.plane.y(place.latitude)),
    );
  }

  /**
   * Roads: the relative neighbourhood graph of the places (Toussaint, Pattern Recognition 12:261, 1980), a subset of the Delaunay edges
   * and a fair likeness of trunk roads: a and b are joined unless some place is nearer to both of them than they are to each other.
   */
  #layRoads(): void {
    const { x, y, neighbours, neighbourStart, size } = this.index;
    const square = (a: number, b: number): number => (x[a] - x[b]) * (x[a] - x[b]) + (y[a] - y[b]) * (y[a] - y[b]);
    let total = 0;
    for (let a = 0; a < size; a++) {
      for (let k = neighbourStart[a]; k < neighbourStart[a + 1]; k++) {
        const b = neighbours[k];
        const length = square(a, b);
        if (b <= a || length > MAX_ROAD_KM * MAX_ROAD_KM) continue;
        let blocked = false;
        for (let m = neighbourStart[a]; m < neighbourStart[a + 1] && !blocked; m++) {
          const c = neighbours[m];
          blocked = c !== b && square(a, c) < length && square(b, c) < length;
        }
        if (blocked) continue;
        this.#roads.push({ a, b });
        total += Math.sqrt(length);
        this.#roadLength.push(total);
      }
    }
  }
}

function footprint(places: readonly Place[], maxPeople: number): readonly Place[] {
  const own = places.filter((place) => place.foreign !== true);
  const seat = own[0];
  if (seat === undefined) throw new RangeError('a network needs at least one populated place; got none');
  const plane = new Plane(seat.latitude, seat.longitude);
  const from = own.map((place) => distance(0, 0, plane.x(place.longitude), plane.y(place.latitude)));
  const covered = new Set<number>();
  let people = 0;
  for (const i of Array.from(own.keys()).sort((a, b) => from[a] - from[b] || a - b)) {
    people += own[i].population;
    if (people > maxPeople && covered.size > 0) break;
    covered.add(i);
  }
  return own.filter((_, i) => covered.has(i));
}
