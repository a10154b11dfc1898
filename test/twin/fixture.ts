import { loadPlaces } from '../../processors/places/index.ts';
import { MODEL_VERSION, type TwinConfig } from '../../twin/config.ts';
import { buildNetwork } from '../../twin/network/build.ts';
import { Network } from '../../twin/network/network.ts';

export function configOf(subscribers: number, seed = 42, region = 'IE'): TwinConfig {
  return {
    seed, region, timezone: 'Europe/Dublin', subscribers, capacity: Math.ceil(subscribers * 1.25), partitions: 4, modelVersion: MODEL_VERSION,
  };
}

export function networkOf(config: TwinConfig): Network {
  const { sites, cells } = buildNetwork(config, loadPlaces(config.region).places);
  return new Network(sites, cells);
}
