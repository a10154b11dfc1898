import { Message } from 'apache-arrow/ipc/metadata/message';
import type { Schema } from 'apache-arrow';

/** A whole answer of status 200; streamed ones are in `query/`. */
export interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export const OK: Answer = {};

/** An encapsulated IPC message: continuation marker, metadata length, metadata padded to 8 bytes. The body follows it. */
export function encapsulate(message: Message): Uint8Array {
  const metadata = Message.encode(message);
  const padded = (metadata.byteLength + 7) & ~7;
  const bytes = new Uint8Array(8 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffff_ffff, true);
  view.setUint32(4, padded, true);
  bytes.set(metadata, 8);
  return bytes;
}

/** End of an IPC stream. */
export const END_OF_STREAM: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** A schema as VAST answers with it: the schema message alone. */
export function schemaMessage(schema: Schema): Uint8Array {
  return encapsulate(Message.from(schema));
}
