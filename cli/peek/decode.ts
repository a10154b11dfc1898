import { lookupIds, registryOptions, type SchemaResolver } from '../../schemas/registry.ts';
import { schemaTopics, type SchemaTopic } from '../../schemas/subjects.ts';
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

/** Reads values of a topic, whatever schema version wrote them; raw bytes of `dead_letters` as text or base64. */
export class Decoder {
  readonly #resolver: SchemaResolver<RecordName> | null;

  private constructor(resolver: SchemaResolver<RecordName> | null) {
    this.#resolver = resolver;
  }

  static async of(topic: TopicName, prefix: string, env: NodeJS.ProcessEnv): Promise<Decoder> {
    if (!isSchemaTopic(topic)) return new Decoder(null);
    const schemas = await lookupIds({ ...registryOptions(env), onWait: (message) => { console.error(message); } }, prefix, [topic]);
    return new Decoder(schemas.get(topic)!.resolver);
  }

  /** The record that a cursor stands at. A value that can't be decoded is shown as an error with its bytes. */
  async read(partition: number, cursor: RecordCursor): Promise<PeekedRecord> {
    const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd, headersStart } = cursor;
    const headers = decodeHeaders(bytes, headersStart);
    const record = {
      partition, offset,
      timestamp: new Date(timestamp).toISOString(),
      key: keyStart < 0 ? null : bytes.toString('utf8', keyStart, keyEnd),
      ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers.map(({ key, value }) => [key, value === null ? null : Buffer.from(value).toString()])) }),
    };
    const value = valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd));
    return { ...record, value: value === null ? null : await this.#value(value) };
  }

  async #value(value: Buffer): Promise<unknown> {
    if (this.#resolver === null) return printable(value);
    try {
      const writer = await this.#resolver.load(readWireHeader(value));
      return writer.decode(value.subarray(WIRE_HEADER_BYTES));
    } catch (error) {
      return { undecodable: (error as Error).message, bytes: printable(value) };
    }
  }
}

function isSchemaTopic(topic: TopicName): topic is SchemaTopic & TopicName {
  return (schemaTopics as readonly string[]).includes(topic);
}

/** Text where the bytes are text, else base64. */
function printable(value: Buffer): string {
  const text = value.toString('utf8');
   
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? `base64:${value.toString('base64')}` : text;
}
