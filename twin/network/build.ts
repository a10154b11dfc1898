import type { TwinConfig } from '../config.ts';
import type { Place } from '../geography/place.ts';
import { expectDemand } from './demand.ts';
import { deploySites, siteCount } from './deployment.ts';
import { nrTacOf, planCells, trackingAreas } from './radio-plan.ts';
import { Settlement } from './settlement.ts';
import { sitePlane } from './site-plane.ts';
import type { Cell, Environment, Site } from './types.ts';

/** An operator with few sites is a regional one: beyond this it would leave gaps between its sites that no radio bridges. */
const MAX_PEOPLE_PER_SITE = 25_000;
/** About 0.1 m; coordinates travel through Avro doubles and must come back the same. */
const COORDINATE_STEPS = 1e6;

/**
 * The operator's radio network, a pure function of (config, places). Sites are in Hilbert order, so that consecutive indices are close on
 * the map. Throws RangeError when there is no place.
 */
export function buildNetwork(config: TwinConfig, places: readonly Place[]): { sites: Site[]; cells: Cell[] } {
  const settlement = new Settlement(places, MAX_PEOPLE_PER_SITE * siteCount(config.subscribers));
  const deployment = deploySites(config, settlement);
  const positions = Array.from({ length: deployment.index.size }, (_, i) => {
    const { latitude, longitude } = settlement.plane.toLatLon(deployment.index.x[i], deployment.index.y[i]);
    return { latitude: rounded(latitude), longitude: rounded(longitude) };
  });
  const { index } = sitePlane(positions);
  const demand = expectDemand(config, settlement, deployment.index);
  const tac = trackingAreas(index);
  const ordinal = new Map<string, number>();
  const sites = positions.map(({ latitude, longitude }, i): Site => {
    const place = settlement.places[settlement.index.nearest(deployment.index.x[i], deployment.index.y[i])].name;
    const number = (ordinal.get(place) ?? 0) + 1;
    ordinal.set(place, number);
    return {
      index: i,
      siteId: `S${String(i + 1).padStart(5, '0')}`,
      name: `${place} ${number}`,
      place, latitude, longitude,
      environment: deployment.environment[i] as Environment,
      lteTac: tac[i],
      nrTac: nrTacOf(tac[i]),
      expectedResidents: demand.residents[i],
      expectedWorkers: demand.workers[i],
    };
  });
  return { sites, cells: planCells(config, index, deployment.environment, tac) };
}

function rounded(degrees: number): number {
  return Math.round(degrees * COORDINATE_STEPS) / COORDINATE_STEPS;
}
