import { InMemoryTwin } from '../generator/in-memory.ts';
import { loadPlaces } from '../places/index.ts';
import { newTwin, type TwinRequest } from '../seeder/twin-config.ts';

/**
 * The twin that the seeder would make of a request, in memory.
 * Throws RangeError for a configuration that no twin can have, or a region without places.
 */
export function twinInMemory(request: TwinRequest, partitions: number): InMemoryTwin {
  const config = newTwin(request, partitions, (region) => loadPlaces(region).timezone);
  return new InMemoryTwin(config, loadPlaces(config.region).places);
}
