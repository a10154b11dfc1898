import { describe, expect, it } from 'vitest';
import { topicSchemas } from '../../../schemas/subjects.ts';
import {
  compactionLagMs, defaultSettings, defineProcessor, names, partitionCount, processors, TopologyError, topicNames, topics, topicSpec,
  validateSettings, validateTopology, type ProcessorGraph, type TopicDefinition, type TopicName,
} from '../../../topology/graph/index.ts';

const faultsOf = (graph: readonly ProcessorGraph[], definitions: Readonly<Record<string, TopicDefinition>> = topics): readonly string[] => {
  try {
    validateTopology('', graph, definitions);
    return [];
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    return error.faults;
  }
};
const all: readonly ProcessorGraph[] = processors;
const change = (name: string, by: Partial<ProcessorGraph>): ProcessorGraph[] => all.map((graph) => (graph.name === name ? { ...graph, ...by } : graph));

describe('the topology of the twin', () => {
  it('is consistent', () => {
    expect(faultsOf(all)).toEqual([]);
  });

  it('has the topics of the contract, co-partitioned as it says', () => {
    expect([...topicNames].sort()).toEqual([
      'cdrs', 'cell_counters', 'clock_state', 'customer_service', 'dead_letters', 'ground_truth', 'location_updates', 'network_logs',
      'network_state', 'scenario_events', 'scenario_state', 'sim_ticks', 'subscriber_state', 'task_state',
    ]);
    for (const topic of ['subscriber_state', 'sim_ticks', 'ground_truth', 'cdrs', 'network_logs', 'customer_service', 'location_updates'] as const) {
      expect(partitionCount(topic, 48), topic).toBe(48);
    }
    for (const topic of ['network_state', 'scenario_events', 'scenario_state', 'clock_state'] as const) expect(partitionCount(topic, 48), topic).toBe(1);
  });

  it('names the records that the registry holds for its topics', () => {
    const declared = Object.fromEntries(topicNames.filter((topic) => topics[topic].record !== null).map((topic) => [topic, topics[topic].record]));
    expect(declared).toEqual(Object.fromEntries(Object.entries(topicSchemas).map(([topic, { record }]) => [topic, record])));
  });
});

describe('validateTopology', () => {
  it('reports every fault at once', () => {
    const graph = [...change('cdr-generator', { output: ['cdrs', 'network_logs'] }), defineProcessor({ name: 'seeder', kind: 'job', description: '', output: [] })];
    expect(faultsOf(graph)).toEqual(expect.arrayContaining([
      "two processors are named 'seeder'",
      'network_logs is declared with one writer, yet cdr-generator and networklog-generator write it',
    ]));
  });

  it('refuses a writer of a topic that nobody writes yet', () => {
    expect(faultsOf(change('networklog-generator', { output: ['network_logs', 'cell_counters'] })))
      .toEqual(['cell_counters is declared with no writer, yet networklog-generator writes it']);
  });

  it('refuses a topic that is read but that nobody writes', () => {
    expect(faultsOf(all.filter(({ name }) => name !== 'scenario-injector'))).toEqual(expect.arrayContaining([
      'nobody writes sim_ticks', 'cdr-generator reads sim_ticks, which nobody writes',
    ]));
  });

  it('refuses outputs and joins that are not co-partitioned with the input', () => {
    expect(faultsOf(change('cdr-generator', { output: ['cdrs', 'clock_state'] })))
      .toContain('cdr-generator: task p writes partition p only, so clock_state must be co-partitioned with sim_ticks');
    const odd = { ...topics, scenario_state: { ...topics.scenario_state, partitions: 'twin' as const } };
    expect(faultsOf(change('cdr-generator', { input: 'scenario_events', output: [], persist: 'task_state', join: ['scenario_state'] }), odd))
      .toContain('cdr-generator: joins scenario_state, which is neither co-partitioned with scenario_events nor of one partition');
  });

  it('refuses tables whose offsets no tick names', () => {
    expect(faultsOf(change('cdr-generator', { lookup: ['clock_state'] })))
      .toContain('cdr-generator: a tick does not name an offset of clock_state, so its state as of a tick is undefined');
  });

  it('refuses tasks without a place for their cursor, shared groups and joins of a service', () => {
    expect(faultsOf(change('cdr-generator', { persist: null }))).toContain('cdr-generator: tasks need an input and a topic to persist their cursor in');
    expect(faultsOf(change('cdr-generator', { group: 'location-generator' }))).toContain("two processors share the group 'location-generator'");
    expect(faultsOf(change('scenario-injector', { join: ['network_state'] }))).toContain('scenario-injector: a service has no partitions of its own to join');
  });

  it('refuses a compacted topic with event time, on which the cleaner ignores its lag', () => {
    const wrong = { ...topics, subscriber_state: { ...topics.subscriber_state, timestampType: 'CreateTime' as const } };
    expect(faultsOf(all, wrong)).toEqual(['subscriber_state: a compacted topic needs LogAppendTime']);
  });

  it('refuses names that Kafka would refuse', () => {
    for (const prefix of ['a b.', 'ä.', 'a/b', 'x'.repeat(200)]) expect(() => validateTopology(prefix), prefix).toThrow(/TWIN_PREFIX/);
    for (const prefix of ['', 'demo.', 'team-a_']) expect(() => validateTopology(prefix), prefix).not.toThrow();
  });
});

describe('names', () => {
  it('put the prefix before everything on the cluster', () => {
    const naming = names('demo.');
    expect(naming.topic('cdrs')).toBe('demo.cdrs');
    expect(naming.group('cdr-generator')).toBe('demo.cdr-generator');
    expect(naming.transactionalId('cdr-generator', 7)).toBe('demo.telco-twin.cdr-generator.7');
    expect(naming.subject('cdrs')).toBe('demo.cdrs-value');
  });
});

describe('topic configuration', () => {
  const settings = { ...defaultSettings, partitions: 4, retentionMs: 7_200_000, backfillMs: 30 * 86_400_000 };
  const config = (topic: TopicName): Readonly<Record<string, string>> => topicSpec(topic, settings).config;

  it('keeps events for the retention and the backfill, and lets simulated time run ahead', () => {
    for (const topic of ['cdrs', 'network_logs', 'customer_service', 'location_updates', 'ground_truth'] as const) {
      expect(config(topic), topic).toMatchObject({
        'cleanup.policy': 'delete', 'message.timestamp.type': 'CreateTime',
        'retention.ms': String(7_200_000 + 30 * 86_400_000), 'message.timestamp.after.max.ms': '9223372036854775807',
      });
    }
  });

  it('closes no segment of events because a marker written now is younger than a backfill’s events', () => {
    expect(Number(config('cdrs')['segment.ms'])).toBeGreaterThan(settings.backfillMs + 86_400_000);
  });

  it('keeps every version of state at least as long as any tick that may name it', () => {
    for (const topic of ['subscriber_state', 'network_state'] as const) {
      const lag = Number(config(topic)['min.compaction.lag.ms']);
      expect(lag).toBe(compactionLagMs(settings));
      expect(lag).toBeGreaterThan(Number(config('sim_ticks')['retention.ms']) + Number(config('sim_ticks')['segment.ms']));
    }
  });

  it('bounds by default everything but the log of scenarios and compacted topics', () => {
    for (const topic of topicNames) {
      const retention = topicSpec(topic, defaultSettings).config['retention.ms'];
      if (topics[topic].cleanup === 'compact') expect(retention, topic).toBeUndefined();
      else if (topics[topic].retention === 'forever') expect(retention, topic).toBe('-1');
      else expect(Number(retention), topic).toBeGreaterThan(0);
    }
  });

  it('says nothing but clean-up and retention to brokers that take no more, and compacts no table that ticks name there', () => {
    for (const topic of topicNames) {
      const portable = topicSpec(topic, { ...settings, configuration: 'portable' }).config;
      expect(Object.keys(portable).filter((key) => key !== 'cleanup.policy' && key !== 'retention.ms'), topic).toEqual([]);
      expect(portable['retention.ms'], topic).toBe(topics[topic].retention === 'compacted-after-ticks' ? '-1' : config(topic)['retention.ms']);
      expect(portable['cleanup.policy'], topic).toBe(topics[topic].retention === 'compacted' ? 'compact' : 'delete');
    }
  });

  it('refuses settings that no twin can have, by name', () => {
    const wrong: [Partial<typeof defaultSettings>, RegExp][] = [
      [{ partitions: 0 }, /partitions is 0/], [{ partitions: 1.5 }, /partitions is 1.5/], [{ retentionMs: 10 }, /retention is 10 ms/],
      [{ backfillMs: -1 }, /backfill is -1 ms/], [{ tickRetentionMs: Number.NaN }, /tick retention is NaN/], [{ replicationFactor: 0 }, /replication factor is 0/],
    ];
    for (const [part, message] of wrong) expect(() => { validateSettings({ ...defaultSettings, ...part }); }).toThrow(message);
  });
});
