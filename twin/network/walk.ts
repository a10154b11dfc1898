import type { Network } from './network.ts';

/** Takes one step of a walk; false ends it. */
export type Visit = (site: number, sector: number, fraction: number) => boolean;

/**
 * The sequence of (site, sector) that serves a straight path from (fromX, fromY) to (toX, toY), on km plane. Calls `visit(site, sector,
 * fraction)` for each in order until it answers false, with the fraction of the path, [0, 1), at which it begins; the first is (nearest site, its sector, 0).
 *
 * Between sites it steps over Delaunay edges only: from the current site the path leaves at the first bisector with a neighbour that it
 * crosses, so consecutive sites are adjacent and the sequence is that of the nearest sites (Voronoi cells are convex and their edges
 * are dual to Delaunay edges). Each step strictly increases the site's projection on the path's direction, so the walk ends whatever
 * ties there are. Allocates nothing.
 */
export function walk(
  network: Network, fromX: number, fromY: number, toX: number, toY: number,
  visit: Visit,
): void {
  const { siteX, siteY, adjacencyStart, adjacentSites } = network;
  const dx = toX - fromX;
  const dy = toY - fromY;
  let site = network.nearestSite(fromX, fromY);
  let entry = 0;
  for (;;) {
    const x = siteX[site];
    const y = siteY[site];
    let exit = Infinity;
    let next = -1;
    for (let k = adjacencyStart[site]; k < adjacencyStart[site + 1]; k++) {
      const other = adjacentSites[k];
      const ex = siteX[other] - x;
      const ey = siteY[other] - y;
      const towards = dx * ex + dy * ey;
      if (towards <= 0) continue;
      // Where |P - other|² = |P - site|² on P = from + t·d.
      const t = ((x - fromX) * ex + (y - fromY) * ey + (ex * ex + ey * ey) / 2) / towards;
      if (t < exit) {
        exit = t;
        next = other;
      }
    }
    const leave = exit < entry ? entry : exit;
    const goOn = visitSectors(network, site, fromX - x, fromY - y, dx, dy, entry, leave < 1 ? leave : 1, visit);
    if (!goOn || next < 0 || leave >= 1) return;
    site = next;
    entry = leave;
  }
}

/** Reports the sectors of one site that the path (relative to the mast) passes in [entry, leave): at most three. False when told to stop. */
function visitSectors(
  network: Network, site: number, px: number, py: number, dx: number, dy: number, entry: number, leave: number,
  visit: Visit,
): boolean {
  const { rayX, rayY } = network.sectors;
  const side = px * dy - py * dx;
  let from = entry;
  let last = -1;
  for (;;) {
    let crossing = leave;
    for (let ray = 3 * site; ray < 3 * site + 3; ray++) {
      const rx = rayX[ray];
      const ry = rayY[ray];
      const slope = rx * dy - ry * dx;
      if (slope === 0) continue;
      const t = (ry * px - rx * py) / slope;
      // The line meets the ray itself, not what lies behind the mast: r·(p + t·d) is r² · side / slope, and that sum cancels at the mast.
      if (t > from && t < crossing && side * slope >= 0) crossing = t;
    }
    const middle = (from + crossing) / 2;
    const sector = network.sectors.ofDirection(site, px + middle * dx, py + middle * dy);
    if (sector !== last && !visit(site, sector, from)) return false;
    last = sector;
    if (crossing >= leave) return true;
    from = crossing;
  }
}
