import type { TickedTable, TopicName } from './topics.ts';

/**
 * What a processor is allowed to touch, in the spirit of goka's `DefineGroup`. The runtime hands a processor these
 * topics and no others, and ACLs are derived from them.
 */
export interface ProcessorGraph<Name extends string = string> {
  readonly name: Name;
  /**
   * - `tasks`: driven by ticks; one task per partition of the input, run by the task runtime.
   * - `service`: has a loop of its own; the owner of the input's one partition leads, or partitions are shared among instances.
   * - `job`: runs once and exits.
   */
  readonly kind: 'tasks' | 'service' | 'job';
  readonly description: string;
  /** Consumer group, before the prefix; null for a processor that consumes nothing through a group. */
  readonly group: string | null;
  /** Topic consumed through the group; its offsets are committed. */
  readonly input: TopicName | null;
  /** Topics consumed through the group beside `input`, by a service that reads several. */
  readonly streams: readonly TopicName[];
  /** Tables of which a task sees its own partition (or the only one), exactly as of the tick at hand. */
  readonly join: readonly TopicName[];
  /** Tables of which the process sees all partitions, every version. */
  readonly lookup: readonly TopicName[];
  readonly output: readonly TopicName[];
  /** Topic that keeps cursors and state between owners of a task; null when there is nothing to keep. */
  readonly persist: 'task_state' | null;
  /** Writes in transactions. Tasks have a transactional id each, a service has one for its leader. */
  readonly transactional: boolean;
  /** Processors whose committed offsets on `sim_ticks` it reads, so as not to run ahead of them. */
  readonly awaits: readonly string[];
  /** Where records that cannot be processed go; null where the input is only written by ourselves and by code. */
  readonly deadLetters: 'dead_letters' | null;
  /** System outside Kafka that it writes to, as the diagram names it; null when there is none. */
  readonly lands: string | null;
}

type ProcessorInput<Name extends string> = Pick<ProcessorGraph<Name>, 'name' | 'kind' | 'description' | 'output'> &
  Partial<Omit<ProcessorGraph, 'name' | 'kind' | 'description' | 'output'>>;

export function defineProcessor<const Name extends string>(definition: ProcessorInput<Name>): ProcessorGraph<Name> {
  const consumes = (definition.input ?? null) !== null || (definition.streams ?? []).length > 0;
  return {
    group: consumes ? definition.name : null,
    input: null,
    streams: [],
    join: [],
    lookup: [],
    persist: null,
    transactional: definition.kind === 'tasks',
    awaits: [],
    deadLetters: null,
    lands: null,
    ...definition,
  };
}

/** A tick-driven observer of the twin: the same tables, another stream. */
function defineGenerator<const Name extends string>(name: Name, description: string, output: readonly TopicName[]): ProcessorGraph<Name> {
  const lookup: readonly TickedTable[] = ['subscriber_state', 'network_state', 'scenario_state'];
  return defineProcessor({
    name,
    kind: 'tasks',
    description,
    input: 'sim_ticks',
    lookup,
    output: [...output, 'ground_truth'],
    persist: 'task_state',
    deadLetters: 'dead_letters',
  });
}

export const processors = [
  defineProcessor({
    name: 'seeder',
    kind: 'job',
    description: 'Writes the subscribers, sites and cells of a new twin.',
    // What an interrupted run has written already.
    lookup: ['subscriber_state', 'network_state'],
    output: ['subscriber_state', 'network_state'],
  }),
  defineProcessor({
    name: 'scenario-injector',
    kind: 'service',
    description: 'Keeps simulated time, validates control events and writes their causes.',
    input: 'scenario_events',
    lookup: ['network_state', 'scenario_state', 'clock_state', 'sim_ticks'],
    output: ['scenario_events', 'scenario_state', 'sim_ticks', 'clock_state', 'subscriber_state', 'network_state', 'ground_truth'],
    transactional: true,
    awaits: ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator'],
    deadLetters: 'dead_letters',
  }),
  defineGenerator('cdr-generator', 'Writes what the charging system records.', ['cdrs']),
  defineGenerator('networklog-generator', 'Writes what the core and radio network log.', ['network_logs']),
  defineGenerator('customerservice-generator', 'Writes what the contact centre records.', ['customer_service']),
  defineGenerator('location-generator', 'Writes what the location platform records.', ['location_updates']),
  defineProcessor({
    name: 'subscriber-db',
    kind: 'service',
    description: 'Keeps the twin on disk: look-ups, and snapshots that generators start from.',
    lookup: ['subscriber_state', 'network_state', 'scenario_state', 'clock_state', 'sim_ticks'],
    output: [],
  }),
  defineProcessor({
    name: 'vast-sink',
    kind: 'service',
    description: 'Lands the streams and the twin itself in VAST DB, exactly once.',
    streams: ['cdrs', 'network_logs', 'customer_service', 'location_updates', 'ground_truth', 'subscriber_state', 'network_state'],
    output: [],
    deadLetters: 'dead_letters',
    lands: 'VAST DB',
  }),
] as const;

export type ProcessorName = (typeof processors)[number]['name'];

export function processorGraph(name: string): ProcessorGraph {
  const found = (processors as readonly ProcessorGraph[]).find((processor) => processor.name === name);
  if (found === undefined) {
    throw new Error(`unknown processor '${name}'; known are ${processors.map((processor) => processor.name).join(', ')}`);
  }
  return found;
}
