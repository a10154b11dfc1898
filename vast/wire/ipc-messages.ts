import { TableReader } from './flatbuffers/reader.ts';

/** What an encapsulated Arrow IPC message holds; values of the union MessageHeader of Message.fbs. */
export type MessageKind = 'schema' | 'dictionary' | 'batch' | 'end';

export interface IpcMessage {
  readonly kind: MessageKind;
  /** From the continuation marker to the end of the body, including padding. */
  readonly byteLength: number;
}

const CONTINUATION = 0xffff_ffff;
const KINDS: Readonly<Record<number, MessageKind>> = { 1: 'schema', 2: 'dictionary', 3: 'batch' };

/** More fields than any table has: a damaged message must not keep the reader busy for long. */
const MAX_FIELDS = 100_000;

/**
 * Measures the message that begins at `at`, and checks that its metadata lies inside it: Arrow's own reader would follow damaged
 * vectors for as many items as they claim.
 * @throws RangeError when it is not one, or ends outside the bytes
 */
export function ipcMessageAt(bytes: Uint8Array, at: number): IpcMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(at, true) !== CONTINUATION) throw new RangeError(`no Arrow message at byte ${at}`);
  const metadataBytes = view.getUint32(at + 4, true);
  if (metadataBytes === 0) return { kind: 'end', byteLength: 8 };
  const body = at + 8 + metadataBytes;
  if (body > bytes.byteLength) throw new RangeError(`metadata of ${metadataBytes} bytes ends outside ${bytes.byteLength} bytes`);
  // Message { 0 version, 1 header_type, 2 header, 3 bodyLength, 4 custom_metadata }
  const message = TableReader.root(bytes.subarray(at + 8, body));
  const kind = KINDS[message.uint8(1)];
  if (kind === undefined) throw new RangeError(`Arrow message of unknown type ${message.uint8(1)}`);
  message.tables(4);
  const bodyBytes = Number(message.int64(3));
  checkHeader(kind, message.table(2), bodyBytes);
  if (bodyBytes < 0 || body + bodyBytes > bytes.byteLength) {
    throw new RangeError(`a ${kind} of ${bodyBytes} bytes ends outside ${bytes.byteLength} bytes`);
  }
  return { kind, byteLength: 8 + metadataBytes + bodyBytes };
}

function checkHeader(kind: MessageKind, header: TableReader | undefined, bodyBytes: number): void {
  if (header === undefined) throw new RangeError(`a ${kind} without content`);
  if (kind === 'schema') {
    // Schema { 0 endianness, 1 fields, 2 custom_metadata }
    header.tables(2);
    checkFields(header.tables(1), { left: MAX_FIELDS });
  } else if (kind === 'batch') {
    // RecordBatch { 0 length, 1 nodes, 2 buffers, 3 compression }; nodes and buffers are structs of 16 bytes.
    const columns = header.bytes(1)?.byteLength ?? 0;
    header.bytes(2);
    const rows = header.int64(0);
    // Each row takes a bit at least. The reader makes room for as many rows as the message claims.
    const tooMany = columns > 0 && !header.has(3) && rows > BigInt(bodyBytes) * 8n;
    if (rows < 0n || tooMany) throw new RangeError(`a batch of ${rows} rows in ${bodyBytes} bytes`);
  }
}

function checkFields(fields: readonly TableReader[], budget: { left: number }): void {
  for (const field of fields) {
    if (budget.left-- <= 0) throw new RangeError(`more than ${MAX_FIELDS} fields`);
    // Field { 0 name, …, 5 children, 6 custom_metadata }
    field.bytes(0);
    field.tables(6);
    checkFields(field.tables(5), budget);
  }
}

/**
 * Checks that bytes are whole messages, a schema first. An end of stream may be missing, as in VAST's own schema bodies.
 * @throws RangeError when they are not
 */
export function checkIpcStream(bytes: Uint8Array): void {
  const first = ipcMessageAt(bytes, 0);
  if (first.kind !== 'schema') throw new RangeError(`an Arrow stream begins with a ${first.kind}`);
  for (let at = first.byteLength; at < bytes.byteLength; ) {
    const message = ipcMessageAt(bytes, at);
    if (message.kind === 'end') return;
    at += message.byteLength;
  }
}
