import type { RecordName } from '../generated/records.generated.ts';
import { registeredText, schemaTopics, subjectOf, topicSchemas, type Compatibility, type SchemaTopic } from '../subjects.ts';
import { RegistryClient, type RegistryOptions } from './client.ts';
import { schemaDifferences } from './difference.ts';
import { RegistryRequestError, SchemaMismatchError } from './errors.ts';

export interface RegisteredSubject {
  readonly topic: SchemaTopic;
  readonly subject: string;
  readonly record: RecordName;
  readonly id: number;
  readonly compatibility: Compatibility;
  /** `new`: the subject did not exist. `changed`: it has a new version. `unchanged`: it held our schema. */
  readonly status: 'new' | 'changed' | 'unchanged';
}

/**
 * Registers the schemas of topics and sets the compatibility of their subjects. Running it again changes nothing.
 * @throws SchemaMismatchError when a subject would not accept our schema; those before it are registered then
 */
export async function registerAll(
  options: RegistryOptions, prefix = '', topics: readonly SchemaTopic[] = schemaTopics,
): Promise<RegisteredSubject[]> {
  const client = new RegistryClient(options);
  const subjects: RegisteredSubject[] = [];
  for (const topic of topics) subjects.push(await registerTopic(client, prefix, topic));
  return subjects;
}

async function registerTopic(client: RegistryClient, prefix: string, topic: SchemaTopic): Promise<RegisteredSubject> {
  const { record, compatibility } = topicSchemas[topic];
  const subject = subjectOf(prefix, topic);
  const text = registeredText(record);
  const existing = await client.find(subject, text);
  const before = existing === null ? await client.latest(subject) : null;
  // Before the new version, so that it is judged by the mode it will live under; a new subject has nothing to judge.
  const set = await ensureCompatibility(client, subject, compatibility, existing !== null || before !== null);
  const id = existing ?? (await registerVersion(client, subject, text));
  if (!set) await ensureCompatibility(client, subject, compatibility, true);
  return { topic, subject, record, id, compatibility, status: existing !== null ? 'unchanged' : before === null ? 'new' : 'changed' };
}

async function ensureCompatibility(client: RegistryClient, subject: string, wanted: Compatibility, exists: boolean): Promise<boolean> {
  if (!exists) return false;
  if ((await client.compatibility(subject)) === wanted) return true;
  return await client.setCompatibility(subject, wanted);
}

async function registerVersion(client: RegistryClient, subject: string, text: string): Promise<number> {
  try {
    return await client.register(subject, text);
  } catch (error) {
    if (!(error instanceof RegistryRequestError) || error.status !== 409) throw error;
    const latest = await client.latest(subject);
    const differences = latest === null ? [] : schemaDifferences(latest.schema, text);
    throw new SchemaMismatchError(
      subject, differences.length > 0 ? differences : [error.message],
      'The registry refuses this version as incompatible: add fields with defaults only, or use another prefix for a new twin',
    );
  }
}
