/** A populated place. Populations of a region's places are disjoint: a city's figure excludes suburbs that are listed themselves. */
export interface Place {
  readonly name: string;
  /** WGS 84 degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly population: number;
}
