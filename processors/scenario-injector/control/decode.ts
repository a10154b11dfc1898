import avro from 'avsc';
import { avroType } from '../../../schemas/codec.ts';
import type { ScenarioEvent } from '../../../schemas/generated/ScenarioEvent.generated.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { controlEvent } from '../../records/index.ts';
import { Rejection } from './rejection.ts';

/** Largest value of a control event, bytes. A target of 10,000 subscriber ids needs about 100 KB. */
export const MAX_CONTROL_BYTES = 1 << 20;

/** Bytes of a value that are kept: enough of one that is too large to tell what it was. */
export const KEPT_BYTES = MAX_CONTROL_BYTES + 1;

/** A record of `scenario_events` as read, outliving the fetch that brought it. */
export interface ControlRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  /** The value, cut at {@link KEPT_BYTES}. */
  readonly value: Buffer | null;
  /** Length of the whole value, bytes. */
  readonly size: number;
}

/** Looks a writer's schema up by its registry id; null when the registry has none. Rejects when the registry can't be asked. */
export type SchemaById = (id: number) => Promise<unknown>;

/**
 * Reads control events written by any client, with any schema that Avro can resolve to ours. Resolvers are
 * kept by schema id. Nothing is assumed of the values beyond their Avro types: `validateControlEvent` comes next.
 */
export class ControlDecoder {
  readonly #reader = avroType('ScenarioEvent');
  readonly #schemaById: SchemaById;
  readonly #writers = new Map<number, { readonly type: avro.Type; readonly resolver: ReturnType<avro.Type['createResolver']> }>();

  constructor(schemaById: SchemaById) {
    this.#schemaById = schemaById;
  }

  /** Throws {@link Rejection} for a record that can never be read; rejects otherwise when the registry can't be asked. */
  async decode(record: ControlRecord): Promise<ControlEvent> {
    const { key, value } = record;
    if (value === null) throw new Rejection('NULL_VALUE', 'the record has no value; a scenario is ended by a STOP event');
    if (record.size > MAX_CONTROL_BYTES) {
      throw new Rejection('TOO_LARGE', `the value has ${record.size} bytes; at most ${MAX_CONTROL_BYTES} are accepted`);
    }
    if (value.length < 5 || value[0] !== 0) {
      const start = value.length < 5 ? `has ${value.length} bytes` : `begins with byte 0x${value[0]!.toString(16).padStart(2, '0')}`;
      throw new Rejection('BAD_MAGIC_BYTE', `the value ${start}; expected Confluent wire format: byte 0, 4-byte schema id, Avro`);
    }
    if (key === null) throw new Rejection('NULL_KEY', 'the record has no key; the key must be the scenario_id');
    const decoded = await this.#read(value.readUInt32BE(1), value.subarray(5));
    if (key.toString('utf8') !== decoded.scenario_id) {
      const shown = key.toString('utf8', 0, Math.min(key.length, 64));
      throw new Rejection('KEY_MISMATCH', `the key is "${shown}", but scenario_id is "${decoded.scenario_id}"`, 'scenario_id');
    }
    return controlEvent(decoded);
  }

  async #read(schemaId: number, body: Buffer): Promise<ScenarioEvent> {
    const { type, resolver } = await this.#writer(schemaId);
    try {
      // Checked against the writer's own type first: a resolver that skips a field would let garbage in it pass.
      if (type.decode(body, 0).offset !== body.length) throw new Error('bytes are missing, or left over after the record');
      return this.#reader.fromBuffer(body, resolver) as ScenarioEvent;
    } catch (error) {
      throw new Rejection('MALFORMED_AVRO', `the value is not a record of schema ${schemaId}: ${(error as Error).message}`);
    }
  }

  async #writer(schemaId: number): Promise<{ type: avro.Type; resolver: ReturnType<avro.Type['createResolver']> }> {
    const known = this.#writers.get(schemaId);
    if (known !== undefined) return known;
    const schema = await this.#schemaById(schemaId);
    if (schema === null) throw new Rejection('UNKNOWN_SCHEMA', `the registry has no schema with id ${schemaId}`);
    try {
      const type = avro.Type.forSchema(schema as avro.Schema);
      const writer = { type, resolver: this.#reader.createResolver(type) };
      this.#writers.set(schemaId, writer);
      return writer;
    } catch (error) {
      throw new Rejection('UNKNOWN_SCHEMA', `schema ${schemaId} can't be read as a ScenarioEvent: ${(error as Error).message}`);
    }
  }
}
