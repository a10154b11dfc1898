import type { ProcessorContext, ProcessorLogic } from '../../topology/task/contract.ts';
import { createGenerator } from '../generator/generator.ts';
import { LocationObserver } from './location-observer.ts';

export function createProcessor(context: ProcessorContext): Promise<ProcessorLogic> {
  return createGenerator(context, 'location_updates', (world, books, members, identities) => new LocationObserver(world, books, members, identities));
}
