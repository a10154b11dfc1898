export { controlEventFromJson, ControlledScenarios } from './control.ts';
export { ObjectContainer } from './object-container.ts';
export { sample, type Sampled, type SampleOptions } from './sample.ts';
export { EVENT_STREAMS, OBSERVERS, RECORD_OF, SAMPLED_TOPICS, type EventStream, type SampledTopic } from './streams.ts';
export { twinInMemory } from './twin.ts';
