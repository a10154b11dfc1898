import type { TwinConfig } from '../../twin/config.ts';
import { buildNetwork } from '../../twin/network/build.ts';
import type { Network } from '../../twin/network/network.ts';
import { Population } from '../../twin/population/build.ts';
import type { SubscriberProfile } from '../../twin/population/types.ts';
import { loadPlaces, type Region } from '../places/index.ts';
import type { TwinMaker } from './seed.ts';

/** Makes twins of real places. Reads the places of a region once. */
export function twinMaker(): TwinMaker {
  let loaded: { readonly name: string; readonly region: Region } | null = null;
  const regionOf = (name: string): Region => {
    if (loaded?.name !== name) loaded = { name, region: loadPlaces(name) };
    return loaded.region;
  };
  return {
    timezoneOf: (region) => regionOf(region).timezone,
    network: (config) => buildNetwork(config, regionOf(config.region).places),
    subscribers: (config, network) => activeSubscribers(config, network),
  };
}

function* activeSubscribers(config: TwinConfig, network: Network): Generator<SubscriberProfile> {
  const population = new Population(config, network);
  for (let index = 0; index < config.capacity; index++) {
    if (population.isActiveAtSeeding(index)) yield population.build(index);
  }
}
