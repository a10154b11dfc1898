import { processors, reads, topicNames, topics, writes, type ProcessorGraph, type TopicName } from '../graph/index.ts';

/** Where every processor moves what it can't process (one arrow from everything would hide all others), and what nothing writes yet. */
const HIDDEN: readonly TopicName[] = ['dead_letters', ...topicNames.filter((topic) => topics[topic].writers === 'nobody')];
/** The box around processors that are driven by ticks. */
const TASKS = 'tasks';

/**
 * The topology as a Mermaid flow chart: processors as boxes, compacted topics as cylinders, others as parallelograms.
 * Solid arrows are streams, dotted ones tables. What all tick-driven processors share is drawn once, at the box around them.
 */
export function mermaid(graph: readonly ProcessorGraph[] = processors): string {
  const shown = topicNames.filter((topic) => !HIDDEN.includes(topic));
  const tasks = graph.filter(({ kind }) => kind === 'tasks');
  const common = new Set(tasks.flatMap(edges).filter((edge) => tasks.length > 1 && tasks.every((task) => edges(task).includes(edge))));
  const drawn = (edge: string): boolean => shown.some((topic) => edge.startsWith(`${topic} `) || edge.endsWith(` ${topic}`));
  const lines = [
    'flowchart LR',
    '  clients(["REST API, CLI, any Kafka client"])',
    ...shown.map((topic) => `  ${topic}${shape(topic)}`),
    ...graph.filter(({ kind }) => kind !== 'tasks').map(box),
    `  subgraph ${TASKS}["one task per partition"]`,
    ...tasks.map((task) => `  ${box(task)}`),
    '  end',
    ...[...new Set(graph.flatMap(({ lands }) => lands ?? []))].map((store) => `  ${id(store)}[("${store}")]`),
    '',
    ...shown.filter((topic) => topics[topic].writers === 'anyone').map((topic) => `  clients --> ${topic}`),
    ...[...common].filter(drawn).map((edge) => `  ${edge.replaceAll(SELF, TASKS)}`),
    ...graph.flatMap((processor) => edges(processor)
      .filter((edge) => drawn(edge) && !(processor.kind === 'tasks' && common.has(edge)))
      .map((edge) => `  ${edge.replaceAll(SELF, id(processor.name))}`)),
    ...graph.flatMap(({ name, lands }) => (lands === null ? [] : [`  ${id(name)} --> ${id(lands)}`])),
    '',
    '  classDef topic fill:#eef6ff,stroke:#3b82c4,color:#123',
    `  class ${shown.join(',')} topic`,
  ];
  return lines.join('\n');
}

/** Stands for the processor in an edge, so that edges of different processors can be compared. */
const SELF = '@';

function edges(processor: ProcessorGraph): string[] {
  const written = writes(processor).filter((topic) => topics[topic].writers !== 'anyone');
  const read = reads(processor);
  // A table that its writer also reads back gets one arrow with two heads.
  return [
    ...read.filter((topic) => !written.includes(topic)).map((topic) => (topic === processor.input || processor.streams.includes(topic) ? `${topic} --> ${SELF}` : `${topic} -.-> ${SELF}`)),
    ...written.map((topic) => (read.includes(topic) ? `${SELF} <--> ${topic}` : `${SELF} --> ${topic}`)),
  ];
}

function box(processor: ProcessorGraph): string {
  return `  ${id(processor.name)}["${processor.name}"]`;
}

function shape(topic: TopicName): string {
  return topics[topic].cleanup === 'compact' ? `[("${topic}")]` : `[/"${topic}"/]`;
}

function id(name: string): string {
  return name.replaceAll(/[- ]/g, '_');
}
