import { describe, expect, it } from 'vitest';
import { Environment } from '../../../twin/network/types.ts';
import { configOf, networkOf } from '../fixture.ts';

const network = networkOf(configOf(1_000_000));

/** Distance to the nearest site of all sites of an environment, ascending, km. */
function nearestDistances(environment: Environment): number[] {
  return network.sites
    .filter((site) => site.environment === environment)
    .map(({ index }) => Math.min(...[...network.adjacentSites.subarray(network.adjacencyStart[index], network.adjacencyStart[index + 1])]
      .map((other) => network.distanceToSite(other, network.siteX[index], network.siteY[index]))))
    .sort((a, b) => a - b);
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1];

describe('site spacing of a full national network (realism targets 3d)', () => {
  it('is 0.3–0.7 km in dense urban areas, about 1 km in suburbs, 3–10 km in the country', () => {
    expect(median(nearestDistances(Environment.DENSE_URBAN))).toBeGreaterThan(0.3);
    expect(median(nearestDistances(Environment.DENSE_URBAN))).toBeLessThan(0.7);
    expect(median(nearestDistances(Environment.SUBURBAN))).toBeGreaterThan(0.7);
    expect(median(nearestDistances(Environment.SUBURBAN))).toBeLessThan(2);
    expect(median(nearestDistances(Environment.RURAL))).toBeGreaterThan(3);
    expect(median(nearestDistances(Environment.RURAL))).toBeLessThan(10);
  });

  it('repels in the country: nearest neighbours are farther apart than a Poisson pattern of that density would have them', () => {
    // Clark and Evans (Ecology 35:445, 1954): mean nearest distance over 0.5 / sqrt(density) is 1 for Poisson, more for repulsion.
    const rural = network.sites.filter((site) => site.environment === Environment.RURAL);
    const area = rural.reduce((total, site) => total + 3 * network.siteRadius[site.index] * network.siteRadius[site.index], 0);
    const distances = nearestDistances(Environment.RURAL);
    const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
    expect(mean / (0.5 / Math.sqrt(rural.length / area))).toBeGreaterThan(1.15);
  });

  it('clusters as a whole: most sites stand on a small part of the land', () => {
    const distances = network.sites.map((site) => network.siteRadius[site.index]).sort((a, b) => a - b);
    const area = (values: readonly number[]): number => values.reduce((total, radius) => total + radius * radius, 0);
    expect(area(distances.slice(0, distances.length / 2)) / area(distances)).toBeLessThan(0.05);
  });

  it('never puts two sites closer than 150 m', () => {
    for (const environment of Object.values(Environment)) expect(nearestDistances(environment)[0]).toBeGreaterThan(0.15);
  });
});
