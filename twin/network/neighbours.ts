import type { Triangulation } from '../geography/triangulation.ts';

/**
 * Configured neighbours of a cell: the other cells of its site, and those of the sites that are adjacent in the Delaunay triangulation, ascending.
 * Symmetric because adjacency is. Cells of site s are `firstCell(s) .. firstCell(s + 1)`.
 */
export function neighboursOf(cell: number, site: number, sites: Triangulation, firstCell: (site: number) => number): number[] {
  const around = [site];
  for (let k = sites.neighbourStart[site]; k < sites.neighbourStart[site + 1]; k++) around.push(sites.neighbours[k]);
  around.sort((a, b) => a - b);
  const neighbours: number[] = [];
  for (const other of around) {
    for (let i = firstCell(other); i < firstCell(other + 1); i++) if (i !== cell) neighbours.push(i);
  }
  return neighbours;
}
