import { schemaText } from './codec.ts';
import type { RecordName } from './generated/records.generated.ts';

export type Compatibility = 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE';

/** What the value of a topic is. Topics without Avro values (`dead_letters`) are not here. */
export interface TopicSchema {
  readonly record: RecordName;
  /**
   * FULL_TRANSITIVE for state: readers of any version meet values of any version, because compacted topics keep old values
   * and a twin is upgraded one processor at a time. BACKWARD_TRANSITIVE for events: readers are upgraded first.
   */
  readonly compatibility: Compatibility;
}

export const topicSchemas = {
  subscriber_state: { record: 'Subscriber', compatibility: 'FULL_TRANSITIVE' },
  network_state: { record: 'NetworkElement', compatibility: 'FULL_TRANSITIVE' },
  scenario_events: { record: 'ScenarioEvent', compatibility: 'BACKWARD_TRANSITIVE' },
  scenario_state: { record: 'ScenarioState', compatibility: 'FULL_TRANSITIVE' },
  sim_ticks: { record: 'Tick', compatibility: 'BACKWARD_TRANSITIVE' },
  clock_state: { record: 'ClockState', compatibility: 'FULL_TRANSITIVE' },
  cdrs: { record: 'Cdr', compatibility: 'BACKWARD_TRANSITIVE' },
  network_logs: { record: 'NetworkLog', compatibility: 'BACKWARD_TRANSITIVE' },
  customer_service: { record: 'CustomerServiceEvent', compatibility: 'BACKWARD_TRANSITIVE' },
  location_updates: { record: 'LocationUpdate', compatibility: 'BACKWARD_TRANSITIVE' },
  ground_truth: { record: 'GroundTruth', compatibility: 'BACKWARD_TRANSITIVE' },
  cell_counters: { record: 'CellCounters', compatibility: 'BACKWARD_TRANSITIVE' },
  task_state: { record: 'TaskState', compatibility: 'FULL_TRANSITIVE' },
} as const satisfies Record<string, TopicSchema>;

export type SchemaTopic = keyof typeof topicSchemas;

export const schemaTopics = Object.keys(topicSchemas) as SchemaTopic[];

/** Topic name strategy: the subject of a topic's values. */
export function subjectOf(prefix: string, topic: SchemaTopic): string {
  return `${prefix}${topic}-value`;
}

/** The schema as it is registered: the file's JSON without white space. */
export function registeredText(record: RecordName): string {
  return JSON.stringify(JSON.parse(schemaText(record)));
}
