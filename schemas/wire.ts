/*
 * Confluent wire format: a zero byte, the writer schema's registry id (4 bytes, big-endian), the Avro body.
 */

export const WIRE_HEADER_BYTES = 5;
const MAGIC = 0;

/** A record's value that does not begin with a wire-format header. */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
}

/** Writes the header at `at` and returns the position behind it. */
export function putWireHeader(bytes: Uint8Array, at: number, schemaId: number): number {
  bytes[at] = MAGIC;
  bytes[at + 1] = schemaId >>> 24;
  bytes[at + 2] = schemaId >>> 16;
  bytes[at + 3] = schemaId >>> 8;
  bytes[at + 4] = schemaId;
  return at + WIRE_HEADER_BYTES;
}

/** A whole value: header and body. */
export function frame(schemaId: number, body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(WIRE_HEADER_BYTES + body.length);
  framed.set(body, putWireHeader(framed, 0, schemaId));
  return framed;
}

/**
 * Schema id of the value `bytes[start … end)`; its body begins WIRE_HEADER_BYTES behind `start`.
 * @throws WireFormatError naming the wrong magic byte or the length
 */
export function readWireHeader(bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (end - start < WIRE_HEADER_BYTES) {
    throw new WireFormatError(
      `a value of ${end - start} bytes is too short for the Confluent wire format (magic byte 0 and a 4-byte schema id): write it with a schema registry serializer`,
    );
  }
  if (bytes[start] !== MAGIC) {
    const found = bytes[start].toString(16).padStart(2, '0');
    throw new WireFormatError(
      `magic byte 0x${found} instead of 0x00: the value is not in Confluent wire format; write it with a schema registry serializer`,
    );
  }
  return bytes[start + 1] * 0x1000000 + ((bytes[start + 2] << 16) | (bytes[start + 3] << 8) | bytes[start + 4]);
}
