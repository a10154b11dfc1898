import type { RecordName } from '../generated/records.generated.ts';
import { registeredText, subjectOf, topicSchemas, type SchemaTopic } from '../subjects.ts';
import { RegistryClient, type RegistryOptions } from './client.ts';
import { schemaDifferences } from './difference.ts';
import { SchemaMismatchError, SubjectMissingError } from './errors.ts';
import { SchemaResolver } from './resolver.ts';

export interface LookedUpTopic<Name extends RecordName = RecordName> {
  readonly subject: string;
  readonly record: Name;
  /** Id to write with. */
  readonly id: number;
  /** To read values of any version. Our own schema is loaded. */
  readonly resolver: SchemaResolver<Name>;
}

/**
 * Ids of our schemas, for a processor: it never registers anything. Waits while the registry is unavailable.
 * @throws SubjectMissingError while nobody has registered it
 * @throws SchemaMismatchError naming the subject and the difference when it does not hold our schema
 * @throws RegistryAccessError
 */
export async function lookupIds<Topic extends SchemaTopic>(
  options: RegistryOptions, prefix: string, topics: readonly Topic[],
): Promise<Map<Topic, LookedUpTopic>> {
  const client = new RegistryClient(options);
  const found = await Promise.all(topics.map(async (topic) => [topic, await lookupTopic(client, prefix, topic)] as const));
  return new Map(found);
}

async function lookupTopic(client: RegistryClient, prefix: string, topic: SchemaTopic): Promise<LookedUpTopic> {
  const { record } = topicSchemas[topic];
  const subject = subjectOf(prefix, topic);
  const text = registeredText(record);
  const id = (await client.find(subject, text)) ?? (await sameButForWords(client, subject, text));
  const resolver = new SchemaResolver<RecordName>(client, record);
  await resolver.load(id);
  return { subject, record, id, resolver };
}

/**
 * Id of the newest version when it differs from ours in documentation only (some registries count that as another schema).
 * @throws SchemaMismatchError when it differs in more; SubjectMissingError when there is none
 */
async function sameButForWords(client: RegistryClient, subject: string, text: string): Promise<number> {
  const latest = await client.latest(subject);
  if (latest === null) throw new SubjectMissingError(subject);
  const differences = schemaDifferences(latest.schema, text);
  if (differences.length === 0) return latest.id;
  throw new SchemaMismatchError(
    subject, differences, `This program does not match version ${latest.version}: run \`telco-twin schemas register\` of this release`,
  );
}
