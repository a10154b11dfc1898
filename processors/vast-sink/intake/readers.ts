import avro from 'avsc';
import type { LookedUpTopic, WriterSchema } from '../../../schemas/registry.ts';
import type { RecordName } from '../../../schemas/generated/records.generated.ts';
import { columnsAsFarAsPossible, type AvroRecord, type Column } from '../tables/columns.ts';

/** How values of one registered schema become rows. */
export interface ValueReader {
  readonly schema: WriterSchema<RecordName>;
  /** Fields that the writer has and this build does not: they become columns beside those of this build. */
  readonly extraColumns: readonly Column[];
  /** Those of them that become no columns, because of their types. */
  readonly leftOut: readonly string[];
  /** The value as its writer meant it; only where there are extra columns. */
  decodeWhole(body: Uint8Array): unknown;
}

/** Readers of one topic's values, by schema id. */
export class ValueReaders {
  readonly #topic: LookedUpTopic;
  /** Columns of this build; null where extra fields are not landed. */
  readonly #columns: ReadonlySet<string> | null;
  readonly #readers = new Map<number, ValueReader>();

  /** @param columns of the topic's table; null where extra fields are not landed */
  constructor(topic: LookedUpTopic, columns: readonly Column[] | null) {
    this.#topic = topic;
    this.#columns = columns === null ? null : new Set(columns.map(({ name }) => name));
  }

  get(schemaId: number): ValueReader | undefined {
    return this.#readers.get(schemaId);
  }

  /** Waits while the registry is unavailable. @throws UnknownSchemaError, IncompatibleSchemaError: of the record; RegistryAccessError */
  async load(schemaId: number): Promise<ValueReader> {
    const schema = await this.#topic.resolver.load(schemaId);
    const reader: ValueReader = { schema, ...this.#extraFields(schema), decodeWhole: decoderOf(schema) };
    this.#readers.set(schemaId, reader);
    return reader;
  }

  #extraFields({ identical, text }: WriterSchema<RecordName>): Pick<ValueReader, 'extraColumns' | 'leftOut'> {
    const known = this.#columns;
    if (identical || known === null) return { extraColumns: [], leftOut: [] };
    const { columns, leftOut } = columnsAsFarAsPossible(JSON.parse(text) as AvroRecord);
    return { extraColumns: columns.filter(({ name }) => !known.has(name)), leftOut: leftOut.filter((name) => !known.has(name)) };
  }
}

function decoderOf({ text }: WriterSchema<RecordName>): (body: Uint8Array) => unknown {
  let type: avro.Type | undefined;
  return (body) => {
    type ??= avro.Type.forSchema(JSON.parse(text) as avro.Schema, { wrapUnions: 'never' });
    return type.fromBuffer(Buffer.from(body.buffer, body.byteOffset, body.byteLength)) as unknown;
  };
}
