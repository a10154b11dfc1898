import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDictionary } from '../../schemas/dictionary/render.ts';
import { RECORD_NAMES } from '../../schemas/generated/records.generated.ts';
import { schemaDifferences } from '../../schemas/registry/difference.ts';
import { registeredText, schemaTopics, subjectOf, topicSchemas } from '../../schemas/subjects.ts';
import { names, topics } from '../../topology/graph/index.ts';
import { models } from './arbitraries.ts';

const root = join(import.meta.dirname, '../..');

/** The field names that users and checks rely on, in order (design, event contracts). */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  Cdr: ['event_id', 'record_type', 'call_reference', 'charging_id', 'sequence_number', 'node_type', 'subscriber_id', 'imsi', 'msisdn', 'imei',
    'other_msisdn', 'other_subscriber_id', 'destination', 'start_time', 'answer_time', 'end_time', 'duration_ms', 'answered',
    'cause_for_record_closing', 'cause_protocol', 'cause_code', 'rat', 'voice_technology', 'first_cell_id', 'last_cell_id', 'service', 'apn',
    'qos_id', 'uplink_bytes', 'downlink_bytes', 'secondary_rat_bytes', 'charge_micros', 'balance_after_micros', 'currency', 'plan', 'roaming',
    'visited_plmn'],
  NetworkLog: ['event_id', 'event_time', 'event_type', 'outcome', 'cause_protocol', 'cause_code', 'cause', 'subscriber_id', 'imsi', 'imei',
    'cell_id', 'tac', 'target_cell_id', 'rat', 'call_reference', 'qos_id', 'slice', 'rsrp_dbm', 'rsrq_db', 'sinr_db', 'timing_advance',
    'throughput_dl_kbps', 'procedure_ms', 'alarm_id', 'severity', 'probable_cause'],
  CustomerServiceEvent: ['event_id', 'event_time', 'contact_id', 'case_id', 'event_type', 'channel', 'subscriber_id', 'msisdn',
    'reason_category', 'reason', 'queue_wait_s', 'handle_time_s', 'agent_id', 'resolved_first_contact', 'csat', 'sentiment', 'notes',
    'related_event_id', 'cell_id'],
  LocationUpdate: ['event_id', 'event_time', 'subscriber_id', 'imsi', 'cell_id', 'tac', 'latitude', 'longitude', 'accuracy_m',
    'timing_advance', 'trigger', 'speed_mps'],
  GroundTruth: ['scenario_id', 'kind', 'role', 'effect', 'changed_fields', 'magnitude', 'stream', 'event_id', 'counterfactual_event_id',
    'event_time', 'entity', 'difficulty', 'details'],
  ScenarioEvent: ['scenario_id', 'kind', 'action', 'effective_at', 'until', 'target', 'intensity', 'difficulty', 'parameters', 'issued_at',
    'issued_by'],
  Subscriber: ['subscriber_id', 'imsi', 'msisdn', 'imei', 'segment', 'plan', 'status', 'account_id', 'bill_cycle_day', 'contract_end',
    'home_plmn', 'activated_at', 'device', 'home', 'work', 'language', 'age_band', 'activity', 'effective_at', 'version', 'name', 'address'],
};

describe('the contract', () => {
  test.each(Object.entries(CONTRACT))('%s has its fixed fields first, in order', (record, fields) => {
    expect(models.get(record)!.fields.slice(0, fields.length).map((field) => field.name)).toEqual(fields);
  });

  test('no record has more than 64 fields, which is what a table of VAST DB takes', () => {
    for (const model of models.values()) expect(model.fields.length, model.name).toBeLessThanOrEqual(64);
  });

  test('every name of an enum or nested record occurs in one schema only, so that code generated for several does not clash', () => {
    const all = [...models.values()].flatMap((model) => [model.name, ...model.enums.keys(), ...model.nested.map(({ name }) => name)]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('every join names a field that exists', () => {
    for (const model of models.values()) {
      for (const field of [model, ...model.nested].flatMap((record) => record.fields)) {
        for (const join of field.joins) expect(fieldExists(join), `${model.name}.${field.name} joins ${join}`).toBe(true);
      }
    }
  });
});

/** @param path `<topic>.<field>` or `<topic>.<field>.<field of its record>` */
function fieldExists(path: string): boolean {
  const [topic, name, inner] = path.split('.');
  const model = models.get(topicSchemas[topic as keyof typeof topicSchemas].record)!;
  const field = model.fields.find((candidate) => candidate.name === name);
  if (field === undefined || inner === undefined) return field !== undefined;
  const nested = model.nested.find((record) => field.shape.kind === 'record' && record.name === field.shape.name);
  return nested?.fields.some((candidate) => candidate.name === inner) ?? false;
}

test('the topology and the schemas agree on the record and subject of every topic', () => {
  const declared = Object.entries(topics).filter(([, topic]) => topic.record !== null).map(([name, { record }]) => [name, record]);
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(schemaTopics.map((topic) => [topic, topicSchemas[topic].record])));
  expect(schemaTopics.map((topic) => subjectOf('p.', topic))).toEqual(schemaTopics.map((topic) => names('p.').subject(topic)));
  expect([...new Set(Object.values(topicSchemas).map(({ record }) => record))].sort()).toEqual([...RECORD_NAMES]);
});

test('the generated code is that of the schemas', () => {
  execFileSync(process.execPath, [join(root, 'schemas/codegen/generate.ts'), '--check'], { stdio: 'pipe' });
});

describe('the data dictionary', () => {
  const none = join(root, 'schemas/dictionary/no-such-folder');

  test('has every topic and field', () => {
    const text = renderDictionary([...models.values()], none);
    for (const topic of schemaTopics) {
      expect(text).toContain(`\n## ${topic}\n`);
      for (const field of models.get(topicSchemas[topic].record)!.fields) expect(text).toContain(`| \`${field.name}\` |`);
    }
    expect(text).toContain('| `device.tac` | string | 8 digits | TS 23.003 6.2.1 | none |');
  });

  test('as committed is that of the schemas', () => {
    const samples = join(root, 'schemas/dictionary/samples');
    expect(readFileSync(join(root, 'docs/data-dictionary.md'), 'utf8')).toBe(renderDictionary([...models.values()], existsSync(samples) ? samples : none));
  });
});

test('differences are told by field path, without documentation', () => {
  const ours = registeredText('Subscriber');
  const theirs = ours.replace('"name":"tac"', '"name":"tac_code"').replace('"name":"version","type":"int"', '"name":"version","type":"long"');
  expect(schemaDifferences(theirs, ours)).toEqual([
    'field device.tac is not in the registry', 'field device.tac_code is only in the registry', 'version is long in the registry and int here',
  ]);
  expect(schemaDifferences(ours.replace(/"doc":"[^"]*"/g, '"doc":"other"'), ours)).toEqual([]);
  expect(schemaDifferences('"string"', ours)).toEqual(['the schema is string in the registry and record Subscriber here']);
});
