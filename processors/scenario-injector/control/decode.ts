import type { Context as TraceContext } from '@opentelemetry/api';
import { DecodeError } from '../../../schemas/codec.ts';
import { IncompatibleSchemaError, UnknownSchemaError } from '../../../schemas/registry/errors.ts';
import type { SchemaResolver } from '../../../schemas/registry/resolver.ts';
import { readWireHeader, WIRE_HEADER_BYTES, WireFormatError } from '../../../schemas/wire.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { controlEvent } from '../../records/index.ts';
import { Rejection } from './rejection.ts';

/** Largest value of a control event, bytes. A target of 10,000 subscriber ids needs about 100 KB. */
export const MAX_CONTROL_BYTES = 1 << 20;
/** Bytes of a value that are kept: enough of one that is too large to tell what it was. */
export const KEPT_BYTES = MAX_CONTROL_BYTES + 1;
const SHOWN_KEY_LENGTH = 64;

/** A record of `scenario_events` as read, outliving the fetch that brought it. */
export interface ControlRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  /** The value, cut at {@link KEPT_BYTES}. */
  readonly value: Buffer | null;
  /** Length of the whole value, bytes. */
  readonly size: number;
  /** The trace that it belongs to; absent where its client sent none. */
  readonly trace?: TraceContext;
}

/**
 * Reads control events written by any client, with any registered schema that Avro can resolve to ours. Nothing is assumed of
 * the values beyond their Avro types: `validateControlEvent` comes next.
 */
export class ControlDecoder {
  readonly #resolver: SchemaResolver<'ScenarioEvent'>;

  constructor(resolver: SchemaResolver<'ScenarioEvent'>) {
    this.#resolver = resolver;
  }

  /** Waits while the registry is unavailable. Throws {@link Rejection} for a record that can never be read. */
  async decode(record: ControlRecord): Promise<ControlEvent> {
    const { key, value, size } = record;
    if (value === null) throw new Rejection('NULL_VALUE', 'the record has no value; a scenario is ended by a STOP event');
    if (size > MAX_CONTROL_BYTES) throw new Rejection('TOO_LARGE', `the value has ${size} bytes; at most ${MAX_CONTROL_BYTES} are accepted`);
    let event: ControlEvent;
    try {
      const writer = await this.#resolver.load(readWireHeader(value));
      event = controlEvent(writer.decode(value.subarray(WIRE_HEADER_BYTES)));
    } catch (error) {
      throw rejectionOf(error);
    }
    if (key === null) throw new Rejection('NULL_KEY', `the record has no key; the key must be the scenario_id, "${event.scenarioId}"`);
    if (key.toString('utf8') !== event.scenarioId) {
      const shown = key.toString('utf8', 0, Math.min(key.length, SHOWN_KEY_LENGTH));
      throw new Rejection('KEY_MISMATCH', `the key is "${shown}", but scenario_id is "${event.scenarioId}"`, 'scenario_id');
    }
    return event;
  }
}

/** What is wrong with the bytes; other errors are passed on. */
function rejectionOf(error: unknown): unknown {
  if (error instanceof WireFormatError) return new Rejection('BAD_MAGIC_BYTE', error.message);
  if (error instanceof UnknownSchemaError || error instanceof IncompatibleSchemaError) return new Rejection('UNKNOWN_SCHEMA', error.message);
  if (error instanceof DecodeError) return new Rejection('MALFORMED_AVRO', error.message);
  return error;
}
