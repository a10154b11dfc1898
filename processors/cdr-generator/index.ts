import type { ProcessorContext, ProcessorLogic } from '../../topology/task/contract.ts';
import { createGenerator } from '../generator/generator.ts';
import { CdrObserver } from './cdr-observer.ts';

export function createProcessor(context: ProcessorContext): Promise<ProcessorLogic> {
  return createGenerator(context, 'cdrs', (world, books, members, identities) => new CdrObserver(world, books, members, identities));
}
