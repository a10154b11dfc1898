import type { Schema } from 'apache-arrow';
import { Message } from 'apache-arrow/ipc/metadata/message';
import { ApiError } from './errors.ts';

const CONTINUATION = 0xffff_ffff;

/**
 * The schema of an Arrow IPC stream, whatever follows it: Python sends the schema message alone, Java a batch of no rows and the end too.
 * @throws ApiError 400 when the body is no such stream, or holds a type that Arrow has and VAST has not
 */
export function readSchema(body: Buffer): Schema {
  if (body.byteLength < 8 || body.readUInt32LE(0) !== CONTINUATION || 8 + body.readUInt32LE(4) > body.byteLength) {
    throw new ApiError(400, 'MalformedBody', `the body of ${body.byteLength} bytes does not start with an Arrow schema message`);
  }
  try {
    const message = Message.decode(body.subarray(8, 8 + body.readUInt32LE(4)));
    if (message.isSchema()) return message.header();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith('Unrecognized type')) throw new ApiError(400, 'TabularUnsupportedColumnType', reason, { cause: error });
    throw new ApiError(400, 'MalformedBody', `the Arrow schema of the body cannot be read: ${reason}`, { cause: error });
  }
  throw new ApiError(400, 'MalformedBody', 'the body starts with an Arrow message that is no schema');
}
