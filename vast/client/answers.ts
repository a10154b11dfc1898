import { RecordBatchReader, type RecordBatch, type Schema } from 'apache-arrow';
import { checkBatch } from '../wire/check-data.ts';
import { checkIpcStream } from '../wire/ipc-messages.ts';
import { ProtocolError } from './errors.ts';
import type { HttpAnswer } from './transport/exchange.ts';

/**
 * The body of a 200 answer, decoded.
 * @throws ProtocolError when the body is not what the decoder reads
 */
export function decoded<T>(answer: HttpAnswer, operation: string, decode: (body: Uint8Array) => T): T {
  try {
    return decode(answer.body);
  } catch (error) {
    throw new ProtocolError(`the answer of ${answer.body.byteLength} bytes cannot be read: ${String(error)}`, {
      operation, status: answer.status, cause: error,
    });
  }
}

/** The schema that an Arrow stream begins with; what follows is ignored. */
export function decodeSchema(body: Uint8Array): Schema {
  checkIpcStream(body);
  const reader = RecordBatchReader.from(body).open();
  if (reader.schema === undefined) throw new RangeError('no Arrow schema in it');
  return reader.schema;
}

/** All record batches of an Arrow stream, whole and as long as they say. */
export function decodeBatches(body: Uint8Array): RecordBatch[] {
  checkIpcStream(body);
  const batches = [...RecordBatchReader.from(body).open()];
  batches.forEach(checkBatch);
  return batches;
}
