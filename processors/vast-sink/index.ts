import type { ProcessorContext, Service } from '../../topology/task/contract.ts';
import { sinkSettings } from './settings.ts';
import { VastSink } from './sink.ts';

export function createService(context: ProcessorContext): Service {
  return new VastSink(context, sinkSettings(context.env));
}
