import type { ProcessorContext, ProcessorLogic } from '../../topology/task/contract.ts';
import { createGenerator } from '../generator/generator.ts';
import { NetworkLogObserver } from './networklog-observer.ts';

export function createProcessor(context: ProcessorContext): Promise<ProcessorLogic> {
  return createGenerator(context, 'network_logs', (world, books, members, identities) => new NetworkLogObserver(world, books, members, identities));
}
