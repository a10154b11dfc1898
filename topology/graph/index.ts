export { topics, topicNames, tickedTables, isTickedTable, partitionCount } from './topics.ts';
export type { TopicName, TopicDefinition, TickedTable, KeyKind, Retention, Writers } from './topics.ts';
export { defineProcessor, processors, processorGraph } from './processors.ts';
export type { ProcessorGraph, ProcessorName } from './processors.ts';
export { names, isLegalTopicName } from './names.ts';
export type { Names } from './names.ts';
export { compactionLagMs, defaultSettings, topicSpec, validateSettings } from './config.ts';
export type { TopicSpec, TopologySettings } from './config.ts';
export { TopologyError, reads, validateTopology, writes } from './validate.ts';
