/** A populated place. Populations of a region's places are disjoint: a city's figure excludes suburbs that are listed themselves. */
export interface Place {
  readonly name: string;
  /** WGS 84 degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly population: number;
  /** True for a place beyond the border, listed only so that the operator's sites and subscribers stay on their side of it. */
  readonly foreign?: boolean;
}
