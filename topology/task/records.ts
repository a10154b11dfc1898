import { encodeRecord } from '../../schemas/codec.ts';
import type { RecordName, Records } from '../../schemas/generated/records.generated.ts';
import type { LookedUpTopic } from '../../schemas/registry.ts';
import { frame, readWireHeader, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { Tick } from './contract.ts';
import { PoisonRecordError } from './errors.ts';
import type { TickDecoder } from './ticks.ts';

/** A task's cursor and saved state, as `task_state` carries it (TaskState.avsc). Times are event time, ms. */
export interface TaskState {
  readonly processor: string;
  readonly partition: number;
  /** -1 while no tick was committed (records before the first tick were refused). */
  readonly cursorSequence: number;
  readonly cursorTo: number;
  readonly inputOffset: number;
  readonly modelVersion: number;
  readonly state: Uint8Array | null;
}

export interface TaskStateCodec {
  /** @throws (or rejects with) an error on bytes of another shape. */
  decode(value: Buffer): TaskState | Promise<TaskState>;
  /** The whole value, Confluent header included. */
  encode(state: TaskState): Uint8Array;
}

/**
 * Reads values of any registered version of a record. Synchronous unless a schema id is met for the first time.
 * @throws WireFormatError, DecodeError and, asynchronously, UnknownSchemaError
 */
function decoder<Name extends RecordName, T>(schema: LookedUpTopic<Name>, convert: (record: Records[Name]) => T): (value: Buffer) => T | Promise<T> {
  return (value) => {
    const id = readWireHeader(value);
    const body = value.subarray(WIRE_HEADER_BYTES);
    const known = schema.resolver.get(id);
    if (known !== undefined) return convert(known.decode(body));
    return schema.resolver.load(id).then((loaded) => convert(loaded.decode(body)));
  };
}

export function tickDecoder(schema: LookedUpTopic<'Tick'>): TickDecoder {
  return decoder(schema, (record): Tick => {
    if (record.mode === 'UNKNOWN') throw new PoisonRecordError('UNKNOWN_MODE', 'the mode of the clock is not known to this build');
    return {
      partition: record.partition,
      sequence: record.sequence,
      from: record.from,
      to: record.to,
      mode: record.mode,
      modelVersion: record.model_version,
      scenarioStateEnd: record.scenario_state_end,
      networkStateEnd: record.network_state_end,
      subscriberStateEnds: record.subscriber_state_ends,
    };
  });
}

export function taskStateCodec(schema: LookedUpTopic<'TaskState'>): TaskStateCodec {
  return {
    decode: decoder(schema, (record): TaskState => ({
      processor: record.processor,
      partition: record.partition,
      cursorSequence: record.cursor_sequence,
      cursorTo: record.cursor_to,
      inputOffset: record.input_offset,
      modelVersion: record.model_version,
      state: record.state,
    })),
    encode: (state) => frame(schema.id, encodeRecord('TaskState', {
      processor: state.processor,
      partition: state.partition,
      cursor_sequence: state.cursorSequence,
      cursor_to: state.cursorTo,
      input_offset: state.inputOffset,
      model_version: state.modelVersion,
      state: state.state === null ? null : Buffer.from(state.state.buffer, state.state.byteOffset, state.state.byteLength),
    })),
  };
}
