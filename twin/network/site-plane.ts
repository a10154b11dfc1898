import { Plane, type LatLon } from '../geography/plane.ts';
import { Triangulation } from '../geography/triangulation.ts';

/**
 * The plane that a network's sites define, and their triangulation on it. Both `buildNetwork` and `Network` use this one, so that
 * adjacency derived from site records equals the adjacency that the cells' neighbours were configured from.
 */
export function sitePlane(sites: readonly LatLon[]): { plane: Plane; index: Triangulation } {
  const plane = Plane.around(sites);
  const x = Float64Array.from(sites, (site) => plane.x(site.longitude));
  const y = Float64Array.from(sites, (site) => plane.y(site.latitude));
  return { plane, index: new Triangulation(x, y) };
}
