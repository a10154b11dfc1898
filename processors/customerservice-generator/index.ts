import type { ProcessorContext, ProcessorLogic } from '../../topology/task/contract.ts';
import { createGenerator } from '../generator/generator.ts';
import { CareObserver } from './care-observer.ts';

export function createProcessor(context: ProcessorContext): Promise<ProcessorLogic> {
  return createGenerator(context, 'customer_service', (world, books, members) => new CareObserver(world, books, members));
}
