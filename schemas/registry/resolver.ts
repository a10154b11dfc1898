import avro from 'avsc';
import { avroType, DecodeError } from '../codec.ts';
import type { RecordName, Records } from '../generated/records.generated.ts';
import type { RegistryClient } from './client.ts';
import { IncompatibleSchemaError, UnknownSchemaError } from './errors.ts';

/** How values written with one registered schema are read as our record. */
export interface WriterSchema<Name extends RecordName> {
  readonly id: number;
  /** The schema as registered. */
  readonly text: string;
  /** True when its binary layout is ours: generated decoders may read the body as it is. */
  readonly identical: boolean;
  /** The value of a body. @throws DecodeError */
  decode(body: Uint8Array): Records[Name];
  /** The body in our own layout, for generated decoders. @throws DecodeError */
  translate(body: Uint8Array): Uint8Array;
}

/**
 * Reads values of one record whatever registered version they were written with: by schema id, the writer's schema resolved
 * to ours (Avro 1.12, "Schema Resolution"). Ids are immutable, so what was loaded stays.
 */
export class SchemaResolver<Name extends RecordName> {
  readonly record: Name;
  readonly #client: RegistryClient;
  readonly #known = new Map<number, WriterSchema<Name>>();
  readonly #loading = new Map<number, Promise<WriterSchema<Name>>>();

  constructor(client: RegistryClient, record: Name) {
    this.#client = client;
    this.record = record;
  }

  /** The schema when it was loaded before: for the hot path. */
  get(id: number): WriterSchema<Name> | undefined {
    return this.#known.get(id);
  }

  /**
   * Asks the registry when needed, waiting while it is unavailable.
   * @throws UnknownSchemaError, IncompatibleSchemaError, RegistryAccessError
   */
  async load(id: number): Promise<WriterSchema<Name>> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    let loading = this.#loading.get(id);
    if (loading === undefined) {
      loading = this.#fetch(id).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return await loading;
  }

  async #fetch(id: number): Promise<WriterSchema<Name>> {
    const text = await this.#client.schema(id);
    if (text === null) throw new UnknownSchemaError(id, this.#client.url);
    const schema = writerSchema(id, text, this.record);
    this.#known.set(id, schema);
    return schema;
  }
}

/** @param text schema of the writer. @throws IncompatibleSchemaError when it can't be read as `record` */
export function writerSchema<Name extends RecordName>(id: number, text: string, record: Name): WriterSchema<Name> {
  const reader = avroType(record);
  let writer: avro.Type;
  let resolver: ReturnType<avro.Type['createResolver']>;
  try {
    writer = avro.Type.forSchema(JSON.parse(text) as avro.Schema, { wrapUnions: 'never' });
    resolver = reader.createResolver(writer);
  } catch (error) {
    throw new IncompatibleSchemaError(id, record, (error as Error).message);
  }
  const decode = (body: Uint8Array) => {
    try {
      return reader.fromBuffer(Buffer.from(body.buffer, body.byteOffset, body.byteLength), resolver) as Records[Name];
    } catch (error) {
      throw new DecodeError(record, `${body.byteLength} bytes are no value of schema id ${id}: ${(error as Error).message}`, { cause: error });
    }
  };
  const identical = writer.fingerprint().equals(reader.fingerprint());
  return { id, text, identical, decode, translate: identical ? (body) => body : (body) => reader.toBuffer(decode(body)) };
}
