import { lookupIds, RegistryClient, registryOptions, SchemaResolver } from '../../schemas/registry.ts';
import { schemaTopics, topicSchemas, type SchemaTopic } from '../../schemas/subjects.ts';
import type { RecordName } from '../../schemas/generated/records.generated.ts';
import { readWireHeader, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { TopicName } from '../../topology/graph/index.ts';
import { decodeHeaders, type RecordCursor } from '../../topology/log/index.ts';

/** A record as `peek` shows it. */
export interface PeekedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: string;
  readonly key: string | null;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** The reader of a record's value, by the headers of the record; null where it has no schema. */
type Resolving = (headers: Readonly<Record<string, string | null>>) => SchemaResolver<RecordName> | null;

/** Reads values of a topic, whatever schema version wrote them; those of `dead_letters` as the topic they come from, where they are of its schema. */
export class Decoder {
  readonly #resolving: Resolving;
  /** What was refused may be anything: that it can't be decoded is no finding. */
  readonly #mayBeAnything: boolean;

  private constructor(resolving: Resolving, mayBeAnything: boolean) {
    this.#resolving = resolving;
    this.#mayBeAnything = mayBeAnything;
  }

  static async of(topic: TopicName, prefix: string, env: NodeJS.ProcessEnv): Promise<Decoder> {
    const options = { ...registryOptions(env), onWait: (message: string) => { console.error(message); } };
    if (!isSchemaTopic(topic)) return new Decoder(byOrigin(new RegistryClient(options), prefix), true);
    const { resolver } = (await lookupIds(options, prefix, [topic])).get(topic)!;
    return new Decoder(() => resolver, false);
  }

  /** The record that a cursor stands at. A value that can't be decoded is shown as an error with its bytes. */
  async read(partition: number, cursor: RecordCursor): Promise<PeekedRecord> {
    const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd, headersStart } = cursor;
    const headers = Object.fromEntries(decodeHeaders(bytes, headersStart).map(({ key, value }) => [key, value === null ? null : Buffer.from(value).toString()]));
    const record = {
      partition, offset,
      timestamp: new Date(timestamp).toISOString(),
      key: keyStart < 0 ? null : bytes.toString('utf8', keyStart, keyEnd),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
    };
    const value = valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd));
    return { ...record, value: value === null ? null : await this.#value(value, this.#resolving(headers)) };
  }

  async #value(value: Buffer, resolver: SchemaResolver<RecordName> | null): Promise<unknown> {
    if (resolver === null) return printable(value);
    try {
      const writer = await resolver.load(readWireHeader(value));
      return writer.decode(value.subarray(WIRE_HEADER_BYTES));
    } catch (error) {
      if (this.#mayBeAnything) return printable(value);
      return { undecodable: (error as Error).message, bytes: printable(value) };
    }
  }
}

/** Of dead letters: the header `topic` names, with the twin's prefix, where the value was. */
function byOrigin(client: RegistryClient, prefix: string): Resolving {
  const resolvers = new Map<SchemaTopic, SchemaResolver<RecordName>>();
  return ({ topic: name }) => {
    const topic = name?.startsWith(prefix) ? name.slice(prefix.length) : '';
    if (!isSchemaTopic(topic)) return null;
    const resolver = resolvers.get(topic) ?? new SchemaResolver<RecordName>(client, topicSchemas[topic].record);
    resolvers.set(topic, resolver);
    return resolver;
  };
}

function isSchemaTopic(topic: string): topic is SchemaTopic & TopicName {
  return (schemaTopics as readonly string[]).includes(topic);
}

/** Text where the bytes are text, else base64. */
function printable(value: Buffer): string {
  const text = value.toString('utf8');
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? `base64:${value.toString('base64')}` : text;
}
