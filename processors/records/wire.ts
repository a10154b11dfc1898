import { decodeRecord, encodeRecord } from '../../schemas/codec.ts';
import type { RecordName, Records } from '../../schemas/generated/records.generated.ts';
import { frame, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';

/** A whole value in Confluent wire format. For records that are few: checked field by field. */
export function wireValue<Name extends RecordName>(schemaId: number, record: Name, value: Records[Name]): Buffer {
  return frame(schemaId, encodeRecord(record, value));
}

/** Decodes the value `bytes[start, end)`, written by this version's own schema. Throws DecodeError. */
export function readWireValue<Name extends RecordName>(record: Name, bytes: Buffer, start: number, end: number): Records[Name] {
  return decodeRecord(record, bytes.subarray(start + WIRE_HEADER_BYTES, end));
}
