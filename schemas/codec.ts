import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { DecodeError } from './decode-error.ts';
import { RECORD_NAMES, type RecordName, type Records } from './generated/records.generated.ts';

export { DecodeError } from './decode-error.ts';

/** Text of `schemas/<record>.avsc`. */
export function schemaText(record: RecordName): string {
  return readFileSync(join(import.meta.dirname, `${record}.avsc`), 'utf8');
}

const types = new Map<RecordName, avro.Type>();

/** avsc type of a record: times are numbers (ms), unions are unwrapped. */
export function avroType(record: RecordName): avro.Type {
  let type = types.get(record);
  if (type === undefined) {
    if (!RECORD_NAMES.includes(record)) throw new Error(`there is no record "${String(record)}"; records: ${RECORD_NAMES.join(', ')}`);
    type = avro.Type.forSchema(JSON.parse(schemaText(record)) as avro.Schema, { wrapUnions: 'never' });
    types.set(record, type);
  }
  return type;
}

/** Avro body of a record. @throws Error naming the first field whose value is not valid. */
export function encodeRecord<Name extends RecordName>(record: Name, value: Records[Name]): Buffer {
  const type = avroType(record);
  type.isValid(value, { errorHook: (path, offender) => {
    throw new Error(`${record}.${path.join('.')}: ${JSON.stringify(offender)} is not valid`);
  } });
  return type.toBuffer(value);
}

/** Decodes an Avro body that was written with this very schema. @throws DecodeError when the bytes are short, long or wrong. */
export function decodeRecord<Name extends RecordName>(record: Name, bytes: Uint8Array): Records[Name] {
  const type = avroType(record);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return type.fromBuffer(buffer) as Records[Name];
  } catch (error) {
    throw new DecodeError(record, `${bytes.byteLength} bytes are no Avro ${record}: ${(error as Error).message}`, { cause: error });
  }
}
