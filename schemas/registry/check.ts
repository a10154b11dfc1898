import type { RecordName } from '../generated/records.generated.ts';
import { registeredText, schemaTopics, subjectOf, topicSchemas, type SchemaTopic } from '../subjects.ts';
import { RegistryClient, type RegistryOptions } from './client.ts';
import { schemaDifferences } from './difference.ts';

export interface CheckedSubject {
  readonly topic: SchemaTopic;
  readonly subject: string;
  readonly record: RecordName;
  /** Null when the subject does not hold our schema. */
  readonly id: number | null;
  readonly compatibility: string | null;
  /** `missing`: no such subject. `compatible`: it would accept our schema. `incompatible`: it would not. */
  readonly status: 'registered' | 'missing' | 'compatible' | 'incompatible';
  readonly differences: readonly string[];
}

/** How the registry's subjects compare with our schemas; changes nothing. */
export async function checkAll(
  options: RegistryOptions, prefix = '', topics: readonly SchemaTopic[] = schemaTopics,
): Promise<CheckedSubject[]> {
  const client = new RegistryClient(options);
  return await Promise.all(topics.map((topic) => checkTopic(client, prefix, topic)));
}

async function checkTopic(client: RegistryClient, prefix: string, topic: SchemaTopic): Promise<CheckedSubject> {
  const { record } = topicSchemas[topic];
  const subject = subjectOf(prefix, topic);
  const text = registeredText(record);
  const [id, latest] = await Promise.all([client.find(subject, text), client.latest(subject)]);
  const facts = { topic, subject, record, id };
  if (latest === null) return { ...facts, compatibility: null, status: 'missing', differences: [] };
  const compatibility = await client.compatibility(subject);
  if (id !== null) return { ...facts, compatibility, status: 'registered', differences: [] };
  const { accepted, reasons } = await client.accepts(subject, text);
  const differences = [...schemaDifferences(latest.schema, text), ...reasons];
  return { ...facts, compatibility, status: accepted ? 'compatible' : 'incompatible', differences };
}
