import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { avroType } from '../codec.ts';
import type { Field, RecordModel, SchemaModel, Shape } from '../codegen/model.ts';
import { schemaTopics, topicSchemas, type SchemaTopic } from '../subjects.ts';
import { notes } from './notes.ts';

/** Streams first: they are what most readers come for. */
const ORDER: readonly SchemaTopic[] = [
  'cdrs', 'network_logs', 'customer_service', 'location_updates', 'ground_truth', 'scenario_events', 'subscriber_state', 'network_state',
];

/**
 * The data dictionary in Markdown.
 * @param samples folder of sample records, `<topic>.json` each; a topic without one has no sample
 * @throws Error when a sample is no value of its schema
 */
export function renderDictionary(schemas: readonly SchemaModel[], samples: string): string {
  const byName = new Map(schemas.map((schema) => [schema.name, schema]));
  const topics = [...ORDER, ...schemaTopics.filter((topic) => !ORDER.includes(topic))];
  const overview = topics.map((topic) => {
    const { record, compatibility } = topicSchemas[topic];
    return `| [\`${topic}\`](#${topic}) | [\`${record}\`](../schemas/${record}.avsc) | \`${compatibility}\` | ${byName.get(record)!.doc} |`;
  });
  return `<!-- Generated from schemas/*.avsc by schemas/dictionary/generate.ts. Do not edit: run \`npm run generate\`. -->
# Data dictionary

Every value on Kafka is in Confluent wire format: a zero byte, the schema's registry id (4 bytes, big-endian), the Avro body. Subjects are
\`<topic>-value\`; names take the twin's prefix, if it has one. A \`?\` behind a type means that the value may be null: the field does
not apply, or is not modelled yet. All times are UTC, in milliseconds; all identifiers lie in test ranges (PLMN 001/01 and 999, country
code +999). Every enum has \`UNKNOWN\` as its default, so that readers survive symbols that are newer than they are.

The \`pii\` column tells what a field would be on a real network: \`identifier\` (names a person or device), \`location\`,
\`contact\` (reaches a person), or \`none\`.

| topic | record | compatibility | what a record is |
|---|---|---|---|
${overview.join('\n')}

${topics.map((topic) => renderTopic(topic, byName.get(topicSchemas[topic].record)!, samples)).join('\n\n')}
`;
}

function renderTopic(topic: SchemaTopic, schema: SchemaModel, samples: string): string {
  const parts = [`## ${topic}`, `${schema.doc} Record \`io.telcotwin.${schema.name}\`, ${schema.fields.length} fields.`];
  const note = notes[topic];
  if (note !== undefined) parts.push(note);
  parts.push(table(schema), ...enums(schema));
  const sample = sampleOf(topic, samples);
  if (sample !== null) parts.push(`Sample:\n\n\`\`\`json\n${sample}\n\`\`\``);
  return parts.join('\n\n');
}

function table(schema: SchemaModel): string {
  const rows = fieldRows(schema, schema, '');
  return ['| field | type | unit | 3GPP or other source | pii | joins with | description |', '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

/** A row per field; the fields of nested records follow theirs, as `device.tac`. */
function fieldRows(schema: SchemaModel, record: RecordModel, prefix: string): string[] {
  return record.fields.flatMap((field) => {
    const nested = nestedRecord(schema, field.shape);
    const suffix = field.shape.kind === 'array' ? '[]' : '';
    const inner = nested === undefined ? [] : fieldRows(schema, nested, `${prefix}${field.name}${suffix}.`);
    return [fieldRow(field, prefix), ...inner];
  });
}

function nestedRecord(schema: SchemaModel, shape: Shape): RecordModel | undefined {
  if (shape.kind === 'array') return nestedRecord(schema, shape.items);
  return shape.kind === 'record' ? schema.nested.find(({ name }) => name === shape.name) : undefined;
}

function fieldRow(field: Field, prefix: string): string {
  const type = `${field.avroType}${field.nullable ? '?' : ''}`;
  const values = field.shape.kind === 'string' && field.shape.values !== null ? `. One of ${field.shape.values.join(', ')}` : '';
  const joins = field.joins.map((join) => `\`${join}\``).join(', ');
  const cells = [`\`${prefix}${field.name}\``, type, field.unit ?? '', field.clause ?? '', field.pii, joins, `${field.doc}${values}`];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function enums(schema: SchemaModel): string[] {
  if (schema.enums.size === 0) return [];
  return [['Enums:', '', ...[...schema.enums].map(([name, symbols]) => `- ${name}: ${symbols.map((symbol) => `\`${symbol}\``).join(', ')}`)].join('\n')];
}

function sampleOf(topic: SchemaTopic, samples: string): string | null {
  const file = join(samples, `${topic}.json`);
  if (!existsSync(file)) return null;
  const value = JSON.parse(readFileSync(file, 'utf8')) as object;
  avroType(topicSchemas[topic].record).isValid(value, {
    errorHook: (path, offender) => {
      throw new Error(`${file}: ${path.join('.')} is ${JSON.stringify(offender)}: the sample is no ${topicSchemas[topic].record}; write it again`);
    },
  });
  return JSON.stringify(value, null, 2);
}
