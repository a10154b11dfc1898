import { Reader } from '@platformatic/kafka';
import type { RecordHeader } from '../types.ts';

/** Headers of the record whose `headersStart` a visitor or cursor gave. Values are windows on `bytes`. */
export function decodeHeaders(bytes: Buffer, headersStart: number): RecordHeader[] {
  const reader = Reader.from(bytes).skip(headersStart);
  return reader.readVarIntArray((header) => ({
    key: (header.readVarIntBytes() ?? Buffer.alloc(0)).toString('utf8'),
    value: header.readVarIntBytes(),
  }));
}
