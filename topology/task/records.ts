import { decodeRecord, encodeRecord } from '../../schemas/codec.ts';
import type { TopicName } from '../graph/index.ts';
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
  /** @throws Error on bytes of another shape. */
  decode(bytes: Buffer, start: number, end: number): TaskState;
  /** The whole value, Confluent header included. */
  encode(state: TaskState): Uint8Array;
}

/** Confluent wire format: magic byte 0, schema id as a 4-byte integer, Avro body. */
const HEADER_BYTES = 5;

/** @throws Error when the value does not begin with the header of this schema id. */
function body(bytes: Buffer, start: number, end: number, schemaId: number, record: string): Buffer {
  if (end - start < HEADER_BYTES || bytes[start] !== 0) throw new Error(`${end - start} bytes do not begin with magic byte 0 and a schema id`);
  const id = bytes.readUInt32BE(start + 1);
  if (id !== schemaId) throw new Error(`schema id ${id} is not that of ${record}, ${schemaId}`);
  return bytes.subarray(start + HEADER_BYTES, end);
}

export function schemaIdOf(schemaIds: ReadonlyMap<TopicName, number>, topic: TopicName): number {
  const id = schemaIds.get(topic);
  if (id === undefined) throw new Error(`the schema id of ${topic} was not looked up`);
  return id;
}

export function tickDecoder(schemaIds: ReadonlyMap<TopicName, number>): TickDecoder {
  const schemaId = schemaIdOf(schemaIds, 'sim_ticks');
  return (bytes, valueStart, valueEnd): Tick => {
    const record = decodeRecord('Tick', body(bytes, valueStart, valueEnd, schemaId, 'Tick'));
    if (record.mode === 'UNKNOWN') throw new PoisonRecordError('the mode of the clock is not known to this build');
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
  };
}

export function taskStateCodec(schemaIds: ReadonlyMap<TopicName, number>): TaskStateCodec {
  const schemaId = schemaIdOf(schemaIds, 'task_state');
  return {
    decode(bytes, start, end) {
      const record = decodeRecord('TaskState', body(bytes, start, end, schemaId, 'TaskState'));
      return {
        processor: record.processor,
        partition: record.partition,
        cursorSequence: record.cursor_sequence,
        cursorTo: record.cursor_to,
        inputOffset: record.input_offset,
        modelVersion: record.model_version,
        // `bytes` is reused after the call.
        state: record.state === null ? null : Buffer.from(record.state),
      };
    },
    encode(state) {
      const avro = encodeRecord('TaskState', {
        processor: state.processor,
        partition: state.partition,
        cursor_sequence: state.cursorSequence,
        cursor_to: state.cursorTo,
        input_offset: state.inputOffset,
        model_version: state.modelVersion,
        state: state.state === null ? null : Buffer.from(state.state.buffer, state.state.byteOffset, state.state.byteLength),
      });
      const value = Buffer.allocUnsafe(HEADER_BYTES + avro.length);
      value[0] = 0;
      value.writeUInt32BE(schemaId, 1);
      avro.copy(value, HEADER_BYTES);
      return value;
    },
  };
}
