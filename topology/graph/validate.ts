import { isLegalTopicName, names } from './names.ts';
import { processors, type ProcessorGraph } from './processors.ts';
import { isTickedTable, topics, type TopicDefinition, type TopicName } from './topics.ts';

/** Every fault of a topology at once, so that one run shows them all. */
export class TopologyError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`the topology is not consistent:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'TopologyError';
    this.faults = faults;
  }
}

/** Checks the graph before any connection is opened. Throws `TopologyError`. */
export function validateTopology(
  prefix = '',
  graph: readonly ProcessorGraph[] = processors,
  definitions: Readonly<Record<string, TopicDefinition>> = topics,
): void {
  const faults = [
    ...nameFaults(prefix, graph, definitions),
    ...topicFaults(definitions),
    ...writerFaults(graph, definitions),
    ...graph.flatMap((processor) => processorFaults(processor, definitions)),
  ];
  if (faults.length > 0) throw new TopologyError(faults);
}

function nameFaults(prefix: string, graph: readonly ProcessorGraph[], definitions: Readonly<Record<string, TopicDefinition>>): string[] {
  const faults: string[] = [];
  const naming = names(prefix);
  for (const topic of Object.keys(definitions)) {
    const name = naming.topic(topic as TopicName);
    if (!isLegalTopicName(name)) faults.push(`'${name}' is not a legal topic name`);
  }
  const seen = new Set<string>();
  const groups = new Set<string>();
  for (const { name, group } of graph) {
    if (seen.has(name)) faults.push(`two processors are named '${name}'`);
    seen.add(name);
    if (group !== null && groups.has(group)) faults.push(`two processors share the group '${group}'`);
    if (group !== null) groups.add(group);
  }
  return faults;
}

function topicFaults(definitions: Readonly<Record<string, TopicDefinition>>): string[] {
  const faults: string[] = [];
  for (const [name, topic] of Object.entries(definitions)) {
    const compacts = topic.retention === 'compacted' || topic.retention === 'compacted-after-ticks';
    if (compacts !== (topic.cleanup === 'compact')) faults.push(`${name}: cleanup '${topic.cleanup}' and retention '${topic.retention}' contradict each other`);
    // With old CreateTime stamps the cleaner ignores min.compaction.lag.ms, and state as of an offset is lost.
    if (topic.cleanup === 'compact' && topic.timestampType !== 'LogAppendTime') faults.push(`${name}: a compacted topic needs LogAppendTime`);
  }
  return faults;
}

function writersOf(topic: string, graph: readonly ProcessorGraph[]): string[] {
  return graph.filter((processor) => writes(processor).includes(topic as TopicName)).map((processor) => processor.name);
}

/** Every topic a processor writes. */
export function writes(processor: ProcessorGraph): TopicName[] {
  return [...new Set([...processor.output, processor.persist, processor.deadLetters].filter((topic) => topic !== null))];
}

/** Every topic a processor reads. */
export function reads(processor: ProcessorGraph): TopicName[] {
  return [...new Set([processor.input, ...processor.streams, ...processor.join, ...processor.lookup, processor.persist].filter((topic) => topic !== null))];
}

function writerFaults(graph: readonly ProcessorGraph[], definitions: Readonly<Record<string, TopicDefinition>>): string[] {
  const faults: string[] = [];
  for (const [name, topic] of Object.entries(definitions)) {
    const writers = writersOf(name, graph);
    if (writers.length === 0 && topic.writers !== 'anyone' && topic.writers !== 'nobody') faults.push(`nobody writes ${name}`);
    if (writers.length > 0 && topic.writers === 'nobody') faults.push(`${name} is declared with no writer, yet ${writers.join(' and ')} writes it`);
    if (writers.length > 1 && topic.writers === 'one') faults.push(`${name} is declared with one writer, yet ${writers.join(' and ')} write it`);
    for (const reader of graph) {
      if (topic.writers !== 'anyone' && reads(reader).includes(name as TopicName) && writers.length === 0) {
        faults.push(`${reader.name} reads ${name}, which nobody writes`);
      }
    }
  }
  return faults;
}

function processorFaults(processor: ProcessorGraph, definitions: Readonly<Record<string, TopicDefinition>>): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`${processor.name}: ${text}`);
  for (const topic of [...reads(processor), ...writes(processor)]) {
    if (definitions[topic] === undefined) fault(`topic ${topic} is not declared`);
  }
  if (faults.length > 0) return faults;

  if ((processor.input === null && processor.streams.length === 0) !== (processor.group === null)) fault('an input and a group come together');
  if (processor.kind !== 'tasks') {
    if (processor.join.length > 0) fault(`a ${processor.kind} has no partitions of its own to join`);
    return faults;
  }
  if (processor.input === null || processor.persist === null) {
    fault('tasks need an input and a topic to persist their cursor in');
    return faults;
  }
  if (processor.streams.length > 0) fault('tasks are driven by their input alone');
  const partitions = definitions[processor.input]?.partitions;
  for (const topic of writes(processor)) {
    if (definitions[topic]?.partitions !== partitions) fault(`task p writes partition p only, so ${topic} must be co-partitioned with ${processor.input}`);
  }
  for (const topic of processor.join) {
    const joined = definitions[topic]?.partitions;
    if (joined !== partitions && joined !== 1) fault(`joins ${topic}, which is neither co-partitioned with ${processor.input} nor of one partition`);
  }
  for (const topic of [...processor.join, ...processor.lookup]) {
    if (!isTickedTable(topic)) fault(`a tick does not name an offset of ${topic}, so its state as of a tick is undefined`);
  }
  return faults;
}
